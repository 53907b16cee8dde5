import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { runPipeline } from '../../../src/experiment/run/pipeline.js'
import { chosenArm } from '../../../src/record/arm.js'
import { type Result, result as resultSchema } from '../../../src/record/result.js'
import { type TinyWork, tinyWork } from '../tiny-work.js'

const set = ['search.kMax=2', 'search.repeats=1', 'resampling.folds=0']

describe('the pipeline', () => {
  let work: TinyWork
  let result: Result
  beforeAll(async () => {
    work = await tinyWork({ given: 40, external: true, set })
    result = await runPipeline(work.context)
  })

  it('leaves the result that it returns', () => {
    const stored = JSON.parse(readFileSync(work.context.directory.result, 'utf8'))
    expect(resultSchema.parse(stored)).toEqual(result)
  })

  it('says of each arm what its own scores say, on every set', () => {
    for (const { name, evaluations, cutoffs, k, composition, size } of result.arms) {
      expect(Object.keys(evaluations), name).toEqual(['internal', 'b'])
      expect(
        cutoffs?.map(({ rule }) => rule),
        name,
      ).toContain('youden')
      expect(composition.original + composition.synthetic + composition.conventional, name).toBe(size)
      for (const [set, { confusion, n }] of Object.entries(evaluations)) {
        const lines = readFileSync(work.context.directory.scoresOf(name, set), 'utf8').trim().split('\n').slice(1)
        const rows = lines.map((line) => line.split(',').slice(1, 3).map(Number))
        expect(n).toBe(rows.length)
        expect(confusion?.tp).toBe(rows.filter(([label, score]) => label === 1 && score >= 0.5).length)
        expect(confusion?.fp).toBe(rows.filter(([label, score]) => label === 0 && score >= 0.5).length)
      }
      if (name === chosenArm) expect(k).toBe(result.search.kOptimal)
    }
  })

  it('decides on the distinct comparators, and names what it handed over', () => {
    const names = result.arms.map(({ name }) => name)
    const comparators = result.verdict.comparators.map(({ name }) => name)
    expect(comparators).not.toContain(chosenArm)
    expect(comparators.every((name) => names.includes(name))).toBe(true)
    expect(result.verdict.comparators[0].external).toHaveProperty('b')
    expect(result.model.arm).toBe(chosenArm)
    expect(names).toContain(result.model.favoured)
    expect(existsSync(work.context.directory.classifier)).toBe(true)
  })

  it('says where the images come from, and trains no generator for them', () => {
    expect(result.gan).toBeNull()
    expect(result.synthetic).toMatchObject({ source: 'given', kMax: { asked: 2, used: 2 } })
    expect(result.quality.map((one) => one.class)).toEqual(result.dataset.classes)
    expect(Object.keys(result.seconds)).not.toContain('train-gan')
    expect(existsSync(work.context.directory.samples)).toBe(true)
  })

  it('run again, does nothing again and finds the same', async () => {
    const trials = work.trials.length
    const before = readFileSync(work.context.directory.result)
    await runPipeline(work.goOn())
    expect(work.trials).toHaveLength(trials)
    expect(readFileSync(work.context.directory.result).equals(before)).toBe(true)
  })

  it('asks before the hours, once, and stops where the answer is no', async () => {
    const asked: number[] = []
    const answer = (yes: boolean) => async (seconds: number) => {
      asked.push(seconds)
      return yes
    }
    const other = await tinyWork({ given: 40, set })
    await expect(runPipeline({ ...other.context, confirm: answer(false) })).rejects.toThrow('kopt resume')
    expect(other.trials).toEqual([])
    expect(asked).toHaveLength(1)
    expect(other.events).toContainEqual({
      type: 'expected-time',
      seconds: expect.objectContaining({ value: asked[0] }),
    })
    await runPipeline(other.goOn({ confirm: answer(true) }))
    await runPipeline(other.goOn({ confirm: answer(false) }))
    expect(asked).toHaveLength(2)
  })
})
