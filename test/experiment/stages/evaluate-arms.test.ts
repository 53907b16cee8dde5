import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Arm, earlyArms } from '../../../src/experiment/arms.js'
import { evaluateArms } from '../../../src/experiment/stages/evaluate-arms.js'
import { exportModel, favouredArm, selectionScore } from '../../../src/experiment/stages/export-model.js'
import { judgeArm } from '../../../src/experiment/stages/judge-arms.js'
import { type DeliveredArm, deliver } from '../../../src/experiment/work/delivered-arm.js'
import { runTrials, trialsOf } from '../../../src/experiment/work/trials.js'
import { probability } from '../../../src/head/probability.js'
import { readStoredHead } from '../../../src/head/stored-head.js'
import { chosenArm } from '../../../src/record/arm.js'
import { openingsFile } from '../../../src/record/openings.js'
import { headScores } from '../../../src/scoring/set-scores.js'
import { preparedWork, type TinyWorkOptions } from '../tiny-work.js'

const named = (name: string) => earlyArms.find((arm) => arm.name === name) as Arm

/** Films, and two arms fitted on them that need neither generator nor pools. */
async function fittedWork(options?: TinyWorkOptions) {
  const work = await preparedWork({ external: true, ...options })
  const { context, prepared } = work
  const delivered: DeliveredArm[] = []
  for (const [name, k] of [
    ['OD', 0],
    ['OD=native', 0],
    ['OD=balanced', 1],
  ] as const) {
    const arm = named(name)
    delivered.push(
      deliver(context, arm, await runTrials(context, 'search-k', trialsOf(context, prepared.search, arm, k))),
    )
  }
  return { ...work, delivered }
}

describe('evaluating the arms', () => {
  it('opens no set before a K was chosen, and leaves nothing then', async () => {
    const { context, prepared, delivered, cache } = await fittedWork()
    const chosen = { kOptimal: Number.NaN }
    await expect(evaluateArms(context, prepared.sealed, delivered, chosen, prepared.search, cache)).rejects.toThrow(
      'before one was chosen',
    )
    expect(existsSync(context.directory.stage('evaluate-arms'))).toBe(false)
    expect(existsSync(openingsFile(context.directory))).toBe(false)
  })

  it('scores each film of each set by each arm, and notes that the sets were opened', async () => {
    const { context, prepared, delivered, cache, backbone, goOn } = await fittedWork()
    const scored = await evaluateArms(context, prepared.sealed, delivered, { kOptimal: 1 }, prepared.search, cache)
    const sets = prepared.sealed.open({ kOptimal: 1 })
    expect(scored.map(({ set }) => set)).toEqual(['internal', 'b'])
    for (const [i, set] of sets.entries()) {
      expect(scored[i].films).toEqual(set.films.map(({ id }) => id))
      expect(scored[i].yTrue).toEqual(set.films.map(({ classIndex }) => classIndex))
      const features = await backbone.extract(set.pixels)
      expect(scored[i].scores.OD).toEqual(headScores(delivered[0].head, features))
      const table = readFileSync(context.directory.scoresOf('OD', set.name), 'utf8').trim().split('\n')
      expect(table[1]).toBe(
        `${set.films[0].id},${scored[i].yTrue[0]},${scored[i].scores.OD[0]},${set.films[0].patientId}`,
      )
      expect(table).toHaveLength(1 + set.films.length)
    }
    const ledger = readFileSync(openingsFile(context.directory), 'utf8').trim().split('\n')
    expect(ledger.map((line) => JSON.parse(line).set)).toEqual(['internal', 'b'])
    expect(await evaluateArms(goOn(), prepared.sealed, delivered, { kOptimal: 1 }, prepared.search, cache)).toEqual(
      scored,
    )
    expect(scored[0].byGan).toBeUndefined()
  })
})

describe('judging an arm', () => {
  it('chooses cutoffs on the tuning films alone, and leaves these scores', async () => {
    const { context, prepared, delivered } = await fittedWork({ set: ['evaluation.sensitivity=0.9'] })
    const [od, , balanced] = delivered
    const found = judgeArm(context, prepared.search, od)
    const { films } = prepared.search.selection
    expect(found?.cutoffs.map(({ rule, cases }) => [rule, cases])).toEqual([
      ['fixed', 0],
      ['youden', films.length],
      ['sensitivity', films.length],
    ])
    const table = readFileSync(context.directory.scoresOf('OD', 'tuning'), 'utf8').trim().split('\n').slice(1)
    expect(table.map((line) => line.split(',')[0])).toEqual(films.map(({ id }) => id))
    expect(table.map((line) => Number(line.split(',')[2]))).toEqual(Array.from(od.selectionLogits, probability))
    const sick = prepared.search.train.films.filter(({ classIndex }) => classIndex === 1).length
    const share = sick / prepared.search.train.films.length
    expect(found?.priors).toEqual({ training: share, films: share })
    expect(judgeArm(context, prepared.search, balanced)?.priors).toEqual({ training: 0.5, films: share })
  })

  it('has no cutoff to offer where K was chosen on the test films, and says so', async () => {
    const { context, prepared, delivered } = await fittedWork({ set: ['search.selectOn=test'] })
    const [fixed, youden] = judgeArm(context, prepared.search, delivered[0])?.cutoffs ?? []
    expect(fixed.value).toBe(0.5)
    expect(youden).toMatchObject({ value: null, reason: expect.stringContaining('no film is left') })
    expect(existsSync(context.directory.scoresOf('OD', 'tuning'))).toBe(false)
  })

  it('has nothing to say of three classes', async () => {
    const { context, prepared, delivered } = await fittedWork({ classes: 3, patients: 21 })
    expect(judgeArm(context, prepared.search, delivered[0])).toBeUndefined()
  })
})

describe('exporting the model', () => {
  it('leaves the head of every arm and the chosen arm’s classifier', async () => {
    const { context, prepared, delivered, backbone } = await fittedWork()
    const arms = [...delivered, { ...delivered[2], arm: { ...delivered[2].arm, name: chosenArm } }]
    await exportModel(context, prepared.search, arms, backbone)
    expect(readdirSync(context.directory.heads)).toHaveLength(4)
    const { weights, bias, native, arm } = readStoredHead(context.directory.head('OD=native'))
    expect([arm, native, weights, bias]).toEqual(['OD=native', true, delivered[1].head.weights, delivered[1].head.bias])
    expect(existsSync(context.directory.classifier)).toBe(true)
  })

  it('names the arm that the tuning films favour, of equal ones the first', async () => {
    const { context, prepared, delivered } = await fittedWork()
    const { selection, positiveIndex } = prepared.search
    const withLogits = (arm: DeliveredArm, logit: (classIndex: number) => number): DeliveredArm => ({
      ...arm,
      selectionLogits: Float64Array.from(selection.films, ({ classIndex }) => logit(classIndex)),
    })
    const right = (classIndex: number) => Number(classIndex === positiveIndex)
    const [a, b, c] = [
      withLogits(delivered[0], (classIndex) => -right(classIndex)),
      withLogits(delivered[1], right),
      withLogits(delivered[2], (classIndex) => 5 * right(classIndex)),
    ]
    expect([a, b, c].map((arm) => selectionScore(context.config, prepared.search, arm))).toEqual([0, 1, 1])
    expect(favouredArm(context.config, prepared.search, [a, b, c])).toBe('OD=native')
    expect(favouredArm(context.config, prepared.search, [c, b, a])).toBe('OD=balanced')
  })
})
