import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { indistinguishable } from '../../src/search/indistinguishable.js'
import { meanOf } from '../../src/search/policy.js'
import { simulateSearch } from './simulate.js'

const world = { patients: 40, kMax: 12, repeats: 3 }

describe('the K that cannot be told from the best', () => {
  it('hold the best K found, in ascending order', () => {
    const rng = new Rng(71)
    for (let run = 0; run < 20; run++) {
      const scores = simulateSearch({ ...world, truth: (k) => 0.75 + 0.15 * Math.min(1, k / 6) }, rng)
      const set = indistinguishable(scores, { draws: 299, rng: rng.at(run) })
      const means = scores.theta.map(meanOf)
      expect(set).toContain(scores.ks[means.indexOf(Math.max(...means))])
      expect(set).toEqual([...set].sort((a, b) => a - b))
    }
  })

  it('are all K in at least 95 % of searches with no true difference', () => {
    const rng = new Rng(72)
    const runs = 200
    let whole = 0
    for (let run = 0; run < runs; run++) {
      const scores = simulateSearch({ ...world, truth: () => 0.85 }, rng)
      if (indistinguishable(scores, { draws: 199, rng: rng.at(run) }).length === world.kMax) whole++
    }
    expect(whole / runs).toBeGreaterThanOrEqual(0.95 - 2.33 * Math.sqrt((0.95 * 0.05) / runs))
  })

  it('leave out K that are clearly worse, more of them with more patients', () => {
    const truth = (k: number) => (k <= 3 ? 0.7 : 0.95)
    const sizeWith = (patients: number) => {
      const rng = new Rng(73)
      return indistinguishable(simulateSearch({ ...world, patients, truth }, rng), { draws: 499, rng })
    }
    expect(sizeWith(400)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(sizeWith(10).length).toBeGreaterThanOrEqual(sizeWith(400).length)
  })

  it('tell apart K whose scores differ without any error, and keep those that are the same', () => {
    const u = new Float64Array(4)
    const scores = { ks: [1, 2, 3], theta: [[0.8], [0.9], [0.9]], u: [u, u, u] }
    expect(indistinguishable(scores, { draws: 99, rng: new Rng(1) })).toEqual([2, 3])
  })

  it('are all where fewer than two patients were scored', () => {
    const u = new Float64Array(1)
    expect(indistinguishable({ ks: [1, 2], theta: [[0.5], [0.9]], u: [u, u] }, { draws: 9, rng: new Rng(1) })).toEqual([
      1, 2,
    ])
  })
})
