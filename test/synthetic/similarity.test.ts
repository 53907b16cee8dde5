import { describe, expect, it } from 'vitest'
import { fromNumbers, ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import {
  classSimilarity,
  crossSimilarity,
  differenceOf,
  pairSimilarity,
  similarityForm,
} from '../../src/synthetic/similarity.js'

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

describe('the difference of two similarities', () => {
  it('has the limits and the p of Welch’s test', () => {
    // SciPy 1.17, ttest_ind_from_stats of 31 and 13 values, equal_var=False.
    const found = differenceOf(
      { mean: 0.5, variance: 0.0004, degreesOfFreedom: 30 },
      { mean: 0.45, variance: 0.0003, degreesOfFreedom: 12 },
    )
    expect(found.value).toBeCloseTo(0.05, 12)
    expect(found.low).toBeCloseTo(-0.0035520607, 9)
    expect(found.high).toBeCloseTo(0.1035520607, 9)
    expect(found.p).toBeCloseTo(0.0663915843, 9)
  })

  it('may be plain where the two intervals still overlap', () => {
    const rng = new Rng(5)
    const side = 24
    const pattern = Float64Array.from({ length: side * side }, (_, i) => 40 * Math.sin(i / 3))
    const images = (n: number, noiseLevel: number) =>
      ndarray(
        'uint8',
        [n, side, side, 1],
        Uint8Array.from({ length: n * side * side }, (_, i) =>
          Math.max(0, Math.min(255, 128 + pattern[i % (side * side)] + noiseLevel * rng.normal())),
        ),
      )
    const found = Array.from({ length: 40 }, (_, i) =>
      classSimilarity({ real: images(30, 40), synthetic: images(30, 38) }, new Rng(i)),
    )
    const overlapping = found.filter(({ real, synthetic }) => (synthetic.low as number) <= (real.high as number))
    const plain = overlapping.filter(({ difference }) => (difference.low as number) > 0)
    expect(plain.length).toBeGreaterThan(0)
    for (const { real, synthetic, difference } of found) {
      expect(difference.value).toBeCloseTo((synthetic.mean as number) - (real.mean as number), 12)
      expect((difference.p as number) < 0.05).toBe((difference.low as number) > 0 || (difference.high as number) < 0)
    }
  })

  it('is none with too few images, and certain where a generator gives one image alone', () => {
    const flat = ndarray('uint8', [5, 24, 24, 1], new Uint8Array(5 * 576).fill(90))
    expect(classSimilarity({ real: noise(2, 24), synthetic: flat }, new Rng(1)).difference).toEqual({
      value: null,
      low: null,
      high: null,
      p: null,
    })
    const { difference } = classSimilarity({ real: flat, synthetic: flat }, new Rng(1))
    expect(difference).toEqual({ value: 0, low: 0, high: 0, p: 1 })
  })
})
