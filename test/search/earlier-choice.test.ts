import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { normalQuantile } from '../../src/metrics/distributions.js'
import { metricInfluence } from '../../src/scoring/metric.js'
import type { EarlierChoice } from '../../src/search/earlier-choice.js'
import { multiplierDraw, searchNull } from '../../src/search/null-distribution.js'
import { oneStandardError } from '../../src/search/one-standard-error.js'
import { meanOf, type SearchPolicy, type SearchScores } from '../../src/search/policy.js'
import { differenceError } from '../../src/search/score-error.js'

const policy: SearchPolicy = { rule: 'sliding-window', windowSize: 12, fixedK: null }
const ks = [1, 1.1, 1.25, 1.5, ...Array.from({ length: 19 }, (_, i) => i + 2)]

/**
 * A search over images of the snapshot that its own tuning patients chose of eight of equal worth: what the snapshot's head does on
 * a patient comes back in a K, the more the more synthetic images it has. No K is better than another.
 */
function simulate(patients: number, rng: Rng): { scores: SearchScores; earlier: EarlierChoice } {
  const labels = Array.from({ length: patients }, (_, i) => i % 2)
  const names = labels.map((_, i) => `p${i}`)
  const influences = (scores: number[]) =>
    metricInfluence({ name: 'auc' }, { labels, outputs: 1, patients: names }, [scores])
  const scoresOf = (of: readonly number[], values: readonly number[][]): SearchScores => {
    const found = values.map(influences)
    return { ks: of, theta: found.map(({ theta }) => theta), u: found.map(({ u }) => u) }
  }
  const shift = (auc: number) => Math.SQRT2 * normalQuantile(auc)
  const whim = rng.normals(patients)
  const parts = Array.from({ length: 8 }, () => rng.normals(patients))
  const among = scoresOf(
    parts.map((_, i) => i + 1),
    parts.map((part) => labels.map((label, i) => label * shift(0.8) + Math.sqrt(0.5) * (whim[i] + part[i]))),
  )
  const chosen = oneStandardError(among.ks, among.theta.map(meanOf), (a, b) => differenceError(among, a, b))
  const part = parts[chosen - 1]
  const drift = new Float64Array(patients)
  const scores = scoresOf(
    ks,
    ks.map((k, at) => {
      const before = at === 0 ? 0 : ks[at - 1]
      const synthetic = (k - 1) / k
      for (let i = 0; i < patients; i++)
        drift[i] = Math.sqrt(before / k) * drift[i] + Math.sqrt((k - before) / k) * rng.normal()
      return labels.map(
        (label, i) =>
          label * shift(0.85) +
          Math.sqrt(0.8) * whim[i] +
          Math.sqrt(0.2) * (synthetic * part[i] + Math.sqrt(1 - synthetic ** 2) * drift[i]),
      )
    }),
  )
  return { scores, earlier: { among, chosen, u: scores.u, share: 1 } }
}

describe('a choice that the same patients made before a search', () => {
  it('makes chance find more than it may where it is passed over, and no more where it is counted', () => {
    const runs = 300
    const rng = new Rng(1)
    const found = { passedOver: [] as number[], counted: [] as number[] }
    for (let run = 0; run < runs; run++) {
      const { scores, earlier } = simulate(60, rng)
      const p = (choices: EarlierChoice[]) =>
        searchNull(scores, policy, { draws: 99, rng: rng.at(run), earlier: choices }).p as number
      found.passedOver.push(p([]))
      found.counted.push(p([earlier]))
    }
    const share = (ps: number[], level: number) => ps.filter((p) => p <= level).length / runs
    const allowed = (level: number) => level + 2.33 * Math.sqrt((level * (1 - level)) / runs)
    for (const level of [0.05, 0.1]) {
      expect(share(found.counted, level)).toBeLessThanOrEqual(allowed(level))
      expect(share(found.passedOver, level)).toBeGreaterThan(allowed(level))
    }
    // Far below its level it would never find anything.
    expect(share(found.counted, 0.1)).toBeGreaterThan(0.03)
  })

  it('changes nothing where there was one thing to take, where all did the same, or where it went into no repeat', () => {
    const { scores, earlier } = simulate(20, new Rng(2))
    const { among } = earlier
    const first = <T>(values: readonly T[]) => values.slice(0, 1)
    const single = { ...earlier, among: { ks: [1], theta: first(among.theta), u: first(among.u) }, chosen: 1 }
    const alike = { ...earlier, among: { ...among, u: among.u.map(() => among.u[0]) } }
    const alone = searchNull(scores, policy, { draws: 199, rng: new Rng(3) })
    for (const choice of [single, alike, { ...earlier, share: 0 }])
      expect(searchNull(scores, policy, { draws: 199, rng: new Rng(3), earlier: [choice] })).toEqual(alone)
    expect(searchNull(scores, policy, { draws: 199, rng: new Rng(3), earlier: [earlier] })).not.toEqual(alone)
  })

  it('disturbs no K that has nothing of it, and one that is its score as much as that score, whatever was chosen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 3 }), (seed, at) => {
        const patients = 12
        const rng = new Rng(seed)
        // Influences that are orthogonal to each other: patients in groups that know one thing each.
        const group = (of: number) =>
          Float64Array.from({ length: patients }, (_, p) => (p % 6 === of ? rng.normal() : 0))
        const v = [0, 1, 2, 3].map(group)
        const nothing = group(4)
        const mean = Float64Array.from({ length: patients }, (_, p) => v.reduce((sum, of) => sum + of[p] / 4, 0))
        const all = v[at].map((value, p) => value - mean[p])
        const among: SearchScores = { ks: [10, 20, 30, 40], theta: v.map(() => [0.5]), u: v }
        const search: SearchScores = { ks: [1, 2], theta: [[0.5], [0.5]], u: [nothing, all] }
        const choice: EarlierChoice = { among, chosen: among.ks[at], u: search.u, share: 1 }
        const means = search.theta.map(meanOf)
        const bare = multiplierDraw(search, means)(new Rng(seed + 1)).slice()
        const moved = multiplierDraw(search, means, [choice])(new Rng(seed + 1))
        const z = multiplierDraw(among, [0.5, 0.5, 0.5, 0.5])(new Rng(seed + 1))
        const again = oneStandardError(among.ks, z, (a, b) => differenceError(among, a, b))
        expect(moved[0]).toBe(bare[0])
        expect(moved[1] - bare[1]).toBeCloseTo(z[among.ks.indexOf(again)] - z[at], 12)
      }),
    )
  })
})
