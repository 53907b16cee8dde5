import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { indistinguishable } from '../../src/search/indistinguishable.js'
import { multiplierDraw, searchNull, signFlipNull } from '../../src/search/null-distribution.js'
import { meanOf, type SearchPolicy, type SearchScores } from '../../src/search/policy.js'
import { simulateSearch, type World } from './simulate.js'

const policy: SearchPolicy = { rule: 'sliding-window', windowSize: 12, fixedK: null }
const flat: World = { patients: 32, kMax: 26, repeats: 3, truth: () => 0.85 }

function pValues(world: World, runs: number, seed: number): number[] {
  const rng = new Rng(seed)
  return Array.from({ length: runs }, (_, run) => {
    const { p } = searchNull(simulateSearch(world, rng), policy, { draws: 199, rng: rng.at(run) })
    return p as number
  })
}

function shareAtMost(ps: readonly number[], level: number): number {
  return ps.filter((p) => p <= level).length / ps.length
}

describe('the null of the search', () => {
  it('is the same for the same generator, whatever was drawn before', () => {
    const scores = simulateSearch(flat, new Rng(1))
    const draw = () => searchNull(scores, policy, { draws: 1999, rng: new Rng(5).split('gain') })
    expect(draw()).toEqual(draw())
  })

  it('has a smallest p of 1 / (draws + 1), and quantiles in order', () => {
    const scores = simulateSearch({ ...flat, patients: 200, truth: (k) => (k < 5 ? 0.7 : 0.98) }, new Rng(2))
    const { p, gain, quantiles } = searchNull(scores, policy, { draws: 1999, rng: new Rng(3) })
    expect(p).toBe(1 / 2000)
    expect(gain).toBeGreaterThan(0.2)
    const values = Object.values(quantiles)
    expect(Object.keys(quantiles)).toEqual(['0.5', '0.9', '0.95', '0.99'])
    expect(values).toEqual([...values].sort((a, b) => a - b))
  })

  it('gives p = 1 where the rule takes the first K', () => {
    const scores = simulateSearch({ ...flat, patients: 100, truth: (k) => (k === 1 ? 0.98 : 0.7) }, new Rng(4))
    const { p, gain } = searchNull(scores, policy, { draws: 199, rng: new Rng(3) })
    expect([p, gain]).toEqual([1, 0])
  })

  it('disturbs scores with the variance and the covariance of patients and repeats', () => {
    const scores = simulateSearch({ ...flat, kMax: 3, patients: 20 }, new Rng(6))
    const { theta, u } = scores
    const means = theta.map(meanOf)
    const draw = multiplierDraw(scores, means)
    const rng = new Rng(7)
    const draws = Array.from({ length: 20_000 }, () => draw(rng).slice())
    const deviation = (i: number, r: number) => theta[i][r] - means[i]
    for (const [i, j] of [
      [0, 0],
      [1, 1],
      [0, 2],
    ]) {
      const expected =
        (20 / 19) * u[i].reduce((sum, value, p) => sum + value * u[j][p], 0) +
        [0, 1, 2].reduce((sum, r) => sum + deviation(i, r) * deviation(j, r), 0) / 6
      const found = draws.reduce((sum, x) => sum + x[i] * x[j], 0) / draws.length
      expect(found / expected).toBeCloseTo(1, 1)
    }
  })

  it('drops the term of repeats where there is one', () => {
    const scores = simulateSearch({ ...flat, repeats: 1 }, new Rng(8))
    const { p } = searchNull(scores, policy, { draws: 199, rng: new Rng(9) })
    expect(p).toBeGreaterThan(0)
    expect(p).toBeLessThanOrEqual(1)
  })

  it('is not to be had with fewer than two patients', () => {
    const scores = { ks: [1, 2], theta: [[0.5], [0.6]], u: [new Float64Array(1), new Float64Array(1)] }
    expect(searchNull(scores, policy, { draws: 99, rng: new Rng(1) })).toEqual({
      p: null,
      gain: null,
      quantiles: {},
      reason: 'fewer-than-two-patients',
    })
  })

  it('works with every rule', () => {
    const scores = simulateSearch({ ...flat, kMax: 6 }, new Rng(10))
    for (const rule of ['one-standard-error', 'fixed'] as const) {
      const { p } = searchNull(scores, { rule, windowSize: 12, fixedK: 4 }, { draws: 199, rng: new Rng(1) })
      expect(p).toBeGreaterThan(0)
      expect(p).toBeLessThanOrEqual(1)
    }
  })

  // STATISTICS 2: P(p <= a) <= a + 2.33 sqrt(a (1 - a) / runs), and a floor on power.
  it.each([
    { repeats: 1, films: 1 },
    { repeats: 3, films: 1 },
    { repeats: 1, films: 2 },
    { repeats: 1, films: 1, between: [1.1, 1.25, 1.5] },
    { repeats: 1, films: 1, folds: 4 },
  ])(
    'finds no more on flat truth than its level allows, $films films a patient, $repeats repeats, K between 1 and 2: $between, inner folds: $folds',
    (design) => {
      const runs = 400
      const ps = pValues({ ...flat, ...design }, runs, 50 + design.repeats)
      for (const level of [0.01, 0.05, 0.1]) {
        const margin = 2.33 * Math.sqrt((level * (1 - level)) / runs)
        expect(shareAtMost(ps, level)).toBeLessThanOrEqual(level + margin)
      }
    },
  )

  it('is at about its level for log loss, and finds with it what it seldom finds with the AUC', () => {
    const metric = { name: 'log-loss', priorShifts: [0] } as const
    const runs = 250
    const ps = pValues({ ...flat, patients: 16, repeats: 1, metric }, runs, 64)
    for (const level of [0.01, 0.05, 0.1]) {
      const margin = 2.33 * Math.sqrt((level * (1 - level)) / runs)
      expect(shareAtMost(ps, level)).toBeLessThanOrEqual(level + margin)
    }
    // Far below it, it would have no power; the AUC's is at 0.03 here.
    expect(shareAtMost(ps, 0.1)).toBeGreaterThan(0.035)
    const truth = (k: number) => 0.85 + 0.05 * Math.min(1, (k - 1) / 7)
    const rising = { ...flat, patients: 16, repeats: 1, truth }
    const [byLoss, byAuc] = [{ ...rising, metric }, rising].map((world) => shareAtMost(pValues(world, 60, 65), 0.05))
    expect(byLoss).toBeGreaterThan(byAuc + 0.1)
  })

  it('does not depend on the size of the scores', () => {
    const scores = simulateSearch({ ...flat, metric: { name: 'brier', priorShifts: [0] } }, new Rng(66))
    const tiny = (values: ArrayLike<number>) => Array.from(values, (value) => value * 2 ** -60)
    const small = {
      ks: scores.ks,
      theta: scores.theta.map(tiny),
      u: scores.u.map((values) => Float64Array.from(tiny(values))),
    }
    const draws = { draws: 199, rng: new Rng(67) }
    expect(searchNull(small, policy, { ...draws, rng: new Rng(67) }).p).toBe(searchNull(scores, policy, draws).p)
    const set = (of: SearchScores) => indistinguishable(of, { draws: 199, rng: new Rng(68) })
    expect(set(small)).toEqual(set(scores))
  })

  it('finds a true gain of 0.05 mostly with 50 tuning patients, almost always with 140', () => {
    const truth = (k: number) => 0.85 + 0.05 * Math.min(1, (k - 1) / 7)
    expect(shareAtMost(pValues({ ...flat, patients: 50, truth }, 150, 61), 0.05)).toBeGreaterThan(0.55)
    expect(shareAtMost(pValues({ ...flat, patients: 140, truth }, 60, 62), 0.05)).toBeGreaterThan(0.9)
    // Two films each tell more than one: 0.19 of searches in place of 0.05 (scripts/simulate.mjs null).
    const pairs = { ...flat, patients: 16, films: 2, repeats: 1, truth }
    expect(shareAtMost(pValues(pairs, 150, 63), 0.05)).toBeGreaterThan(0.13)
  })
})

