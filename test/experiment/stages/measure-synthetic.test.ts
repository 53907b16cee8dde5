import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../src/base/ndarray.js'
import { readNpy } from '../../../src/base/npy.js'
import { originalsOf } from '../../../src/experiment/cohort/film-set.js'
import { givenImages } from '../../../src/experiment/config/chosen-generator.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { parseSetting } from '../../../src/experiment/config/setting.js'
import type { StageContext } from '../../../src/experiment/stage.js'
import { fillGivenPool, readGivenImages } from '../../../src/experiment/stages/given-images.js'
import { measureSynthetic } from '../../../src/experiment/stages/measure-synthetic.js'
import { pngAddress } from '../../../src/experiment/stages/sample-images.js'
import type { RunEvent } from '../../../src/record/events.js'
import { result as resultSchema } from '../../../src/record/result.js'
import { RunDirectory } from '../../../src/record/run-directory.js'
import type { ClosestPairs } from '../../../src/record/samples.js'
import { Seals } from '../../../src/record/seals.js'
import { temporaryFolder } from '../../dataset/films-on-disk.js'
import { preparedWork } from '../tiny-work.js'

let prepared: Awaited<ReturnType<typeof preparedWork>>

/** Films, and pools of images made elsewhere. */
beforeAll(async () => {
  prepared = await preparedWork({ given: 40, set: ['search.kMax=2'] })
  const { context, cache } = prepared
  const { search, sealed } = prepared.prepared
  const given = givenImages(context.config)
  if (!given) throw new Error('no images were given')
  await readGivenImages(context, given, search, sealed)
  await fillGivenPool(context, given, search, cache)
})

/** A copy of that run's folder, which is measured with other values. */
function measurable(...set: string[]) {
  const directory = new RunDirectory(temporaryFolder())
  cpSync(prepared.context.directory.root, directory.root, { recursive: true })
  const config = resolveConfig(prepared.context.config, ...set.map(parseSetting))
  const events: RunEvent[] = []
  const goOn = (changes: Partial<StageContext> = {}): StageContext => ({
    ...prepared.context,
    directory,
    run: directory,
    config,
    seals: new Seals(directory),
    emit: (event) => void events.push(event),
    ...changes,
  })
  const closest = (): ClosestPairs => JSON.parse(readFileSync(directory.closestPairs, 'utf8'))
  return { directory, context: goOn(), goOn, events, closest, data: prepared.prepared.search, cache: prepared.cache }
}

