/** A snapshot that tuning films choose, of two generators that were trained in this process. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { FeatureCache } from '../../../src/backbone/feature-cache.js'
import { concatRows, type NDArray, ndarray, rows } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { type Arm, earlyArms, generatorArms } from '../../../src/experiment/arms.js'
import type { SearchData } from '../../../src/experiment/cohort/film-set.js'
import { trainedGenerator } from '../../../src/experiment/config/chosen-generator.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { parseSetting } from '../../../src/experiment/config/setting.js'
import { type ChosenSnapshot, chooseSnapshots } from '../../../src/experiment/stages/choose-snapshot.js'
import { fillConventionalPool, fillSyntheticPool } from '../../../src/experiment/stages/fill-pool.js'
import { searchArm } from '../../../src/experiment/stages/search-k.js'
import type { RunContext } from '../../../src/experiment/work/run-context.js'
import { snapshotMatrix, snapshotName } from '../../../src/experiment/work/trials.js'
import { checkpointFile, checkpointName } from '../../../src/generator/checkpoint.js'
import { openSampler } from '../../../src/generator/sampler.js'
import { snapshotSteps } from '../../../src/generator/snapshot-policy.js'
import { type TrainingSummary, train } from '../../../src/generator/train.js'
import { Seals } from '../../../src/record/seals.js'
import { preparedWork, type TinyWork } from '../tiny-work.js'

const steps = 12
const set = [
  'generator.kind=acgan',
  `generator.steps=${steps}`,
  'generator.width=0.02',
  'generator.batchSize=4',
  'training.seeds=2',
  'training.snapshot=best',
  'synthetic.excludeCopies=false',
]
const kept = snapshotSteps('best', steps)
const ids = [1, 2].flatMap((gan) => kept.map((step) => `snapshot-${String(step).padStart(6, '0')} r=${gan}`)).toSorted()

let trained: TinyWork
let data: SearchData
let summaries: TrainingSummary[]
beforeAll(async () => {
  const prepared = await preparedWork({ set, patients: 24 })
  trained = prepared
  data = prepared.prepared.search
  const { kind, optionsFor } = trainedGenerator(trained.context.config)
  summaries = []
  for (const gan of [1, 2]) {
    const summary = await train(kind, {
      images: data.train.pixels,
      labels: Int32Array.from(data.train.films, ({ classIndex }) => classIndex),
      options: optionsFor({ classes: [...data.classes], imageSize: [16, 16], channels: 1 }, gan),
      folder: trained.context.directory.ganOf(gan),
      checkpointEvery: steps,
      gridEvery: steps,
      snapshots: kept,
      threads: 1,
      device: 'cpu',
      lowering: 'auto',
    })
    summaries.push(summary)
  }
})

/** Another run's folder with the same films and generators, and no snapshot chosen. */
async function unchosen(...settings: string[]) {
  const work = await preparedWork({ set: [...set, ...settings], patients: 24 })
  cpSync(trained.context.directory.gan, work.context.directory.gan, { recursive: true })
  const choose = (changes: Partial<RunContext> = {}, films = data) =>
    chooseSnapshots(
      { ...work.goOn(), ...changes },
      films,
      2,
      new FeatureCache(work.context.directory.features, work.backbone),
    )
  return { ...work, choose }
}

const chosenOf = (found: ChosenSnapshot[] | null) => found as ChosenSnapshot[]

/** The earliest step within one standard error of the best score, of which larger ones are better (1) or smaller ones (-1). */
function earliestNear(scores: ChosenSnapshot['scores'], sign: 1 | -1): number | undefined {
  const known = scores.map(({ score, ...one }) => ({ ...one, score: sign * (score as number) }))
  const best = known.reduce((so, one) => (one.score > so.score ? one : so))
  const patients = best.influence.length
  const error = (influence: readonly number[]) =>
    Math.sqrt((patients / (patients - 1)) * influence.reduce((sum, u, p) => sum + (u - best.influence[p]) ** 2, 0))
  return known.find(({ score, influence }) => best.score - score <= error(influence))?.step
}

