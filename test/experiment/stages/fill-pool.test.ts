import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { FeatureCache } from '../../../src/backbone/feature-cache.js'
import { concatRows, type NDArray, ndarray, rows, takeRows } from '../../../src/base/ndarray.js'
import { readNpy } from '../../../src/base/npy.js'
import { Rng } from '../../../src/base/random.js'
import { classCounts, originalsOf, type SearchData } from '../../../src/experiment/cohort/film-set.js'
import { trainedGenerator } from '../../../src/experiment/config/chosen-generator.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { parseSetting } from '../../../src/experiment/config/setting.js'
import type { StageContext } from '../../../src/experiment/stage.js'
import { fillSyntheticPool } from '../../../src/experiment/stages/fill-pool.js'
import { keepDecisions } from '../../../src/experiment/stages/leave-out-rejected.js'
import { type TrainingSummary, train } from '../../../src/generator/train.js'
import type { RunEvent } from '../../../src/record/events.js'
import { RunDirectory } from '../../../src/record/run-directory.js'
import { Seals } from '../../../src/record/seals.js'
import { ImageCheck } from '../../../src/synthetic/copies.js'
import { filmHashes } from '../../../src/synthetic/film-decisions.js'
import { temporaryFolder } from '../../dataset/films-on-disk.js'
import { preparedWork, type TinyWork } from '../tiny-work.js'

const set = [
  'generator.kind=acgan',
  'generator.steps=2',
  'generator.width=0.02',
  'generator.batchSize=4',
  'training.seeds=2',
]
let work: TinyWork
let data: SearchData
let counts: number[]
const gans: TrainingSummary[] = []

/** Films, and two generators as their stage leaves them, trained in this process. */
beforeAll(async () => {
  const prepared = await preparedWork({ set })
  work = prepared
  data = prepared.prepared.search
  counts = classCounts(data.train, data.classes)
  const { kind, optionsFor } = trainedGenerator(work.context.config)
  for (const gan of [1, 2]) {
    const summary = await train(kind, {
      images: data.train.pixels,
      labels: Int32Array.from(data.train.films, ({ classIndex }) => classIndex),
      options: optionsFor({ classes: [...data.classes], imageSize: [16, 16], channels: 1 }, gan),
      folder: work.context.directory.ganOf(gan),
      checkpointEvery: 2,
      gridEvery: 2,
      threads: 1,
      device: 'cpu',
      lowering: 'auto',
    })
    gans.push({ ...summary, checkpoint: path.basename(summary.checkpoint) })
  }
})

/** A run's folder with the generators and no pool, and what is said while pools are filled. */
function unfilled(...settings: string[]) {
  const directory = new RunDirectory(temporaryFolder())
  cpSync(work.context.directory.gan, directory.gan, { recursive: true })
  const events: RunEvent[] = []
  const context: StageContext = {
    ...work.context,
    directory,
    run: directory,
    seals: new Seals(directory),
    config: resolveConfig(work.context.config, ...settings.map(parseSetting)),
    emit: (event) => void events.push(event),
  }
  const cache = new FeatureCache(directory.features, work.backbone)
  const fill = (films = data, changes: Partial<StageContext> = {}) =>
    fillSyntheticPool(
      { ...context, seals: new Seals(directory), ...changes },
      films,
      gans.slice(0, context.config.training.seeds),
      cache,
    )
  const keep = () => {
    const seals = new Seals(directory)
    seals.check()
    keepDecisions({ ...context, seals })
  }
  const images = (draw: number, c: number) => readNpy(directory.poolArray(`synthetic-r${draw}-c${c}`), 'uint8')
  return { directory, events, fill, keep, images }
}

