import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../../src/base/npy.js'
import type { Arm } from '../../../src/experiment/arms.js'
import { earlyArms } from '../../../src/experiment/arms.js'
import { classCounts } from '../../../src/experiment/cohort/film-set.js'
import type { Config } from '../../../src/experiment/config/schema.js'
import { fillConventionalPool } from '../../../src/experiment/stages/fill-pool.js'
import { scoreMultiples, scoresWholeGrid } from '../../../src/experiment/stages/score-multiples.js'
import { searchArm } from '../../../src/experiment/stages/search-k.js'
import type { TrialExecutor } from '../../../src/experiment/work/executor.js'
import { search as searchSchema, type TrialResult } from '../../../src/record/result.js'
import { preparedWork, type TinyWorkOptions } from '../tiny-work.js'

type Measures = TrialResult['measures']

const augmented = earlyArms.find((arm) => arm.name === 'OD+CDA') as Arm

/** Films, and pools of their augmented variants: an arm with multiples that needs no generator. */
async function searchable(options?: TinyWorkOptions) {
  const work = await preparedWork(options)
  await fillConventionalPool(work.context, work.prepared.search, work.cache, 'early-arms')
  return work
}

describe('the pools of conventional augmentation', () => {
  it('hold what the largest K asks for, another drawing for each repeat, and the same again', async () => {
    const { context, prepared, cache, goOn } = await searchable()
    const counts = classCounts(prepared.search.train, prepared.search.classes)
    const pool = (draw: number, c: number) =>
      readNpy(context.directory.featureMatrix(`conventional-r${draw}-c${c}`), 'float32')
    for (const [c, count] of counts.entries()) {
      expect(pool(1, c).shape[0]).toBe(3 * Math.max(...counts) - count)
      expect(pool(2, c).data).not.toEqual(pool(1, c).data)
    }
    const before = pool(1, 0)
    const again = goOn()
    again.seals.distrust(context.directory.featureMatrix('conventional-r1-c0'))
    await fillConventionalPool(again, prepared.search, cache, 'early-arms')
    expect(pool(1, 0)).toEqual(before)
  })
})

describe('searching K', () => {
  it('scores every K once for each repeat and chooses one of them', async () => {
    const { context, prepared, trials } = await searchable()
    const { search, chosen } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect(searchSchema.parse(search)).toEqual(search)
    expect(trials.toSorted()).toEqual([1, 2, 3].flatMap((k) => [1, 2].map((r) => `OD+CDA k=${k} r=${r}`)))
    expect(search.trials.map(({ k }) => k)).toEqual([1, 2, 3])
    for (const { scores, mean } of search.trials) expect(mean).toBeCloseTo((scores[0] + scores[1]) / 2, 12)
    expect(chosen.map(({ k, repeat }) => [k, repeat])).toEqual([1, 2].map((repeat) => [search.kOptimal, repeat]))
    expect(search.selectionCases).toBe(prepared.search.selection.films.length)
    const best = Math.max(...search.trials.map(({ mean }) => mean))
    expect(search.trials[search.kOptimal - 1].mean).toBe(best)
    expect(search.null.p).not.toBeNull()
  })

  it('does no trial again, and finds the same', async () => {
    const { context, prepared, trials, goOn } = await searchable()
    const first = await searchArm(context, prepared.search, augmented, 'search-k')
    const done = trials.length
    expect(await searchArm(goOn(), prepared.search, augmented, 'search-k')).toEqual(first)
    expect(trials).toHaveLength(done)
  })

  it('takes the K that is asked for', async () => {
    const { context, prepared } = await searchable({ set: ['search.rule=fixed', 'search.fixedK=2'] })
    expect((await searchArm(context, prepared.search, augmented, 'search-k')).search.kOptimal).toBe(2)
  })

  it('of three classes ranks by the macro AUC', async () => {
    const { context, prepared } = await searchable({ classes: 3, patients: 21 })
    const { search, chosen } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect(search.metric).toMatch(/^macro-/)
    expect(chosen[0].bias).toHaveLength(3)
    expect(chosen[0].selectionLogits).toHaveLength(3 * search.selectionCases)
  })
})

