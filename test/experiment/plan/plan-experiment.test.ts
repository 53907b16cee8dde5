import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { phantomCohort } from '../../../src/dataset/phantom.js'
import { requestedConfig } from '../../../src/experiment/config/request.js'
import { secondsOf, totalOf, type UnitCosts } from '../../../src/experiment/measure/machine.js'
import { advise, trendOf } from '../../../src/experiment/plan/advice.js'
import { encodePng } from '../../../src/image/codec.js'
import type { Plan, TestSetPower } from '../../../src/record/plan.js'
import { planSentences } from '../../../src/words/plan.js'
import { tinyBackbone } from '../../cli/tiny-run.js'
import { temporaryFolder, writeFiles } from '../../dataset/films-on-disk.js'

// Children run what was built.
const built = new URL('../../../dist/experiment/plan/plan-experiment.js', import.meta.url).href
const { planExperiment } = (await import(built)) as typeof import('../../../src/experiment/plan/plan-experiment.js')

const small = ['gan.width=0.05', 'gan.batchSize=8', 'image.size=[16,16]', 'search.kMax=3', 'search.repeats=1']

/** Films in the dataset's own split; those of the test set as they are or as their negatives. */
async function splitFilms(negatives: boolean): Promise<string> {
  const files: Record<string, Uint8Array> = {}
  for (const { name, label, raster } of phantomCohort({ seed: 1, patients: 30, hospital: 'a' }))
    files[`train/${label}/${name}`] = await encodePng(raster)
  for (const { name, label, raster } of phantomCohort({ seed: 50, patients: 9, hospital: 'a' })) {
    const data = negatives ? raster.data.map((value) => 255 - value) : raster.data
    files[`test/${label}/t${name}`] = await encodePng({ ...raster, data })
  }
  return writeFiles(path.join(temporaryFolder(), 'films'), files)
}

function planOf(dataset: string, set: string[] = small): Promise<Plan> {
  const backbone = tinyBackbone(temporaryFolder())
  return planExperiment(requestedConfig({ dataset, patientFrom: 'prefix', backbone, set }), { onEvent: () => {} })
}

describe('a plan', () => {
  it('sees nothing of the test films but their number', async () => {
    const [plan, other] = [await planOf(await splitFilms(false)), await planOf(await splitFilms(true))]
    expect(plan.split.test).toEqual(other.split.test)
    expect(plan.baseline).toEqual(other.baseline)
    expect(plan.learningCurve).toEqual(other.learningCurve)
    expect(plan.testSet).toEqual(other.testSet)
    expect(plan.baseline?.films).toBe(60)
  }, 60_000)

  it('counts folds and their work', async () => {
    const files: Record<string, Uint8Array> = {}
    for (const { name, label, raster } of phantomCohort({ seed: 2, patients: 24, hospital: 'a' }))
      files[`${label}/${name}`] = await encodePng(raster)
    const dataset = await writeFiles(path.join(temporaryFolder(), 'films'), files)
    const plan = await planOf(dataset, [...small, 'resampling.folds=3'])
    expect(plan.folds).toBe(3)
    expect(plan.work.gans).toBe(4)
    expect(plan.testSet?.films).toBe(48)
    expect(plan.seconds.low).toBeLessThan(plan.seconds.value)
    expect(plan.seconds.high).toBeGreaterThan(plan.seconds.value)
    const total = plan.stages.reduce((sum, { seconds }) => sum + seconds.value, 0)
    expect(plan.seconds.value).toBeCloseTo(total, 9)
    const inner = await planOf(dataset, [...small, 'search.selectOn=inner', 'search.innerFolds=3'])
    expect([inner.folds, inner.innerFolds, inner.work.gans]).toEqual([0, 3, 4])
    expect(inner.patients.tuning).toBe(0)
    expect(inner.testSet?.films).toBeLessThan(48)
    expect(planSentences(inner).work).toContain('(for the model, and in each of 3 inner folds)')
    expect(planSentences(inner).split.join()).not.toContain('tuning')
    // A trial fits a head in every fold beside the one that is handed over: four arms of one form, nine searched ones.
    const fewer = await planOf(dataset, [...small, 'resampling.folds=0', 'search.selected=false'])
    expect(inner.work.heads - fewer.work.heads).toBe(3 * (4 + 9 * inner.work.multiples.length))
  }, 120_000)
})