describe('the pools of synthetic images', () => {
  it('hold what the largest K asks for, for each draw from each generator, with their features, under seal', async () => {
    const { directory, fill, images } = unfilled()
    expect(await fill()).toBeNull()
    const seals = new Seals(directory)
    const seen = new Set<string>()
    // Two draws from each of two generators.
    for (const draw of [1, 2, 3, 4]) {
      for (const [c, count] of counts.entries()) {
        const pool = images(draw, c)
        expect(pool.shape).toEqual([3 * Math.max(...counts) - count, 16, 16, 1])
        const features = directory.featureMatrix(`synthetic-r${draw}-c${c}`)
        expect(readNpy(features, 'float32')).toEqual(await work.backbone.extract(pool))
        expect([features, directory.poolArray(`synthetic-r${draw}-c${c}`)].map((file) => seals.holds(file))).toEqual([
          true,
          true,
        ])
        seen.add(Buffer.from(pool.data).toString('base64'))
      }
    }
    expect(seen.size).toBe(8)
  })

  it('for a smaller K are the first images of those for a larger', async () => {
    const [large, small] = [unfilled(), unfilled('search.kMax=1')]
    await large.fill()
    await small.fill()
    for (const c of [0, 1]) {
      const few = small.images(1, c)
      expect(few.shape[0]).toBe(Math.max(...counts) - counts[c])
      expect(few.data).toEqual(rows(large.images(1, c), 0, few.shape[0]).data)
    }
  })

  it('are told of to their end', async () => {
    const { fill, images, events } = unfilled()
    await fill()
    const told = events.flatMap((event) => (event.type === 'progress' ? [event] : []))
    const all = [1, 2, 3, 4].flatMap((draw) => [0, 1].map((c) => images(draw, c).shape[0]))
    const total = all.reduce((a, b) => a + b)
    expect(told.at(-1)).toMatchObject({ stage: 'fill-pool', unit: 'images', done: total, total })
  })

  it('are filled once, and to the same bytes where something stopped it in the middle', async () => {
    const [whole, stopped] = [unfilled(), unfilled()]
    await whole.fill()
    // What the disk refuses to write comes in the middle.
    const obstacle = stopped.directory.poolArray('synthetic-r2-c0')
    mkdirSync(obstacle, { recursive: true })
    await expect(stopped.fill()).rejects.toThrow()
    expect(existsSync(stopped.directory.stage('fill-pool'))).toBe(false)
    rmSync(obstacle, { recursive: true })
    const first = stopped.directory.poolArray('synthetic-r1-c0')
    const written = statSync(first).mtimeMs
    await stopped.fill()
    for (const draw of [1, 2, 3, 4])
      for (const c of [0, 1]) expect(stopped.images(draw, c)).toEqual(whole.images(draw, c))
    await stopped.fill()
    expect(stopped.events.at(-1)).toMatchObject({ type: 'stage-finished', stage: 'fill-pool', skipped: true })
    expect(statSync(first).mtimeMs).toBe(written)
  })

  it('are not begun where a stop was asked for', async () => {
    const { directory, fill } = unfilled()
    await expect(fill(data, { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
    expect(existsSync(directory.pool)).toBe(false)
  })
})

describe('the pools without what a person has rejected', () => {
  const settings = ['training.seeds=1', 'search.repeats=1']
  const file = path.join(temporaryFolder(), 'decisions.json')

  /** Rejects films of the first class, by their rows. */
  function reject(pool: NDArray<'uint8'>, rejected: readonly number[], label = data.classes[0]): string {
    const hashes = filmHashes(pool)
    const films = rejected.map((row) => ({
      class: label,
      draw: 1,
      number: row + 1,
      pixels: hashes[row],
      decision: 'rejected',
      afterResult: false,
    }))
    writeFileSync(file, JSON.stringify({ form: 'kopt film decisions', version: 1, films }))
    return `synthetic.rejected=${file}`
  }

  async function looked(): Promise<NDArray<'uint8'>> {
    const { fill, images } = unfilled(...settings)
    await fill()
    return images(1, 0)
  }

  it('are as large as before, the next films in the place of those; whatever becomes of the file, a run goes on with what it began with', async () => {
    const pool = await looked()
    const { fill, images, keep, directory } = unfilled(...settings, reject(pool, [1, 4]))
    keep()
    writeFileSync(file, 'something else')
    keep()
    const found = await fill()
    expect(found?.rejected).toMatchObject({
      decided: 2,
      leftOut: { [data.classes[0]]: 2 },
      notDrawn: 0,
      afterResult: false,
    })
    const after = images(1, 0)
    expect(after.shape).toEqual(pool.shape)
    const left = Array.from({ length: pool.shape[0] }, (_, row) => row).filter((row) => row !== 1 && row !== 4)
    expect(rows(after, 0, left.length).data).toEqual(takeRows(pool, left).data)
    // A second time, and where the pool was lost.
    rmSync(directory.pool, { recursive: true })
    const seals = new Seals(directory)
    seals.check()
    seals.distrust(directory.stage('fill-pool'))
    expect(await fill(data, { seals })).toEqual(found)
    expect(images(1, 0).data).toEqual(after.data)
  })

  it('are not filled by a file of other films, nor of other classes; of films that a smaller K does not come to it is said', async () => {
    const pool = await looked()
    const strange = unfilled(...settings, 'seed=77', reject(pool, [0, 1]))
    strange.keep()
    await expect(strange.fill()).rejects.toThrow(/is of other synthetic films: none of the 2 that it rejects/)
    const otherClass = unfilled(...settings, reject(pool, [0], 'fracture'))
    otherClass.keep()
    await expect(otherClass.fill()).rejects.toThrow(
      /rejects films of class fracture, and this run has healthy, sinusitis/,
    )
    const smaller = unfilled(...settings, 'search.kMax=2', reject(pool, [0, pool.shape[0] - 1]))
    smaller.keep()
    expect((await smaller.fill())?.rejected).toMatchObject({ leftOut: { [data.classes[0]]: 1 }, notDrawn: 1 })
    expect(smaller.events.flatMap((event) => (event.type === 'warning' ? [event.text] : []))).toEqual([
      '1 rejected film is not among the synthetic images that were drawn here: a smaller K draws fewer',
    ])
  })

  it('are refused where the file is asked for again and says something else', async () => {
    const { keep, directory } = unfilled(...settings, reject(await looked(), [1]))
    keep()
    writeFileSync(directory.filmDecisions, 'damaged')
    reject(await looked(), [2])
    expect(keep).toThrow(/says other things than when the run began/)
  })
})

describe('the pools without suspected copies', () => {
  const excluding = ['synthetic.excludeCopies=true', 'training.seeds=1']

  /** Films of noise, of which `learned` of each class (its first) are what the generator makes first: learned by heart. */
  async function byHeart(learned: number): Promise<SearchData> {
    const { fill, images } = unfilled('training.seeds=1', 'search.repeats=1')
    await fill()
    const next = [0, 0]
    const noise = ndarray('uint8', data.train.pixels.shape, new Rng(3).bytes(data.train.pixels.data.length).slice())
    const pixels = data.train.films.map(({ classIndex }, row): NDArray<'uint8'> => {
      const at = next[classIndex]++
      return at < learned ? rows(images(1, classIndex), at, at + 1) : rows(noise, row, row + 1)
    })
    return { ...data, train: { ...data.train, pixels: concatRows(pixels) } }
  }

  it('are full where the generator copies nothing', async () => {
    const { fill, images, events } = unfilled(...excluding)
    expect(await fill(await byHeart(0))).toMatchObject({ kMax: 3 })
    expect([0, 1].map((c) => images(1, c).shape[0])).toEqual(counts.map((count) => 3 * Math.max(...counts) - count))
    expect(events.map(({ type }) => type)).not.toContain('warning')
  })

  it('hold what is none; what was left out is counted and said, and the search ends where the images do', async () => {
    const { directory, fill, images, events } = unfilled(...excluding)
    const films = await byHeart(3)
    const found = await fill(films)
    const ofDraws = [0, 1].map((c) => [1, 2].map((draw) => images(draw, c).shape[0]))
    for (const c of [0, 1]) {
      const check = await ImageCheck.of(originalsOf(films, c), { patients: patients(films, c) })
      for (const draw of [1, 2]) {
        expect((await check.compare(images(draw, c))).close.count).toBe(0)
        expect(new Seals(directory).holds(directory.poolFacts(`synthetic-r${draw}-c${c}`))).toBe(true)
      }
      const { checked = 0, excluded = 0 } = found?.excluded?.[c] ?? {}
      expect(checked - excluded).toBe(ofDraws[c][0] + ofDraws[c][1])
      expect(excluded).toBeGreaterThanOrEqual(3)
    }
    // Every draw must have enough.
    const left = ofDraws.map((draws) => Math.min(...draws))
    expect(left).not.toEqual(ofDraws.map((draws) => Math.max(...draws)))
    const sizes = (k: number) => left.map((n, c) => n + counts[c] >= k * Math.max(...counts))
    const reached = [1, 2, 3].filter((k) => sizes(k).every(Boolean))
    expect(reached).toEqual([1])
    expect(found?.kMax).toBe(1)
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.text] : []))
    expect(warnings[0]).toMatch(/^class healthy: \d+ of \d+ synthetic films left out as suspected copies/)
    expect(warnings[1]).toBe(
      `the synthetic films (${left[0]} of healthy, ${left[1]} of sinusitis) are enough up to K = 1: the search ends there and not at 3`,
    )
    expect(await fill(films)).toEqual(found)
  })

  it.each([
    [
      'none is left of what it makes',
      1,
      [],
      /^0 of healthy, 0 of sinusitis are left .*, too few for K = 1: its films may be its training films again\. Train it for fewer steps \(generator\.steps\)/,
    ],
    ['the K that is asked for is out of reach', 3, ['search.rule=fixed', 'search.fixedK=3'], /too few for K = 3: /],
  ])('are refused with what to do where %s', async (_, learned, settings, sentence) => {
    const { directory, fill } = unfilled(...excluding, ...settings)
    await expect(fill(await byHeart(learned))).rejects.toThrow(sentence)
    expect(existsSync(directory.stage('fill-pool'))).toBe(false)
  })

  function patients(films: SearchData, c: number): string[] {
    return films.train.films.filter(({ classIndex }) => classIndex === c).map(({ patientId }) => patientId)
  }
})
