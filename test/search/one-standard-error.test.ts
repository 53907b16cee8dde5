import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { oneStandardError } from '../../src/search/one-standard-error.js'
import { applyRule, meanOf, type SearchScores } from '../../src/search/policy.js'
import { differenceError, repeatSpread, scoreError } from '../../src/search/score-error.js'
import { simulateSearch } from './simulate.js'

const ks = [1, 2, 3, 4, 5]

describe('the one-standard-error rule', () => {
  it('takes the smallest K whose shortfall from the best is within one error', () => {
    expect(oneStandardError(ks, [0.7, 0.84, 0.88, 0.9, 0.89], () => 0.03)).toBe(3)
    expect(oneStandardError(ks, [0.7, 0.84, 0.88, 0.9, 0.89], () => 0.005)).toBe(4)
    expect(oneStandardError(ks, [0.7, 0.84, 0.88, 0.9, 0.89], () => 1)).toBe(1)
  })

  it('counts a shortfall of exactly one error as within it, and keeps the smaller K of a tie', () => {
    expect(oneStandardError(ks, [0.5, 0.75, 1, 0.5, 1], () => 0.25)).toBe(2)
    expect(oneStandardError(ks, [0.5, 1, 1, 1, 1], () => 0)).toBe(2)
  })

  it('asks for the error of the difference from the best', () => {
    const asked: number[][] = []
    oneStandardError(ks, [0.1, 0.2, 0.9, 0.3, 0.4], (a, b) => {
      asked.push([a, b])
      return 0
    })
    expect(asked).toEqual([
      [2, 0],
      [2, 1],
    ])
  })

  it('takes K = 1 far more often than the best K is 1, where no K is better than another', () => {
    const rng = new Rng(41)
    const runs = 300
    let [byRule, byBest] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const scores = simulateSearch({ patients: 32, kMax: 26, repeats: 3, truth: () => 0.85 }, rng)
      const means = scores.theta.map(meanOf)
      if (oneStandardError(scores.ks, means, (a, b) => differenceError(scores, a, b)) === 1) byRule++
      if (means[0] === Math.max(...means)) byBest++
    }
    expect(byRule / runs).toBeGreaterThan(0.5)
    expect(byBest / runs).toBeLessThan(0.3)
  })
})

describe('errors of scores', () => {
  const scores: SearchScores = {
    ks: [1, 2],
    theta: [
      [0.8, 0.9],
      [0.7, 0.9],
    ],
    u: [Float64Array.from([0.1, -0.2, 0.1]), Float64Array.from([0, -0.1, 0.1])],
  }

  it('are over patients plus over repeats', () => {
    const overPatients = (3 / 2) * (0.01 + 0.04 + 0.01)
    const overRepeats = 0.005 / 2
    expect(scoreError(scores, 0)).toBeCloseTo(Math.sqrt(overPatients + overRepeats), 14)
  })

  it('of a difference are over its own patients and repeats', () => {
    const overPatients = (3 / 2) * (0.01 + 0.01 + 0)
    const overRepeats = 0.005 / 2 // differences 0.1 and 0
    expect(differenceError(scores, 0, 1)).toBeCloseTo(Math.sqrt(overPatients + overRepeats), 14)
    expect(differenceError(scores, 1, 1)).toBe(0)
  })

  it('with one repeat are over patients alone', () => {
    const single = { ...scores, theta: [[0.8], [0.7]] }
    expect(scoreError(single, 0)).toBeCloseTo(Math.sqrt((3 / 2) * 0.06), 14)
    expect(repeatSpread([0.8])).toBeNull()
    expect(repeatSpread([0.8, 0.9])).toBeCloseTo(Math.sqrt(0.005), 14)
  })
})

describe('a rule applied to a whole grid', () => {
  const means = [0.7, 0.9, 0.8, 0.8, 0.8]
  const error = () => 0.1

  it('answers with K, where it stopped, and whether by itself', () => {
    const policy = { windowSize: 2, fixedK: null }
    expect(applyRule(ks, means, { ...policy, rule: 'sliding-window' }, error)).toMatchObject({
      kOptimal: 2,
      stoppedAt: 4,
      converged: true,
    })
    expect(applyRule(ks, means, { ...policy, rule: 'one-standard-error' }, error)).toEqual({
      kOptimal: 2,
      stoppedAt: 5,
      converged: true,
    })
    expect(applyRule(ks, means, { rule: 'fixed', windowSize: 2, fixedK: 4 }, error)).toEqual({
      kOptimal: 4,
      stoppedAt: 5,
      converged: true,
    })
  })
})
