import { mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Backbone, openBackbone } from '../../src/backbone/backbone.js'
import { FeatureCache } from '../../src/backbone/feature-cache.js'
import { fromNumbers, ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { tinyBackboneFile, tinyContract } from '../support/tiny-backbone.js'

const images = fromNumbers('uint8', [40, 16, 16, 1], new Rng(9).bytes(40 * 256))
const folder = () => mkdtempSync(path.join(tmpdir(), 'kopt-cache-'))

/** The real backbone, and how many images it was asked for. */
async function counted(options: Parameters<typeof tinyBackboneFile>[0] = {}, inputSize?: [number, number]) {
  const backbone = await openBackbone(tinyBackboneFile(options), { threads: 1, inputSize })
  const asked = { images: 0 }
  const spied: Backbone = {
    ...backbone,
    extract(pixels, extractOptions) {
      asked.images += pixels.shape[0]
      return backbone.extract(pixels, extractOptions)
    },
  }
  return { backbone: spied, asked }
}

const quiet = () => {}

describe('the feature cache', () => {
  it('gives what the backbone gives, and asks it once an image', async () => {
    const { backbone, asked } = await counted()
    const where = folder()
    const first = await new FeatureCache(where, backbone).features(images, quiet)
    expect(first).toEqual(await backbone.extract(images))
    asked.images = 0
    const again = await new FeatureCache(where, backbone).features(images, quiet)
    expect(again).toEqual(first)
    expect(asked.images).toBe(0)
  })

  it('misses when the image, its shape, the backbone, its scaling or its size differ', async () => {
    const where = folder()
    const { backbone, asked } = await counted()
    await new FeatureCache(where, backbone).features(images, quiet)
    asked.images = 0
    const changed = ndarray('uint8', images.shape, images.data.slice())
    changed.data[0] ^= 1
    await new FeatureCache(where, backbone).features(changed, quiet)
    expect(asked.images).toBe(16) // the batch of the changed image
    asked.images = 0
    await new FeatureCache(where, backbone).features(ndarray('uint8', [40, 8, 32, 1], images.data), quiet)
    expect(asked.images).toBe(40)
    for (const other of [{ seed: 2 }, { contract: { ...tinyContract, scaling: { mean: [0], deviation: [1] } } }]) {
      const { backbone, asked } = await counted(other)
      await new FeatureCache(where, backbone).features(images, quiet)
      expect(asked.images).toBe(40)
    }
  })

  it('believes no row of which a byte has changed, whether of the features or of the keys', async () => {
    const { backbone, asked } = await counted()
    const where = folder()
    const expected = await new FeatureCache(where, backbone).features(images, quiet)
    for (const name of readdirSync(where)) {
      const file = path.join(where, name)
      const whole = readFileSync(file)
      // In the row of the first, of an image between, and of the last.
      for (const at of [3, Math.floor(whole.length / 2), whole.length - 1]) {
        const bytes = Buffer.from(whole)
        bytes[at] ^= 4
        writeFileSync(file, bytes)
        asked.images = 0
        expect(await new FeatureCache(where, backbone).features(images, quiet)).toEqual(expected)
        expect(asked.images, `${name}, byte ${at}`).toBeGreaterThan(0)
        asked.images = 0
        await new FeatureCache(where, backbone).features(images, quiet)
        expect(asked.images, 'once more').toBe(0)
      }
    }
  })

  it('goes on to the same bytes after a kill cut its files off', async () => {
    const { backbone } = await counted()
    const whole = folder()
    const expected = await new FeatureCache(whole, backbone).features(images, quiet)
    const cut = folder()
    await new FeatureCache(cut, backbone).features(images, quiet)
    for (const name of readdirSync(cut)) truncateSync(path.join(cut, name), statSync(path.join(cut, name)).size - 37)
    expect(await new FeatureCache(cut, backbone).features(images, quiet)).toEqual(expected)
    for (const name of readdirSync(cut)) {
      expect(readFileSync(path.join(cut, name)).equals(readFileSync(path.join(whole, name)))).toBe(true)
    }
  })
})