describe('measuring synthetic images', () => {
  it('says of each class what it was measured on, and leaves its closest pairs as they look', async () => {
    const { context, data, closest, events } = measurable()
    const quality = await measureSynthetic(context, data)
    expect(resultSchema.shape.quality.parse(quality)).toEqual(quality)
    expect(quality.map((one) => one.class)).toEqual(data.classes)
    for (const [c, one] of quality.entries()) {
      const pool = readNpy(context.directory.poolArray(`synthetic-r1-c${c}`), 'uint8')
      const of = (films: readonly { classIndex: number }[]) => films.filter(({ classIndex }) => classIndex === c).length
      expect(one.n).toMatchObject({
        real: of(data.train.films),
        heldOut: of(data.selection.films),
        synthetic: pool.shape[0],
      })
      expect(one.features).toBe('standardised')
      // Every whole K of the search, though a pool may be larger than it takes.
      const size = Math.max(
        ...data.classes.map((_, k) => data.train.films.filter(({ classIndex }) => classIndex === k).length),
      )
      expect(one.msSsim.byMultiple?.map(({ k, images }) => [k, images])).toEqual([
        [1, size - of(data.train.films)],
        [2, size],
      ])
      expect(one.msSsim.byMultiple?.[1].mean).toBeGreaterThan(0)
      const films = data.train.films.filter(({ classIndex }) => classIndex === c)
      const { pairs } = closest()[c]
      expect(pairs.length).toBeGreaterThan(0)
      for (const { number, film, synthetic, real } of pairs) {
        const row = films.findIndex(({ id }) => id === film)
        expect(synthetic).toBe(await pngAddress(rows(pool, number - 1, number)))
        expect(real).toBe(await pngAddress(rows(originalsOf(data, c), row, row + 1)))
      }
    }
    expect(context.seals.holds(context.directory.closestPairs)).toBe(true)
    const told = events.flatMap((event) => ('stage' in event && event.stage === 'measure-synthetic' ? [event] : []))
    expect(told.at(-1)).toMatchObject({ type: 'stage-finished', skipped: false })
    expect(told).toContainEqual(expect.objectContaining({ type: 'progress', done: 2, total: 2, unit: 'classes' }))
  })

  it('looks at the first draw alone, measures once, and the same again', async () => {
    const { context, data, goOn, closest, events } = measurable()
    const { directory } = context
    for (const c of [0, 1]) {
      rmSync(directory.poolArray(`synthetic-r2-c${c}`))
      rmSync(directory.featureMatrix(`synthetic-r2-c${c}`))
    }
    const first = await measureSynthetic(context, data)
    const pairs = closest()
    expect(await measureSynthetic(goOn(), data)).toEqual(first)
    expect(events.at(-1)).toMatchObject({ stage: 'measure-synthetic', skipped: true })
    rmSync(directory.stage('measure-synthetic'))
    const again = goOn()
    again.seals.check()
    expect(await measureSynthetic(again, data)).toEqual(first)
    expect(closest()).toEqual(pairs)
  })

  it('leaves nothing where it is stopped', async () => {
    const { context, data } = measurable()
    const stop = new AbortController()
    const emit: typeof context.emit = (event) => {
      if (event.type === 'stage-started') stop.abort()
    }
    await expect(measureSynthetic({ ...context, emit, signal: stop.signal }, data)).rejects.toThrow('aborted')
    const { directory } = context
    expect([directory.stage('measure-synthetic'), directory.closestPairs].map((file) => existsSync(file))).toEqual([
      false,
      false,
    ])
  })

  it('takes films that choose K for nothing else where they are the test films', async () => {
    const { context, data } = measurable('search.selectOn=test')
    for (const { n, reference, msSsim, copies } of await measureSynthetic(context, data)) {
      expect(n?.heldOut).toBe(0)
      expect(reference?.kid).toBeNull()
      expect([msSsim.realToHeldOut, msSsim.syntheticToHeldOut]).toEqual([undefined, undefined])
      expect(copies?.reference).toBe('leave-one-out')
    }
  })

  it('takes the features as the head does', async () => {
    const { context, data } = measurable('head.standardise=false')
    expect((await measureSynthetic(context, data)).map(({ features }) => features)).toEqual(['raw', 'raw'])
  })

  it('finds a pool of training films, and shows which they are', async () => {
    const { context, data, cache, closest } = measurable()
    const { directory, seals } = context
    for (const c of [0, 1]) {
      const copies = originalsOf(data, c)
      seals.writeNpy(directory.poolArray(`synthetic-r1-c${c}`), copies)
      seals.writeNpy(directory.featureMatrix(`synthetic-r1-c${c}`), await cache.features(copies, () => {}))
    }
    for (const [c, { findings, copies }] of (await measureSynthetic(context, data)).entries()) {
      const n = originalsOf(data, c).shape[0]
      expect(copies).toMatchObject({ suspected: n, nearestRatio: 0, images: { suspected: n } })
      expect(findings?.suspicious).toBe(true)
      const films = data.train.films.filter(({ classIndex }) => classIndex === c)
      for (const { number, film, suspected, real, synthetic } of closest()[c].pairs) {
        expect({ film, suspected, picture: synthetic }).toEqual({
          film: films[number - 1].id,
          suspected: true,
          picture: real,
        })
      }
    }
  })
})
