import { describe, expect, it } from 'vitest'
import { fromNumbers, ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { crossSimilarity, pairSimilarity, similarityForm } from '../../src/synthetic/similarity.js'

const noise = (n: number, side: number) => fromNumbers('uint8', [n, side, side, 1], new Rng(2).bytes(n * side * side))

describe('similarity of pairs', () => {
  it('takes the scales that images of a size have room for', () => {
    const scales = [16, 24, 56, 96, 176, 224].map((side) => similarityForm([side, side]).scales)
    expect(scales).toEqual([1, 2, 3, 4, 5, 5])
    expect(similarityForm([8, 30])).toEqual({ scales: 1, window: 7 })
  })

  it('is 1 where the generator has collapsed on one image, and near 0 for noise', () => {
    const one = noise(1, 24).data
    const collapsed = ndarray(
      'uint8',
      [6, 24, 24, 1],
      Uint8Array.from({ length: 6 * 576 }, (_, i) => one[i % 576]),
    )
    expect(pairSimilarity(collapsed, 30, new Rng(1)).mean).toBeCloseTo(1, 9)
    const { mean, low, high } = pairSimilarity(noise(12, 24), 60, new Rng(1))
    expect(mean).toBeLessThan(0.2)
    expect(low).toBeLessThan(mean as number)
    expect(high).toBeGreaterThan(mean as number)
  })

  it('says nothing of fewer than three images', () => {
    expect(pairSimilarity(noise(2, 24), 30, new Rng(1))).toEqual({ mean: null, low: null, high: null })
  })

  it('depends on the seed alone', () => {
    const images = noise(8, 16)
    expect(pairSimilarity(images, 20, new Rng(4))).toEqual(pairSimilarity(images, 20, new Rng(4)))
  })

  it('pairs one image of each set: equal sets of one image are 1, either order gives the same mean', () => {
    const flat = ndarray('uint8', [5, 24, 24, 1], new Uint8Array(5 * 576).fill(90))
    expect(crossSimilarity(flat, flat, 20, new Rng(1)).mean).toBeCloseTo(1, 9)
    const { mean, low, high } = crossSimilarity(noise(9, 24), flat, 40, new Rng(3))
    expect(mean).toBeLessThan(0.5)
    expect(low).toBeLessThanOrEqual(mean as number)
    expect(high).toBeGreaterThanOrEqual(mean as number)
    expect(crossSimilarity(flat, noise(2, 24), 20, new Rng(1)).mean).toBeNull()
  })
})