describe('expected time', () => {
  it('is counts times costs', () => {
    const cost = (value: number) => ({ value, low: value / 2, high: 2 * value })
    const costs: UnitCosts = {
      film: cost(0.1),
      features: cost(0.01),
      gan: cost(3),
      'gan-step': cost(0.2),
      drawing: cost(0.001),
      'rival-drawing': cost(0.002),
      head: cost(0.05),
      'head-row': cost(0.001),
    }
    const counts = {
      film: 10,
      features: 100,
      gan: 1,
      'gan-step': 50,
      drawing: 1000,
      'rival-drawing': 500,
      head: 4,
      'head-row': 600,
    }
    const { value, low, high } = secondsOf(counts, costs)
    expect(value).toBeCloseTo(1 + 1 + 3 + 10 + 1 + 1 + 0.2 + 0.6)
    expect([low, high].map((x) => x / value)).toEqual([expect.closeTo(0.5), expect.closeTo(2)])
  })

  it('allows at its lower end for what runs beside the training, and forgets no part of a stage', () => {
    const seconds = (value: number) => ({ value, low: value / 2, high: 2 * value })
    const total = totalOf([
      { stage: 'early-arms', seconds: seconds(40) },
      { stage: 'train-gan', seconds: seconds(100) },
      { stage: 'search-k', seconds: seconds(10) },
      { stage: 'search-k', seconds: seconds(20) },
    ])
    expect(total).toEqual({ value: 170, low: 65, high: 340 })
  })
})

describe('the advice', () => {
  const testSet = (changes: Partial<TestSetPower>): TestSetPower => ({
    films: 200,
    positives: 100,
    negatives: 100,
    patients: 200,
    comparators: 6,
    auc: 0.8,
    correlation: 0.9,
    probability: 0.8,
    smallestGain: 0.04,
    smallestGainAt: [],
    delta: 0.02,
    chanceAtDelta: 0.6,
    filmsForDelta: 500,
    withFolds: null,
    ...changes,
  })
  const baseline = { auc: { value: 0.8, low: 0.7, high: 0.9 }, trainedOn: 100, films: 150, patients: 150 }
  const curve = (low: number, high: number): NonNullable<Plan['learningCurve']> => ({
    points: [],
    band: [],
    present: 120,
    ahead: [],
    recent: { value: (low + high) / 2, low, high, from: 60, to: 110 },
    text: '',
  })

  it('is yes where the test films suffice and more data help', () => {
    const { worth, reasons } = advise({ baseline, testSet: testSet({}), learningCurve: curve(0.01, 0.05) })
    expect(worth).toBe('yes')
    expect(reasons).toEqual([
      { kind: 'gain-shown', smallestGain: 0.04 },
      {
        kind: 'more-films',
        trend: 'rises',
        from: 60,
        to: 110,
        change: { value: expect.closeTo(0.03), low: 0.01, high: 0.05 },
      },
    ])
  })

  it('is hardly where more real films do not help, no room is left, or nothing could be shown', () => {
    const of = (changes: Partial<TestSetPower>, low: number, high: number, auc = 0.8) =>
      advise({
        baseline: { ...baseline, auc: { value: auc, low: auc, high: auc } },
        testSet: testSet(changes),
        learningCurve: curve(low, high),
      })
    expect(of({}, -0.01, 0.005).worth).toBe('hardly')
    expect(of({}, 0.01, 0.03, 0.98).worth).toBe('hardly')
    const first = (changes: Partial<TestSetPower>) => of(changes, 0.01, 0.03).reasons[0]
    expect(first({ smallestGain: null, filmsForDelta: null })).toEqual({ kind: 'nothing-shown', films: 200 })
    expect(first({ smallestGain: 0.15, chanceAtDelta: 0.02 })).toEqual({
      kind: 'large-gain-alone',
      films: 200,
      smallestGain: 0.15,
      delta: 0.02,
      filmsForDelta: 500,
    })
  })

  it('points to outer folds where one split tests too few films', () => {
    const withFolds = { films: 200, smallestGain: 0.05 }
    const { reasons } = advise({ baseline, testSet: testSet({ withFolds }), learningCurve: curve(0.01, 0.05) })
    expect(reasons).toContainEqual({ kind: 'with-folds', films: 200, smallestGain: 0.05 })
  })

  it('is perhaps where nothing can be told', () => {
    expect(advise({ baseline, testSet: testSet({}), learningCurve: curve(-0.02, 0.04) }).worth).toBe('perhaps')
  })

  it('is hardly where the films are too few to say anything', () => {
    expect(advise({ baseline: null, testSet: null, learningCurve: null })).toEqual({
      worth: 'hardly',
      reasons: [{ kind: 'too-few-films' }],
    })
  })

  it('says of more films no more than the limits bear', () => {
    const trend = (low: number, high: number) => trendOf({ value: (low + high) / 2, low, high })
    expect(trend(0.01, 0.03)).toBe('rises')
    expect(trend(-0.005, 0.004)).toBe('flat')
    expect(trend(-0.01, 0.05)).toBe('open')
  })
})