describe('a snapshot that tuning films choose', () => {
  let undisturbed: Awaited<ReturnType<typeof unchosen>>
  let found: ChosenSnapshot[]
  beforeAll(async () => {
    undisturbed = await unchosen()
    found = chosenOf(await undisturbed.choose())
  })

  it('is none where the last is asked for', async () => {
    const { choose, context, trials } = await unchosen('training.snapshot=last')
    expect(await choose()).toBeNull()
    expect(trials).toEqual([])
    expect(existsSync(context.directory.stage('choose-snapshot'))).toBe(false)
  })

  it('is the earliest of each generator within one standard error of its best', () => {
    const { events, trials, context } = undisturbed
    expect(trials.toSorted()).toEqual(ids)
    expect(found.map(({ gan }) => gan)).toEqual([1, 2])
    expect(found[0].scores).not.toEqual(found[1].scores)
    for (const { step: taken, scores } of found) {
      expect(scores.map(({ step }) => step)).toEqual(kept)
      expect(scores[0].influence).toHaveLength(new Set(data.selection.films.map(({ patientId }) => patientId)).size)
      expect(taken).toBe(earliestNear(scores, 1))
    }
    // Two of them differ by what they were trained to, not by the draw: some move the score.
    expect(new Set(found[0].scores.map(({ score }) => score)).size).toBeGreaterThan(1)
    expect(events.filter(({ type }) => type === 'note')).toHaveLength(2)
    expect(events.filter(({ type }) => type === 'trial')).toEqual([])
    expect(readdirSync(context.directory.features).filter((file) => file.startsWith('snapshot'))).toEqual([])
    expect(readdirSync(context.directory.trials)).toEqual([])
    expect(new Seals(context.directory).check()).toEqual([])
  })

  it('looks at tuning films, and where these say otherwise chooses by that', async () => {
    const { choose: chooseTurned } = await unchosen()
    const films = data.selection.films.map((film) => ({ ...film, classIndex: 1 - film.classIndex }))
    const turned = chosenOf(await chooseTurned({}, { ...data, selection: { ...data.selection, films } }))
    for (const [i, { scores }] of found.entries())
      expect(scores.map(({ score }) => score)).not.toEqual(turned[i].scores.map(({ score }) => score))
  })

  it('takes smaller losses for better ones', async () => {
    const { choose, events } = await unchosen('search.metric=log-loss')
    for (const { step, scores } of chosenOf(await choose())) {
      expect(step).toBe(earliestNear(scores, -1))
      expect(scores.every(({ score }) => (score as number) > 0)).toBe(true)
    }
    const notes = events.flatMap((event) => (event.type === 'note' ? [event.text] : []))
    expect(notes[0]).toMatch(
      /^images are drawn from GAN 1 as it was at step \d+: .*\(log loss in nats, lower is better\)/,
    )
  })

  it.each([
    ['drawn', ({ directory }: RunContext) => directory.featureMatrix(snapshotMatrix(2, kept[2], 1)), 0],
    ['scored', ({ directory }: RunContext) => directory.trial(snapshotName(kept[2]), 1, 2), ids.length - 6],
  ])('is the same where it was stopped while they were %s, and nothing is done twice', async (_, placeOf, scored) => {
    const { choose, trials, context } = await unchosen()
    // What the disk refuses to write comes in the middle.
    mkdirSync(placeOf(context), { recursive: true })
    await expect(choose()).rejects.toThrow()
    expect(existsSync(context.directory.stage('choose-snapshot'))).toBe(false)
    rmSync(placeOf(context), { recursive: true })
    const matrices = readdirSync(context.directory.features)
      .filter((file) => file.startsWith('snapshot'))
      .map((file) => path.join(context.directory.features, file))
    const written = matrices.map((file) => statSync(file).mtimeMs)
    expect(matrices.length).toBeGreaterThan(0)
    const done = new Set(trials)
    expect(done.size).toBeGreaterThanOrEqual(scored)
    let seen = 0
    const emit: RunContext['emit'] = ({ type }) => {
      if (type !== 'note') return
      seen++
      expect(matrices.map((file) => statSync(file).mtimeMs)).toEqual(written)
    }
    expect(await choose({ emit })).toEqual(found)
    expect(seen).toBe(2)
    // But for the one whose outcome could not be kept.
    expect(trials.length - new Set(trials).size).toBe(scored > 0 ? 1 : 0)
    const before = trials.length
    expect(await choose()).toEqual(found)
    expect(trials).toHaveLength(before)
  })

  it('is none that makes suspected copies alone', async () => {
    const { choose, trials } = await unchosen('synthetic.excludeCopies=true')
    // One film of each class is its generator's, and what the others show is so far apart that all it makes is near to that one.
    const sampler = await openSampler(checkpointFile(trained.context.directory.gan, kept[0]), { threads: 1 })
    const noise = ndarray('uint8', data.train.pixels.shape, new Rng(3).bytes(data.train.pixels.data.length).slice())
    const first = [0, 1].map((c) => data.train.films.findIndex(({ classIndex }) => classIndex === c))
    const images: NDArray<'uint8'>[] = []
    for (const [row, { classIndex }] of data.train.films.entries())
      images.push(
        first.includes(row)
          ? await sampler.draw({ classIndex, seed: 9, start: 0, count: 1 })
          : rows(noise, row, row + 1),
      )
    await sampler.close()
    const films = { ...data, train: { ...data.train, pixels: concatRows(images) } }
    const without = chosenOf(await choose({}, films))
    const all = without.flatMap(({ scores }) => scores)
    const empty = all.filter((one) => one.images === 0)
    expect(empty.length).toBeGreaterThan(ids.length / 2)
    for (const { score, se, influence } of empty) expect([score, se, influence]).toEqual([null, null, []])
    expect(trials).toHaveLength(ids.length - empty.length)
    for (const { step, scores } of without) {
      const scored = scores.filter(({ score }) => score !== null)
      expect(scored.length > 0 ? scored.map((one) => one.step) : [steps]).toContain(step)
    }
  })

  it('is counted in the null of a search over the generator’s images, and of no other', async () => {
    const { cache, goOn } = undisturbed
    const gans = summaries.map((gan, i) => ({ ...gan, checkpoint: checkpointName(found[i].step) }))
    await fillConventionalPool(goOn(), data, cache, 'early-arms')
    await fillSyntheticPool(goOn(), data, gans, cache)
    const armOf = (name: string) => [...earlyArms, ...generatorArms].find((arm) => arm.name === name) as Arm
    const nullOf = async (name: string, snapshots: ChosenSnapshot[] | null) =>
      (await searchArm(goOn(), data, armOf(name), 'search-k', snapshots)).search.null
    expect(await nullOf('OD+CDA', found)).toEqual(await nullOf('OD+CDA', null))
    const [counted, passedOver] = [await nullOf('GCB+OMGDA', found), await nullOf('GCB+OMGDA', null)]
    expect(counted.gain).toBe(passedOver.gain)
    expect(counted.quantiles).not.toEqual(passedOver.quantiles)
  })
})

describe('the configuration', () => {
  const resolved = (...settings: string[]) => resolveConfig({ dataset: 'films' }, ...settings.map(parseSetting))

  it.each([
    ['generator.kind=pca', /training\.snapshot best with generator\.kind pca: this generator is computed at once/],
    ['synthetic.from=made', /training\.snapshot best with generator\.kind given: this generator is not trained here/],
    ['search.selectOn=test', /training\.snapshot best with search\.selectOn test: no snapshot is chosen by test films/],
  ])('refuses a choice with %s', (setting, sentence) => {
    expect(() => resolved('training.snapshot=best', setting)).toThrow(sentence)
    expect(resolved(setting, 'resampling.folds=0').training.snapshot).toBe('last')
  })
})
