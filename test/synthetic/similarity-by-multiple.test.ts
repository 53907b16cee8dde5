import { describe, expect, it } from 'vitest'
import { concatRows, fromNumbers, ndarray, rows } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { pairSimilarity } from '../../src/synthetic/similarity.js'
import { similarityByMultiple } from '../../src/synthetic/similarity-by-multiple.js'

const noise = (n: number, side = 16) => fromNumbers('uint8', [n, side, side, 1], new Rng(2).bytes(n * side * side))

describe('the similarity of the images that each K adds', () => {
  const originals = [10, 6]

  it('is that of pairs among these alone, of K = 1 among those that balance the class', async () => {
    const images = noise(24)
    const found = await similarityByMultiple({ images, originals, classIndex: 1, largest: 2.5 }, new Rng(1))
    expect(found.map(({ k, images: n }) => [k, n])).toEqual([
      [1, 4],
      [2, 10],
    ])
    expect(found[1]).toEqual({ k: 2, images: 10, ...pairSimilarity(rows(images, 4, 14), 100, new Rng(1).at(2)) })
    // Nothing of what other K hold has a say.
    const elsewhere = concatRows([ndarray('uint8', [4, 16, 16, 1], new Uint8Array(4 * 256)), rows(images, 4, 14)])
    const again = await similarityByMultiple({ images: elsewhere, originals, classIndex: 1, largest: 2 }, new Rng(1))
    expect(again[1]).toEqual(found[1])
  })

  it('shows a generator that has collapsed from a K on', async () => {
    const collapsed = ndarray(
      'uint8',
      [10, 16, 16, 1],
      Uint8Array.from({ length: 2560 }, (_, i) => (i % 256) / 2),
    )
    const images = concatRows([noise(10), collapsed])
    const found = await similarityByMultiple({ images, originals, classIndex: 0, largest: 3 }, new Rng(1))
    expect(found[0]).toEqual({ k: 1, images: 0, mean: null, low: null, high: null })
    expect(found[1].mean).toBeLessThan(0.3)
    expect(found[2].mean).toBeCloseTo(1, 9)
  })

  it('ends with the images', async () => {
    const of = (n: number) =>
      similarityByMultiple({ images: noise(n), originals, classIndex: 0, largest: 9 }, new Rng(1))
    expect((await of(29)).map(({ k }) => k)).toEqual([1, 2, 3])
    expect((await of(30)).map(({ k }) => k)).toEqual([1, 2, 3, 4])
  })

  it('is of fewer multiples, both ends among them, where there are many or images are large', async () => {
    const flat = (n: number, side: number) => ndarray('uint8', [n, side, side, 1], new Uint8Array(n * side * side))
    // Two images of each K: too few to pair, and quick.
    const ksOf = async (largest: number, side: number) =>
      (
        await similarityByMultiple(
          { images: flat(2 * (largest - 1), side), originals: [2, 2], classIndex: 0, largest },
          new Rng(1),
        )
      ).map(({ k }) => k)
    expect(await ksOf(40, 16)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    const many = await ksOf(100, 16)
    expect([many.length, new Set(many).size, many[0], many.at(-1)]).toEqual([40, 40, 1, 100])
    // 256 x 256 pixels are four times as many as 128 x 128.
    const large = await ksOf(26, 256)
    expect([large.length, large[0], large.at(-1)]).toEqual([10, 1, 26])
    expect(await ksOf(26, 1024)).toEqual([1, 9, 18, 26])
  })

  it('stops where it is told to', async () => {
    const stop = AbortSignal.abort(new Error('stopped'))
    const wanted = { images: noise(20), originals, classIndex: 0, largest: 3 }
    await expect(similarityByMultiple(wanted, new Rng(1), stop)).rejects.toThrow('stopped')
  })
})
