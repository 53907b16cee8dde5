import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { type CurvePoint, fitLaw, fitLearningCurve } from '../../src/metrics/learning-curve.js'

const sizes = [30, 45, 65, 90, 120, 160]
const law = (films: number) => 0.9 - 1.4 * films ** -0.6

/** Points of a true curve: every patient moves all sizes together, the more so the nearer they are; repeats add a little. */
function pointsOf(truth: (films: number) => number, seed: number, { patients = 120, repeats = 3 } = {}): CurvePoint[] {
  const rng = new Rng(seed)
  const effects = Array.from({ length: patients }, () => ({ both: rng.normal(), slope: rng.normal() }))
  const influence = ({ both, slope }: (typeof effects)[number], i: number) =>
    (0.25 * both + 0.12 * slope * (i / sizes.length - 0.5)) / patients
  return sizes.map((films, i) => {
    const u = Float64Array.from(effects, (effect) => influence(effect, i))
    const shift = u.reduce((sum, value) => sum + value, 0)
    const centred = u.map((value) => value - shift / patients)
    const values = Array.from({ length: repeats }, () => truth(films) + shift + 0.004 * rng.normal())
    return { films, values, u: centred }
  })
}

describe('the inverse power law', () => {
  it('is found where there is no noise', () => {
    const { a, b, c } = fitLaw(
      sizes,
      sizes.map((n) => 0.93 - 2 * n ** -0.7),
    )
    expect([a, b, c].map((x) => Number(x.toFixed(6)))).toEqual([0.93, 2, 0.7])
  })

  it('never promises more than 1', () => {
    const rising = fitLaw([10, 20, 40], [0.5, 0.7, 0.95])
    expect(rising.a).toBeLessThanOrEqual(1)
  })

  it('covers the true gain of more films in nine of ten cohorts and more', () => {
    const truth = law(260) - law(160)
    let covered = 0
    const cohorts = 200
    for (let seed = 1; seed <= cohorts; seed++) {
      const curve = fitLearningCurve(pointsOf(law, seed), { draws: 199, rng: new Rng(seed).split('draws') })
      const { low, high } = curve.gain(160, 260)
      if (low <= truth && truth <= high) covered++
    }
    expect(covered / cohorts).toBeGreaterThan(0.87)
  })

  it('does not see a rise in a flat curve more often than its limits allow', () => {
    let rises = 0
    const cohorts = 200
    for (let seed = 1; seed <= cohorts; seed++) {
      const curve = fitLearningCurve(
        pointsOf(() => 0.75, 1000 + seed),
        { draws: 199, rng: new Rng(seed).split('draws') },
      )
      if (curve.gain(160, 260).low > 0) rises++
    }
    expect(rises / cohorts).toBeLessThan(0.06)
  })

  it('has bands that widen beyond the sizes that were tried', () => {
    const curve = fitLearningCurve(pointsOf(law, 1), { draws: 499, rng: new Rng(1) })
    const width = (n: number) => curve.at(n).high - curve.at(n).low
    expect(width(600)).toBeGreaterThan(width(120))
    expect(Math.abs(curve.at(120).value - law(120))).toBeLessThan(0.06)
  })

  it('asks for three sizes', () => {
    expect(() => fitLearningCurve(pointsOf(law, 1).slice(0, 2), { draws: 9, rng: new Rng(1) })).toThrow(
      'a learning curve needs three sizes or more, not 2',
    )
  })

  it('turns a gain into the films that bring it, up to as many as it may speak of', () => {
    const points = sizes.map((films) => ({ films, values: [law(films)], u: new Float64Array(40) }))
    const curve = fitLearningCurve(points, { draws: 99, rng: new Rng(3) })
    const certain = (value: number) => curve.filmsFor({ value, standardError: 0 }, { from: 160, most: 160 })
    expect(certain(curve.gain(160, 260).value).value).toBeCloseTo(100, 6)
    expect(certain(-0.01)).toEqual({ value: 0, low: 0, high: 0 })
    expect(certain(0)).toEqual({ value: 0, low: 0, high: 0 })
    expect(certain(0.3)).toEqual({ value: 160, low: 160, high: 160 })
    const { low, high } = curve.filmsFor({ value: 0.005, standardError: 0.02 }, { from: 160, most: 160 })
    expect([low, high]).toEqual([0, 160])
  })

  it('asks as many films as it may speak of for any gain where the curve is flat', () => {
    const points = sizes.map((films) => ({ films, values: [0.8], u: new Float64Array(40) }))
    const curve = fitLearningCurve(points, { draws: 99, rng: new Rng(3) })
    expect(curve.filmsFor({ value: 0.001, standardError: 0 }, { from: 160, most: 50 }).value).toBe(50)
  })

  it('covers the films that a gain is truly worth in nine of ten cohorts and more', () => {
    let covered = 0
    const cohorts = 200
    for (let seed = 1; seed <= cohorts; seed++) {
      const curve = fitLearningCurve(pointsOf(law, seed), { draws: 199, rng: new Rng(seed).split('draws') })
      const standardError = 0.01
      const value = law(220) - law(160) + standardError * new Rng(seed).split('gain').normal()
      const { low, high } = curve.filmsFor({ value, standardError }, { from: 160, most: 160 })
      if (low <= 60 && 60 <= high) covered++
    }
    expect(covered / cohorts).toBeGreaterThan(0.87)
  })
})