describe('searching K by another metric than the AUC', () => {
  const options = { set: ['search.metric=log-loss'], patients: 21 }

  it('takes the least of a metric that falls as it gets better, and records the metric itself', async () => {
    const { context, prepared } = await searchable(options)
    const { search } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect(searchSchema.parse(search)).toEqual(search)
    expect([search.metric, search.better, search.unit]).toEqual(['log-loss', 'lower', 'nats'])
    const means = search.trials.map(({ mean }) => mean)
    expect(means[search.kOptimal - 1]).toBe(Math.min(...means))
    expect(search.null.gain).toBeCloseTo(means[0] - Math.min(...means), 12)
    expect(search.indistinguishable).toContain(search.kOptimal)
    // Training sets are balanced, the films that score them are not.
    const { train, selection, positiveIndex, classes } = prepared.search
    const [negative, positive] = classCounts(train, classes)
    expect(positive).not.toBe(negative)
    const shift = (positiveIndex === 1 ? 1 : -1) * Math.log(positive / negative)
    for (const { k, scores } of search.trials) {
      for (const [r, score] of scores.entries()) {
        const file = context.directory.trial(augmented.name, k, r + 1)
        const { selectionLogits, score: ofTrial } = JSON.parse(readFileSync(file, 'utf8'))
        const losses = selection.films.map(({ classIndex }, i) =>
          Math.log1p(Math.exp((classIndex === positiveIndex ? -1 : 1) * (selectionLogits[i] + shift))),
        )
        expect(score).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 12)
        expect(ofTrial).toBe(score)
      }
    }
  })

  /** Searches of the same trials, each by settings of its own. */
  async function searchedAgain(classes: 2 | 3) {
    const { context, prepared, goOn } = await searchable({ classes, patients: 21 })
    return async (settings: Partial<Config['search']>) => {
      const config = { ...context.config, search: { ...context.config.search, ...settings } }
      return (await searchArm(goOn({ config }), prepared.search, augmented, 'search-k')).search
    }
  }

  it.each([2, 3] as const)('of %i classes finds what stands among the measures of each K', async (classes) => {
    const searched = await searchedAgain(classes)
    const measured = {
      accuracy: ['accuracy', (measures: Measures) => measures.accuracy.value],
      'balanced-accuracy': [
        'balanced-accuracy',
        ({ sensitivity, specificity }: Measures) =>
          classes === 2 ? (Number(sensitivity.value) + Number(specificity.value)) / 2 : sensitivity.value,
      ],
      f1: [classes === 2 ? 'f1' : 'macro-f1', (measures: Measures) => measures.f1.value],
    } as const
    for (const [metric, [recorded, measure]] of Object.entries(measured)) {
      // Measures are those of the repeats' averaged model: one repeat has no other.
      const search = await searched({ metric: metric as Config['search']['metric'], repeats: 1 })
      expect([search.metric, search.better]).toEqual([recorded, 'higher'])
      for (const { mean, measures } of search.trials) expect(mean).toBeCloseTo(Number(measure(measures)), 12)
    }
    const read = await searched({ metric: 'sensitivity-at-specificity', specificity: 0.6 })
    expect([read.metric, read.specificity]).toEqual([
      classes === 2 ? 'sensitivity-at-specificity' : 'macro-sensitivity-at-specificity',
      0.6,
    ])
    expect(read.trials[0].se).not.toBeNull()
  })

  it('says what the AUC and the log loss would each have chosen, as a search by these does', async () => {
    const searched = await searchedAgain(2)
    for (const rule of ['sliding-window', 'one-standard-error'] as const) {
      const [byLoss, byAuc, byBrier] = [
        await searched({ rule, metric: 'log-loss' }),
        await searched({ rule, metric: 'auc' }),
        await searched({ rule, metric: 'brier' }),
      ]
      expect(byLoss.byMetric.map(({ metric }) => metric)).toEqual(['log-loss', 'auc'])
      expect(byAuc.byMetric.map(({ metric }) => metric)).toEqual(['auc', 'log-loss'])
      expect(byBrier.byMetric.map(({ metric }) => metric)).toEqual(['brier', 'auc', 'log-loss'])
      for (const { byMetric, indistinguishable } of [byLoss, byAuc, byBrier]) {
        for (const { metric, kOptimal, indistinguishable: alike } of byMetric) {
          expect(kOptimal).toBe({ 'log-loss': byLoss, auc: byAuc, brier: byBrier }[metric]?.kOptimal)
          expect(alike).toBe(indistinguishable.includes(kOptimal))
        }
      }
    }
    expect((await searched({ rule: 'fixed', fixedK: 2 })).byMetric).toEqual([])
  })
})

