import { describe, expect, it } from 'vitest'
import { fromNumbers, rows } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import type { FeatureMatrix } from '../../src/metrics/feature-matrix.js'
import { fid } from '../../src/metrics/fid.js'
import { kid } from '../../src/metrics/kid.js'
import { precisionRecall } from '../../src/metrics/precision-recall.js'
import { kidImages, measureFeatures } from '../../src/synthetic/quality.js'

function normal(n: number, d: number, seed: number, shift = 0): FeatureMatrix {
  const rng = new Rng(seed)
  return fromNumbers(
    'float64',
    [n, d],
    Array.from({ length: n * d }, () => rng.normal() + shift),
  )
}

describe('the quality of a class', () => {
  const real = normal(40, 6, 1)
  const heldOut = normal(15, 6, 2)
  const options = { equalCounts: true, rng: new Rng(1) }

  it('measures what depends on counts on the first synthetic images, as many as real ones, and KID on more', () => {
    const synthetic = normal(kidImages + 30, 6, 3)
    const { quality } = measureFeatures({ real, heldOut, synthetic }, options)
    expect(quality.n).toEqual({ real: 40, heldOut: 15, synthetic: kidImages + 30, kid: kidImages, manifolds: 40 })
    expect(quality.fid).toBe(fid(real, rows(synthetic, 0, 40)))
    expect(quality.coverage).toBe(precisionRecall(real, rows(synthetic, 0, 40)).coverage)
    expect(quality.kid).toEqual(kid(real, rows(synthetic, 0, kidImages)))
    const all = measureFeatures({ real, synthetic }, { ...options, equalCounts: false }).quality
    expect(all.kid).toEqual(kid(real, synthetic))
    expect(all.fid).toBe(fid(real, synthetic))
  })

  it('sets real figures beside: held-out images in place of synthetic ones, and halves of the real ones', () => {
    const { quality } = measureFeatures({ real, heldOut, synthetic: normal(60, 6, 4, 3) }, options)
    expect(quality.reference.kid).toEqual(kid(real, heldOut))
    expect(quality.kid.low).toBeGreaterThan(quality.reference.kid?.high as number)
    expect(quality.fid).toBeGreaterThan(3 * (quality.reference.fid as number))
    const alone = measureFeatures({ real, synthetic: normal(60, 6, 4) }, options).quality
    expect(alone.reference).toMatchObject({ kid: null, authenticity: null })
    expect(alone.copies.reference).toBe('leave-one-out')
  })

  it('says why, in place of figures, where there is next to nothing', () => {
    const { quality } = measureFeatures(
      { real: normal(3, 6, 5), heldOut: normal(0, 6, 1), synthetic: normal(0, 6, 1) },
      options,
    )
    expect(quality).toMatchObject({ fid: null, precision: null, coverage: null, kid: { value: null } })
    expect(quality.reason).toEqual({ kind: 'too-few-images', neighbours: 5 })
    expect(quality.copies.reason).toBe('no-synthetic-image')
  })
})
