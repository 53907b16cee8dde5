import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashArray } from '../../src/base/hash.js'
import { concatRows, type NDArray, ndarray, rows, takeRows } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import type { Sampler } from '../../src/generator/sampler.js'
import { ImageCheck } from '../../src/synthetic/copies.js'
import { drawSifted } from '../../src/synthetic/sift.js'

type Images = NDArray<'uint8'>
const side = 16

function noise(name: string, count: number): Images {
  const data = new Rng(7).split(name).bytes(count * side * side)
  return ndarray('uint8', [count, side, side, 1], data.slice())
}

/** A generator whose images are known. */
function sampling(images: Images): Sampler {
  return {
    images: { classes: ['one', 'two'], imageSize: [side, side], channels: 1 },
    draw: async ({ start, count }) => rows(images, start, start + count),
    close: async () => {},
  }
}

const training = noise('training', 30)
let check: ImageCheck

beforeAll(async () => {
  check = await ImageCheck.of(training)
})

/** New images, copies of training images at the places given. */
function withCopies(count: number, copies: ReadonlySet<number>): Images {
  const made = noise('made', count)
  const darkened = training.data.map((value) => 0.6 * value)
  return concatRows(
    Array.from({ length: count }, (_, i) =>
      copies.has(i) ? rows(ndarray('uint8', training.shape, darkened), i % 30, (i % 30) + 1) : rows(made, i, i + 1),
    ),
  )
}

async function sifted(images: Images, count: number) {
  return drawSifted(sampling(images), { copies: check, rejected: new Set() }, { classIndex: 0, seed: 1, count })
}

describe('a pool without suspected copies', () => {
  it('holds the images that are none, in their order, whatever the copies are and however many images are wanted', async () => {
    // What the check suspects by chance among new images is left out, too.
    const { close } = await check.compare(noise('made', 400))
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(399), { maxLength: 120 }),
        fc.integer({ min: 1, max: 200 }),
        async (planted, count) => {
          const images = withCopies(400, new Set(planted))
          const clean = Array.from({ length: 400 }, (_, i) => i).filter(
            (i) => !planted.includes(i) && !close.suspected[i],
          )
          const expected = clean.filter((i) => i < 2 * count).slice(0, count)
          const pool = await sifted(images, count)
          expect(pool.images.data).toEqual(takeRows(images, expected).data)
          expect(pool.checked).toBe(expected.length === count ? expected[count - 1] + 1 : 2 * count)
          expect(pool.excluded).toBe(pool.checked - expected.length)
        },
      ),
      { numRuns: 15 },
    )
  }, 60_000)

  it('ends, where the generator makes copies alone, at twice the images wanted', async () => {
    const pool = await sifted(withCopies(400, new Set(Array.from({ length: 400 }, (_, i) => i))), 70)
    expect(pool).toMatchObject({ checked: 140, excluded: 140 })
    expect(pool.images.shape).toEqual([0, side, side, 1])
  })

  it('is without what a person has rejected, wherever and however often it is drawn, and full all the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(99), { maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        async (chosen, count) => {
          // Every image comes a second time, as of a generator with few ideas.
          const half = noise('made', 100)
          const images = concatRows([half, half])
          const rejected = new Set(chosen.map((row) => hashArray(rows(half, row, row + 1))))
          const pool = await drawSifted(sampling(images), { copies: null, rejected }, { classIndex: 0, seed: 1, count })
          const clean = Array.from({ length: 200 }, (_, i) => i).filter((i) => !chosen.includes(i % 100))
          const expected = clean.filter((i) => i < 2 * count + chosen.length).slice(0, count)
          expect(pool.images.data).toEqual(takeRows(images, expected).data)
          expect(pool.left).toBe(expected.length)
          expect(pool.rejected).toHaveLength(pool.checked - pool.left)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('needs no draw where no image is wanted', async () => {
    expect(await sifted(noise('made', 0), 0)).toMatchObject({ checked: 0, excluded: 0 })
  })
})