describe('scoring multiples', () => {
  it('stops where a falling metric has not fallen further for a window', async () => {
    const set = ['search.metric=log-loss', 'search.null=false', 'search.kMax=6', 'search.windowSize=1']
    const { context, prepared } = await searchable({ set })
    const scored = await scoreMultiples(context, prepared.search, augmented, 'search-k')
    const means = [...scored.values()].map((outcomes) => outcomes.reduce((sum, { score }) => sum + score, 0) / 2)
    const stop = means.findIndex((mean, i) => i > 0 && mean >= Math.min(...means.slice(0, i)))
    expect(scored.size).toBe(stop < 0 ? 6 : stop + 1)
  })

  it('stops where the rule does when the null is not asked for, and never before', async () => {
    const set = ['search.null=false', 'search.kMax=6', 'search.windowSize=1']
    const { context, prepared, trials } = await searchable({ set })
    expect(scoresWholeGrid(context.config.search)).toBe(false)
    const scored = await scoreMultiples(context, prepared.search, augmented, 'search-k')
    const means = [...scored].map(([k, outcomes]) => [k, outcomes.reduce((sum, { score }) => sum + score, 0) / 2])
    // The first K that is followed by a window without a better one.
    const stop = means.findIndex(([, mean], i) => i > 0 && mean <= Math.max(...means.slice(0, i).map(([, m]) => m)))
    expect(means.map(([k]) => k)).toEqual(means.map((_, i) => i + 1))
    expect(scored.size).toBe(stop < 0 ? 6 : stop + 1)
    expect(trials).toHaveLength(2 * scored.size)
    const { search } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect([search.null.p, search.null.reason]).toEqual([null, 'not asked for'])
    expect(trials).toHaveLength(2 * scored.size)
  })

  it('takes means that differ by their rounding alone for the tie that they are to the rule', async () => {
    const set = ['search.null=false', 'search.kMax=7', 'search.windowSize=3', 'search.repeats=3']
    const { context, prepared } = await searchable({ set })
    // K = 2 is the best; the mean of K = 3, of the same scores in another order, is larger in its last bit.
    const scores = new Map([
      [2, [0.3, 0.2, 0.1]],
      [3, [0.1, 0.2, 0.3]],
    ])
    const executor: TrialExecutor = {
      run: (units, options) =>
        context.executor.run(units, {
          ...options,
          onOutcome: ({ trial, ...outcome }) =>
            options.onOutcome({ ...outcome, trial: { ...trial, score: scores.get(trial.k)?.[trial.repeat - 1] ?? 0 } }),
        }),
      async close() {},
    }
    const scored = await scoreMultiples({ ...context, executor }, prepared.search, augmented, 'search-k')
    expect([...scored.keys()]).toEqual([1, 2, 3, 4, 5])
  })
})
