import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { slidingWindow } from '../../src/search/sliding-window.js'

/** first, first + 1, ..., last. */
function whole(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

const paper = { windowSize: 12, multiples: whole(1, 40) }

/** Scores of K = 1, 2, ... */
function scored(values: readonly number[]): Map<number, number> {
  return new Map(values.map((value, i) => [i + 1, value]))
}

/** Rises to its best at `best`, falls after it. */
function peakAt(best: number, length: number): number[] {
  return Array.from({ length }, (_, i) => -Math.abs(i + 1 - best))
}

/** The rule as METHOD words it: the last w + 1 values, stop when the oldest of them is the maximum. */
function byTheWindow(values: readonly number[], windowSize: number) {
  for (let end = windowSize + 1; end <= values.length; end++) {
    const window = values.slice(end - windowSize - 1, end)
    if (window[0] === Math.max(...window)) return { kOptimal: end - windowSize, stoppedAt: end, converged: true }
  }
  return { kOptimal: values.indexOf(Math.max(...values)) + 1, stoppedAt: values.length, converged: false }
}

const fewScores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 })
const window = fc.integer({ min: 1, max: 8 })

describe('the sliding window', () => {
  it("stops at 26 where the best is at 14 and the window 12, as the paper's search did", () => {
    expect(slidingWindow(scored(peakAt(14, 26)), paper)).toEqual({
      state: 'stopped',
      kOptimal: 14,
      stoppedAt: 26,
      converged: true,
    })
  })

  it('stops at the earliest at the window and one more', () => {
    expect(slidingWindow(scored(peakAt(1, 12)), paper)).toEqual({ state: 'continue', next: 13 })
    expect(slidingWindow(scored(peakAt(1, 13)), paper)).toMatchObject({ kOptimal: 1, stoppedAt: 13, converged: true })
  })

  it('asks for one K after the other until then', () => {
    const values = peakAt(14, 26)
    for (let n = 0; n < 26; n++) {
      expect(slidingWindow(scored(values.slice(0, n)), paper)).toEqual({ state: 'continue', next: n + 1 })
    }
  })

  it('keeps the smaller K of a tie', () => {
    expect(slidingWindow(scored([0.5, 0.9, 0.9, 0.9, 0.9]), { windowSize: 3, multiples: whole(1, 9) })).toMatchObject({
      kOptimal: 2,
      stoppedAt: 5,
    })
  })

  it('takes means that rounding alone parts for a tie', () => {
    // Repeats 0.1, 0.7 and 0.3, 0.5 have one mean; as doubles the second is larger.
    const means = [(0.1 + 0.7) / 2, (0.3 + 0.5) / 2, 0.1 + 0.2 + 0.1, 0.4 + 2e-10, 0.4]
    expect(new Set(means).size).toBeGreaterThan(1)
    expect(slidingWindow(scored(means), { windowSize: 4, multiples: whole(1, 9) })).toMatchObject({ kOptimal: 1 })
    expect(slidingWindow(scored([0.4, 0.4001, 0.4]), { windowSize: 2, multiples: whole(1, 3) })).toMatchObject({
      kOptimal: 2,
    })
  })

  it('ends without having converged at the largest K, with the best so far', () => {
    const state = slidingWindow(scored([1, 2, 3, 4, 5, 4]), { windowSize: 3, multiples: whole(1, 6) })
    expect(state).toEqual({ state: 'stopped', kOptimal: 5, stoppedAt: 6, converged: false })
  })

  it('has converged where the window is full at the very last K', () => {
    const state = slidingWindow(scored([1, 2, 3, 2, 1, 0]), { windowSize: 3, multiples: whole(1, 6) })
    expect(state).toMatchObject({ kOptimal: 3, stoppedAt: 6, converged: true })
  })

  it('does not look at scores behind its stop', () => {
    expect(slidingWindow(scored([5, 1, 1, 9]), { windowSize: 2, multiples: whole(1, 4) })).toMatchObject({
      kOptimal: 1,
      stoppedAt: 3,
    })
  })

  it('may begin at another K', () => {
    const scores = new Map([
      [3, 1],
      [4, 0],
      [5, 0],
    ])
    expect(slidingWindow(scores, { windowSize: 2, multiples: whole(3, 9) })).toMatchObject({
      kOptimal: 3,
      stoppedAt: 5,
    })
    expect(slidingWindow(new Map(), { windowSize: 2, multiples: whole(3, 9) })).toEqual({ state: 'continue', next: 3 })
  })

  it('is the rule in its own words: the oldest of the last w + 1 is the maximum', () => {
    fc.assert(
      fc.property(fewScores, window, (values, windowSize) => {
        const policy = { windowSize, multiples: whole(1, values.length) }
        expect(slidingWindow(scored(values), policy)).toEqual({ state: 'stopped', ...byTheWindow(values, windowSize) })
      }),
    )
  })

  it('counts places among any multiples as it counts whole K', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 30, maxLength: 30 })
    fc.assert(
      fc.property(fewScores, window, steps, (values, windowSize, apart) => {
        let at = 10_000
        const multiples = apart.map((step) => {
          at += step
          return at / 10_000
        })
        const byPlace = slidingWindow(scored(values), { windowSize, multiples: whole(1, 30) })
        const scores = new Map(values.map((value, i) => [multiples[i], value]))
        const place = (k: number) => multiples[k - 1]
        expect(slidingWindow(scores, { windowSize, multiples })).toEqual(
          byPlace.state === 'continue'
            ? { ...byPlace, next: place(byPlace.next) }
            : { ...byPlace, kOptimal: place(byPlace.kOptimal), stoppedAt: place(byPlace.stoppedAt) },
        )
      }),
    )
  })

  it('gives the same answer in whatever order scores arrive', () => {
    fc.assert(
      fc.property(fewScores, window, fc.nat(), (values, windowSize, seed) => {
        const policy = { windowSize, multiples: whole(1, 40) }
        const shuffled = new Map(new Rng(seed).shuffle([...scored(values)]))
        expect(slidingWindow(shuffled, policy)).toEqual(slidingWindow(scored(values), policy))
      }),
    )
  })

  // METHOD: fed pure noise, w = 12 gives a median K of 9, a mean stop at 22, and K >= 14 in 29 % of runs.
  it('finds a K on pure noise: the median is 9, and 14 or more in 29 % of searches', () => {
    const rng = new Rng(31)
    const stops = Array.from({ length: 4000 }, () => {
      const values = Array.from({ length: 400 }, () => rng.uniform())
      const state = slidingWindow(scored(values), { windowSize: 12, multiples: whole(1, 400) })
      return state.state === 'stopped' ? state : { kOptimal: Number.NaN, stoppedAt: Number.NaN }
    })
    const ks = stops.map(({ kOptimal }) => kOptimal).sort((a, b) => a - b)
    expect(Math.abs(ks[2000] - 9)).toBeLessThanOrEqual(1)
    expect(Math.abs(ks.filter((k) => k >= 14).length / 4000 - 0.29)).toBeLessThan(0.03)
    const meanStop = stops.reduce((sum, { stoppedAt }) => sum + stoppedAt, 0) / 4000
    expect(Math.abs(meanStop - 22)).toBeLessThan(1)
  })

  it.each([
    ['a window of none', scored([1]), { windowSize: 0, multiples: whole(1, 3) }, 'a window of 0'],
    ['no multiples', scored([1]), { windowSize: 2, multiples: [] }, 'no multiple K to try'],
    ['multiples that descend', scored([1]), { windowSize: 2, multiples: [1, 3, 2] }, 'K = 2 stands after K = 3'],
    ['a multiple twice', scored([1]), { windowSize: 2, multiples: [1, 1] }, 'K = 1 stands after K = 1'],
    [
      'a score that is none',
      scored([1, Number.NaN]),
      { windowSize: 2, multiples: whole(1, 3) },
      'score of K = 2 is not a number',
    ],
  ])('refuses %s', (_, scores, policy, message) => {
    expect(() => slidingWindow(scores, policy)).toThrow(message)
  })
})