describe('the null from scores alone', () => {
  const ks = [1, 2, 3, 4, 5]
  const short: SearchPolicy = { ...policy, windowSize: 2 }
  const gain = (repeats: number) => ks.map((k) => Array.from({ length: repeats }, (_, r) => 0.8 + 0.01 * k + 0.001 * r))

  it('is the share of all flips of whole repeats, the smallest 2^-R', () => {
    const { p } = signFlipNull(ks, gain(4), short, { draws: 9999, rng: new Rng(1) })
    expect(p).toBe(1 / 16)
  })

  it('is drawn where there are too many flips to try each', () => {
    const { p } = signFlipNull(ks, gain(20), short, { draws: 999, rng: new Rng(1) })
    expect(p).toBeGreaterThanOrEqual(1 / 1000)
    expect(p).toBeLessThan(0.01)
  })

  it('is 1 where the rule takes the first K', () => {
    const falling = ks.map((k) => [1 - 0.1 * k, 1 - 0.12 * k])
    expect(signFlipNull(ks, falling, short, { draws: 999, rng: new Rng(1) })).toMatchObject({ p: 1, gain: 0 })
  })

  it('is not to be had from one repeat, nor for a rule that needs cases', () => {
    expect(signFlipNull(ks, gain(1), short, { draws: 99, rng: new Rng(1) })).toMatchObject({
      p: null,
      reason: 'one-repeat',
    })
    const other = { ...short, rule: 'one-standard-error' as const }
    expect(signFlipNull(ks, gain(3), other, { draws: 99, rng: new Rng(1) }).p).toBeNull()
  })
})
