import { readFileSync, rmSync, statSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type NDArray, ndarray, rows } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { originalsOf, type SearchData } from '../../../src/experiment/cohort/film-set.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import { pngAddress, writeSamples } from '../../../src/experiment/stages/sample-images.js'
import { decodeImage } from '../../../src/image/codec.js'
import type { RunSamples } from '../../../src/record/samples.js'
import { type TinyWork, tinyWork } from '../tiny-work.js'

const decoded = async (address: string) =>
  Uint8Array.from((await decodeImage(Buffer.from(address.split(',')[1], 'base64'))).data)
const images = (n: number) => ndarray('uint8', [n, 16, 16, 1], new Rng(n).bytes(n * 256).slice())
/** Images of each class in the first pool. */
const pools = [images(3), images(20)]

let work: TinyWork
let data: SearchData
beforeAll(async () => {
  work = await tinyWork()
  data = (await prepareData(work.context)).search
})
beforeEach(() => {
  const { directory, seals } = work.context
  rmSync(directory.samples, { force: true })
  pools.forEach((pool, c) => {
    seals.writeNpy(directory.poolArray(`synthetic-r1-c${c}`), pool)
  })
})

/** Written anew by a run of other values. */
async function samplesWith(changes: Partial<TinyWork['context']['config']> = {}): Promise<RunSamples> {
  const { directory, config } = work.context
  rmSync(directory.samples, { force: true })
  const context = work.goOn({ config: { ...config, ...changes } })
  context.seals.check()
  await writeSamples(context, data)
  expect(context.seals.holds(directory.samples)).toBe(true)
  return JSON.parse(readFileSync(directory.samples, 'utf8'))
}

/** The row of `set` that a picture shows; -1 for none. */
async function rowOf(picture: string, set: NDArray<'uint8'>): Promise<number> {
  const shown = Buffer.from(await decoded(picture))
  return Array.from({ length: set.shape[0] }, (_, row) => row).findIndex((row) =>
    shown.equals(rows(set, row, row + 1).data),
  )
}

describe('the samples of a run', () => {
  it('show of each class films of that class, each once, and the first of its synthetic images, at most eight of either', async () => {
    const samples = await samplesWith()
    expect(samples.map((sample) => sample.class)).toEqual(data.classes)
    for (const [c, { real, synthetic }] of samples.entries()) {
      const originals = originalsOf(data, c)
      const shown = await Promise.all(real.map((picture) => rowOf(picture, originals)))
      expect(shown).not.toContain(-1)
      expect(new Set(shown).size).toBe(Math.min(8, originals.shape[0]))
      const drawn = await Promise.all(synthetic.map((picture) => rowOf(picture, pools[c])))
      expect(drawn).toEqual(Array.from({ length: Math.min(8, pools[c].shape[0]) }, (_, i) => i))
    }
  })

  it('show of two films each change that is on, by itself, beside the film', async () => {
    const { augment } = work.context.config
    const [{ real, conventional }] = await samplesWith({ augment: { ...augment, noise: 0.1, rotationDegrees: 0 } })
    expect(conventional).toHaveLength(2)
    for (const [i, variants] of conventional.entries()) {
      expect(Object.keys(variants)).toEqual(['original', 'flipped', 'noisy'])
      expect(variants.original).toBe(real[i])
      expect(new Set(Object.values(variants)).size).toBe(3)
      const [film, flipped] = [await decoded(variants.original), await decoded(variants.flipped)]
      const mirrored = Uint8Array.from(film, (_, at) => film[at - (at % 16) + 15 - (at % 16)])
      expect(flipped).toEqual(mirrored)
    }
  })

  it('are the same for the same seed, and other films for another', async () => {
    const before = await samplesWith()
    expect(await samplesWith()).toEqual(before)
    const other = await samplesWith({ seed: 2 })
    expect(other[0].real).not.toEqual(before[0].real)
    expect(other[0].synthetic).toEqual(before[0].synthetic)
  })

  it('are written once: a run that goes on asks for no pool', async () => {
    await samplesWith()
    const { directory } = work.context
    const written = statSync(directory.samples).mtimeMs
    rmSync(directory.pool, { recursive: true })
    await writeSamples(work.goOn(), data)
    expect(statSync(directory.samples).mtimeMs).toBe(written)
  })

  it('show colour where the films have it', async () => {
    const colour = ndarray('uint8', [1, 4, 4, 3], new Rng(9).bytes(48).slice())
    expect(await decoded(await pngAddress(colour))).toEqual(colour.data)
  })
})
