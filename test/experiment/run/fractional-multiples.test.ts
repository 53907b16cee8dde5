/** Whole runs over K between whole ones, from films to report: what each K holds, a stop and a start in between, images that end early. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { runPipeline } from '../../../src/experiment/run/pipeline.js'
import { openClassifier } from '../../../src/head/predict.js'
import { readStoredHead } from '../../../src/head/stored-head.js'
import { chosenArm } from '../../../src/record/arm.js'
import { type Result, result as resultSchema } from '../../../src/record/result.js'
import { writeReport } from '../../../src/report/write-report.js'
import { type TinyWork, tinyWork } from '../tiny-work.js'

const grid = [1, 1.1, 1.25, 1.5, 2]
const set = ['search.multiples=fine', 'search.kMax=2', 'search.repeats=1', 'resampling.folds=0', 'search.windowSize=4']

const balancedSize = ({ dataset: { classes, split } }: Result) =>
  classes.length * Math.max(...Object.values(split.train))

describe('a run whose K is a fraction', () => {
  let work: TinyWork
  let result: Result
  beforeAll(async () => {
    work = await tinyWork({ given: 40, set: [...set, 'search.rule=fixed', 'search.fixedK=1.25'] })
    result = await runPipeline(work.context)
  })

  it('scores every K of the grid and names the chosen one with its place', () => {
    expect(resultSchema.parse(JSON.parse(readFileSync(work.context.directory.result, 'utf8')))).toEqual(result)
    const { search } = result
    expect(search.trials.map(({ k }) => k)).toEqual(grid)
    expect([search.kOptimal, search.position]).toEqual([1.25, 3])
    for (const { k, size } of search.trials)
      expect(Math.abs(size - k * balancedSize(result)), `K = ${k}`).toBeLessThanOrEqual(
        result.dataset.classes.length / 2,
      )
    const files = readdirSync(work.context.directory.trials).filter((name) => name.startsWith(`${chosenArm}-k`))
    expect(files.sort()).toEqual(['001', '001.1', '001.25', '001.5', '002'].map((k) => `${chosenArm}-k${k}-r1.json`))
  })

  it('trains, hands over and reports a model of that K', async () => {
    const arm = result.arms.find(({ name }) => name === chosenArm)
    expect(arm?.k).toBe(1.25)
    const { original, synthetic } = arm?.composition ?? { original: Number.NaN, synthetic: Number.NaN }
    expect(synthetic).toBe(result.search.trials[2].size - original)
    expect(readStoredHead(work.context.directory.head(chosenArm)).k).toBe(1.25)
    const classifier = await openClassifier(work.context.directory.classifier, { threads: 1 })
    expect(classifier.info.k).toBe(1.25)
    await classifier.close()
    await writeReport(work.context.directory)
    const page = readFileSync(work.context.directory.report, 'utf8')
    const each = Number((original / synthetic).toFixed(1))
    expect(page).toContain(`one synthetic film for every ${each} real ones`)
    expect(page).toContain('K = 1.25')
    expect(page).not.toMatch(/K = \d+\.\d*0\b/)
  })
})

describe('a search over fractions', () => {
  it('stopped in the middle goes on to the same, with no trial done twice', async () => {
    const whole = await tinyWork({ given: 40, set })
    const expected = await runPipeline(whole.context)
    const stop = new AbortController()
    const work = await tinyWork({ given: 40, set })
    const emit: typeof work.context.emit = (event) => {
      if (event.type === 'trial' && event.arm === chosenArm && event.k === 1.25) stop.abort(new Error('stopped'))
    }
    await expect(runPipeline({ ...work.context, emit, signal: stop.signal })).rejects.toThrow()
    expect(work.trials).toContain(`${chosenArm} k=1.25 r=1`)
    expect(work.trials).not.toContain(`${chosenArm} k=1.5 r=1`)
    const result = await runPipeline(work.goOn())
    expect({ ...result, seconds: null }).toEqual({ ...expected, seconds: null })
    expect(work.trials.toSorted()).toEqual(whole.trials.toSorted())
  })

  it('ends at a fraction where the images do', async () => {
    const work = await tinyWork({ given: 10, set })
    const { search, synthetic, dataset } = await runPipeline(work.context)
    const images = synthetic?.source === 'given' ? synthetic.images : {}
    const largest = Math.max(...Object.values(dataset.split.train))
    const lasts = (k: number) =>
      dataset.classes.every((name) => dataset.split.train[name] + images[name] >= Math.round(k * largest))
    const last = grid.filter(lasts).at(-1)
    expect(last).toBe(1.1)
    expect(search.trials.map(({ k }) => k)).toEqual([1, 1.1])
    expect(synthetic?.kMax).toEqual({ asked: 2, used: last })
    expect(work.warnings()).toContainEqual(
      expect.stringContaining('are enough up to K = 1.1: the search ends there and not at 2'),
    )
  })
})
