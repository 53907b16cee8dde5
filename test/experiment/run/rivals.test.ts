import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readNpy } from '../../../src/base/npy.js'
import { originalsOf } from '../../../src/experiment/cohort/film-set.js'
import { givenImages } from '../../../src/experiment/config/chosen-generator.js'
import { chosenRivals } from '../../../src/experiment/config/chosen-rivals.js'
import { upToMultiple } from '../../../src/experiment/config/multiples.js'
import { requestedConfig } from '../../../src/experiment/config/request.js'
import { makeAnew } from '../../../src/experiment/run/make-anew.js'
import { runProcedure } from '../../../src/experiment/run/procedure.js'
import { beginRivals } from '../../../src/experiment/run/rivals.js'
import { readGivenImages } from '../../../src/experiment/stages/given-images.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import { chosenArm } from '../../../src/record/arm.js'
import { rivalNames, rivals } from '../../../src/rivals/rival.js'
import { multiplesFilled } from '../../../src/synthetic/allocation.js'
import { preparedWork, type TinyWork, type TinyWorkOptions, tinyWork } from '../tiny-work.js'

/** The whole procedure with a generator that is one matrix of linear algebra, or images made elsewhere. */
async function procedureOn(work: TinyWork, changes: Parameters<TinyWork['goOn']>[0] = {}) {
  const context = work.goOn(changes)
  const { search, sealed } = await prepareData(context)
  const outcome = await runProcedure(context, work.backbone, { search, sealed })
  return { outcome, search }
}

const given = async (set: readonly string[], options: TinyWorkOptions = {}) => {
  const work = await tinyWork({ given: 40, set: ['search.kMax=2', ...set], ...options })
  const { search, sealed } = await prepareData(work.context)
  const images = givenImages(work.context.config) as NonNullable<ReturnType<typeof givenImages>>
  const { kMax } = await readGivenImages(work.context, images, search, sealed)
  const limited = (context: TinyWork['context']) => upToMultiple(context, kMax)
  const go = async (changes = {}) => procedureOn(work, limited({ ...work.goOn(), ...changes }))
  return { ...work, go, search }
}

const matrices = ({ context }: TinyWork) =>
  Object.fromEntries(
    readdirSync(context.directory.features)
      .filter((name) => name.startsWith('rival-'))
      .map((name) => [name, readFileSync(path.join(context.directory.features, name), 'base64')]),
  )

describe('the rivals of a run', () => {
  let without: Awaited<ReturnType<typeof given>>
  let beside: Awaited<ReturnType<typeof given>>
  let [alone, all]: Awaited<ReturnType<typeof procedureOn>>[] = []
  beforeAll(async () => {
    without = await given(['search.rivals=none'], { external: true })
    beside = await given(['search.rivals=all'], { external: true })
    alone = await without.go()
    all = await beside.go()
  })

  it('are arms beside the others, each at a K of its own on the same grid, scored on the same test films', () => {
    const { rivals: found, comparators, scores } = all.outcome
    expect(found.delivered.map(({ arm }) => arm.name)).toEqual(rivalNames)
    expect(found.leftOut).toEqual([])
    const chosen = all.outcome.searches[chosenArm]
    for (const { arm, k, size } of found.delivered) {
      const search = found.searches[arm.name]
      expect(search.trials.map((trial) => [trial.k, trial.size])).toEqual(
        chosen.trials.map((trial) => [trial.k, trial.size]),
      )
      expect(k).toBe(search.kOptimal)
      expect(size).toBe(search.trials.find((trial) => trial.k === k)?.size)
      expect(comparators).not.toContain(arm.name)
    }
    expect(scores.map(({ set }) => set)).toEqual(['internal', 'b'])
    for (const set of scores) for (const name of rivalNames) expect(set.scores[name]).toHaveLength(set.films.length)
  })

  it('change nothing of the other arms', () => {
    const { rivals: none, scores: scoresAlone, ...others } = alone.outcome
    const { rivals: _, scores, ...same } = all.outcome
    expect(same).toEqual(others)
    expect(none).toEqual({ delivered: [], searches: {}, rivals: [], leftOut: [] })
    for (const [i, { scores: ofArms, ...set }] of scoresAlone.entries()) {
      expect(scores[i]).toMatchObject(set)
      for (const [arm, values] of Object.entries(ofArms)) expect(scores[i].scores[arm]).toEqual(values)
    }
    for (const name of readdirSync(without.context.directory.trials))
      expect(readFileSync(path.join(beside.context.directory.trials, name), 'utf8')).toBe(
        readFileSync(path.join(without.context.directory.trials, name), 'utf8'),
      )
  })

  it('leave nothing behind where there are none', () => {
    const { directory } = without.context
    expect(readdirSync(directory.features).filter((name) => name.startsWith('rival-'))).toEqual([])
    expect(existsSync(directory.stage('rivals'))).toBe(false)
  })

  it('draw as many vectors for each draw as the generator has images, and keep no image of them', () => {
    const { directory } = beside.context
    for (const { name, makes } of rivals) {
      if (makes === 'duplicates') continue
      for (const draw of [1, 2]) {
        for (const c of [0, 1]) {
          const file = (source: string) => directory.featureMatrix(`${source}-r${draw}-c${c}`)
          const drawn = readNpy(file(`rival-${name}`), 'float32')
          expect(drawn.shape).toEqual(readNpy(file('synthetic'), 'float32').shape)
          expect(drawn.data.every(Number.isFinite)).toBe(true)
        }
      }
      const [first, second] = [1, 2].map((draw) => readFileSync(directory.featureMatrix(`rival-${name}-r${draw}-c0`)))
      expect(first.equals(second)).toBe(false)
    }
    expect(readdirSync(directory.pool).filter((name) => name.startsWith('rival-'))).toEqual([])
  })

  it('are told of before the generator’s images are used, with what their curves show', () => {
    const notes = beside.events.flatMap((event, at) => (event.type === 'note' ? [{ at, text: event.text }] : []))
    const pooled = beside.events.findIndex((event) => event.type === 'stage-started' && event.stage === 'fill-pool')
    const told = notes.filter(({ text }) => /^training set filled up with/.test(text))
    expect(told).toHaveLength(rivals.length)
    for (const [i, { label }] of rivals.entries())
      expect(told[i].text).toMatch(
        new RegExp(`^training set filled up with ${label.replace(/[()]/g, '.')}: AUC [01]\\.\\d`),
      )
    expect(notes.filter(({ text }) => text.startsWith('could more films help at all?'))).toHaveLength(1)
    expect(Math.max(...told.map(({ at }) => at))).toBeLessThan(pooled)
  })

  it('are gone on with: nothing is done again, and what is lost is made anew to the same bytes', async () => {
    const done = beside.trials.length
    const before = matrices(beside)
    expect((await beside.go()).outcome).toEqual(all.outcome)
    expect(beside.trials.length).toBe(done)
    const lost = ['rival-gaussian-r1-c0', 'rival-pca-r2-c1'].map((name) => beside.context.directory.featureMatrix(name))
    for (const file of lost) rmSync(file)
    const { directory, seals } = beside.goOn()
    makeAnew(directory, seals, seals.check(), beside.context.config)
    expect((await beside.go({ seals })).outcome).toEqual(all.outcome)
    expect(matrices(beside)).toEqual(before)
    expect(beside.trials.length).toBe(done)
  })
})

describe('a rival', () => {
  const config = (...set: string[]) => requestedConfig({ dataset: '.', set })
  const names = (chosen: ReturnType<typeof chosenRivals>) => ({
    taken: chosen.taken.map(({ name }) => name),
    leftOut: chosen.leftOut.map(({ name }) => name),
  })

  it('is taken as the configuration says: all, none or by name', () => {
    expect(names(chosenRivals(config()))).toEqual({ taken: rivalNames, leftOut: [] })
    expect(names(chosenRivals(config('preset=kong2022')))).toEqual({ taken: [], leftOut: [] })
    expect(names(chosenRivals(config('search.rivals=[smote, pca]'))).taken).toEqual(['smote', 'pca'])
    expect(() => config('search.rivals=[smoot]')).toThrow(/search\.rivals/)
    expect(() => config('search.rivals=[smote, smote]')).toThrow('each rival once')
  })

  it('is no rival of itself', () => {
    const { taken, leftOut } = names(chosenRivals(config('generator.kind=smoothed')))
    expect(leftOut).toEqual(['smoothed'])
    expect(taken).toEqual(rivalNames.filter((name) => name !== 'smoothed'))
  })

  it('draws no features where the end of the backbone is trained, and says why', () => {
    const { taken, leftOut } = chosenRivals(config('backbone.name=chexnet', 'backbone.unfreeze=block4'))
    expect(taken.map(({ makes }) => makes)).not.toContain('features')
    expect(leftOut.map(({ name }) => name)).toEqual(['smote', 'gaussian'])
    expect(leftOut[0].reason).toContain('trained in every trial')
  })

  it('is left out where too few of its films are no suspected copies, and ends early where they last for less', async () => {
    const set = ['synthetic.excludeCopies=true', 'search.rivals=[pca, smoothed, duplicates]', 'search.repeats=1']
    const { context, prepared, cache } = await preparedWork({ set })
    const data = prepared.search
    const { ready, leftOut } = await beginRivals(context, data, cache)
    const originals = data.classes.map((_, c) => originalsOf(data, c).shape[0])
    for (const name of ['pca', 'smoothed']) {
      const left = data.classes.map((_, c) => {
        const facts = context.directory.poolFacts(`rival-${name}-r1-c${c}`)
        const { checked, excluded } = JSON.parse(readFileSync(facts, 'utf8'))
        return checked - excluded
      })
      const last = multiplesFilled(originals, left, [1, 2, 3]).at(-1)
      expect(ready.find(({ rival }) => rival.name === name)?.kMax, name).toBe(last)
      if (last === undefined) expect(leftOut.find((rival) => rival.name === name)?.reason).toMatch(/too few/)
    }
    // Eight patients of a class, each film unlike the others: what lies between them looks like one of them.
    expect(leftOut.length).toBeGreaterThan(0)
    expect(ready.find(({ rival }) => rival.name === 'duplicates')?.kMax).toBe(3)
  })
})

describe('rivals of three classes', () => {
  it('are searched and scored by the macro AUC', async () => {
    const work = await given(['search.rivals=all', 'search.kMax=1', 'search.repeats=1'], { classes: 3, patients: 21 })
    const { outcome } = await work.go()
    expect(outcome.rivals.delivered).toHaveLength(rivals.length)
    expect(new Set(Object.values(outcome.rivals.searches).map(({ metric }) => metric))).toEqual(new Set(['macro-auc']))
    const [{ scores, films }] = outcome.scores
    for (const name of rivalNames) expect(scores[name]).toHaveLength(3 * films.length)
  })
})
