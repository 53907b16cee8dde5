import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { casesToDecide, delongTest, differenceLimits } from '../../src/metrics/auc-difference.js'
import { crossValidatedAuc } from '../../src/metrics/cross-validated-auc.js'
import { type ComparedPair, scoreLimits, scoreTest } from '../../src/metrics/difference-limits.js'
import { tQuantile } from '../../src/metrics/distributions.js'
import { estimateDifference } from '../../src/metrics/estimate.js'
import { macroAucEstimate } from '../../src/metrics/multi-class.js'
import { correlatedScores, labelsOf, shiftOf } from './simulate.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/difference.json'), 'utf8'))
interface GoldenCase {
  title: string
  label: number[]
  a: number[]
  b: number[]
  patients: string[]
  difference: number
  /** At 0.025 on both sides; at 0.025 below and 0.025 / 6 above. */
  limits: [number, number][]
  p: number
}

const twoSided = { lowTail: 0.025, highTail: 0.025 }

/** The definition, step by step: away from the difference until the variance there no longer explains the distance. */
function slowLimit(pair: ComparedPair, tail: number, side: -1 | 1): number {
  const [m, n] = pair.units
  const d = Math.abs(pair.a - pair.b) < 1e-12 ? 0 : pair.a - pair.b
  const f1 = (1 / m + 1 / n) / 16
  const f2 = (1 / m ** 2 + 1 / n ** 2) / 64
  const c = (2 * (pair.parted.squares + f2)) / (pair.parted.sum + f1)
  const e = (1 / m + 1 / n) / 4
  const variance = (x: number) =>
    pair.variance + c * Math.max(0, Math.abs(x) - Math.abs(d)) + e * Math.max(0, d * d - x * x)
  const t = -tQuantile(tail, pair.degreesOfFreedom)
  const step = 1e-4
  let distance = 0
  while (distance < 3 && distance <= t * Math.sqrt(variance(d + side * distance)) + 1e-12) distance += step
  return d + side * distance
}

const anyPair = fc
  .record({
    a: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
    b: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
    error: fc.double({ min: 0, max: 0.02, noNaN: true }),
    sum: fc.double({ min: 0, max: 0.2, noNaN: true }),
    size: fc.double({ min: 0, max: 0.02, noNaN: true }),
    m: fc.integer({ min: 30, max: 300 }),
    n: fc.integer({ min: 30, max: 300 }),
  })
  .map(
    ({ a, b, error, sum, size, m, n }): ComparedPair => ({
      a,
      b,
      variance: error ** 2,
      parted: { sum, squares: sum * size },
      units: [m, n],
      degreesOfFreedom: Math.min(m, n) - 1,
    }),
  )

describe('the limits of a difference', () => {
  it.each(golden.cases as GoldenCase[])(
    'are those that SciPy finds from the definition: $title',
    ({ label, a, b, patients, difference, limits, p }) => {
      const found = delongTest(label, a, b, { patients })
      expect(found.difference).toBeCloseTo(difference, 12)
      expect(found.low).toBeCloseTo(limits[0][0], 9)
      expect(found.high).toBeCloseTo(limits[0][1], 9)
      expect(found.p).toBeCloseTo(p, 9)
      const atSix = differenceLimits(label, a, b, { patients, lowTail: 0.025, highTail: 0.025 / 6 })
      expect(atSix.low).toBeCloseTo(limits[1][0], 9)
      expect(atSix.high).toBeCloseTo(limits[1][1], 9)
    },
  )

  it('are where the variance at a difference no longer explains it', () => {
    fc.assert(
      fc.property(anyPair, (pair) => {
        const { low, high } = scoreLimits(pair, { lowTail: 0.025, highTail: 0.01 })
        const [slowLow, slowHigh] = [slowLimit(pair, 0.025, -1), slowLimit(pair, 0.01, 1)]
        // Beyond these nothing is claimed, whatever the variance: the other arm leaves no more room.
        if (slowLow > pair.a - 0.75) expect(Math.abs(low - slowLow)).toBeLessThan(2.1e-4)
        if (slowHigh < 0.75 - pair.b) expect(Math.abs(high - slowHigh)).toBeLessThan(2.1e-4)
      }),
    )
  })

  it('touch 0 at the level of the p-value', () => {
    fc.assert(
      fc.property(anyPair, (pair) => {
        const { p, z } = scoreTest(pair)
        fc.pre(p > 1e-6 && p < 1)
        const { low, high } = scoreLimits(pair, { lowTail: p / 2, highTail: p / 2 })
        expect(z > 0 ? low : high).toBeCloseTo(0, 6)
      }),
    )
  })

  it('hold the difference, are no point and never pass what the two AUCs can reach', () => {
    const rows = fc
      .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
        minLength: 4,
        maxLength: 40,
      })
      .filter((list) => [0, 1].every((label) => list.filter(([own]) => own === label).length >= 2))
    fc.assert(
      fc.property(rows, fc.constantFrom(0.025, 0.025 / 6), (list, tail) => {
        const yTrue = list.map(([own]) => own)
        const [a, b] = [list.map(([, score]) => score), list.map(([, , score]) => score)]
        const { difference } = delongTest(yTrue, a, b)
        const { low, high } = differenceLimits(yTrue, a, b, { lowTail: tail, highTail: tail })
        expect(low).toBeLessThanOrEqual(difference)
        expect(high).toBeGreaterThanOrEqual(difference)
        expect(high - low).toBeGreaterThan(0.02)
        expect(low).toBeGreaterThanOrEqual(-1)
        expect(high).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a difference that is but rounding', () => {
  it('is none, however small the error that rounding leaves beside it', () => {
    const pair = { a: 0.9, b: 0.9 - 5e-16, variance: 1e-36, parted: { sum: 1e-15, squares: 1e-32 } }
    const whole = { ...pair, units: [50, 50] as const, degreesOfFreedom: 49 }
    expect(scoreTest(whole)).toEqual({ z: 0, p: 1 })
    const { low, high } = scoreLimits(whole, twoSided)
    expect(low).toBeLessThan(-0.01)
    expect(high).toBeGreaterThan(0.01)
  })
})

describe('two arms that rank alike', () => {
  it('of eight films, both perfect: a gain of 0.4 is not excluded, by what the AUC itself leaves open', () => {
    const yTrue = labelsOf(4, 4)
    const scores = [8, 7, 6, 5, 4, 3, 2, 1]
    const found = delongTest(yTrue, scores, scores)
    expect(found).toMatchObject({ difference: 0, z: 0, p: 1, reason: 'equal-order' })
    expect(found.high).toBeCloseTo(0.4177, 4)
    expect(found.low).toBe(-found.high)
  })

  it('are known to be within a hundredth only from several hundred films on', () => {
    const high = (n: number) => {
      const yTrue = labelsOf(n / 2, n / 2)
      const scores = yTrue.map((own, i) => own * n + i)
      return differenceLimits(yTrue, scores, scores, twoSided).high
    }
    expect(high(40)).toBeGreaterThan(0.07)
    expect(high(100)).toBeGreaterThan(0.03)
    expect(high(300)).toBeLessThan(0.02)
    expect(high(600)).toBeLessThan(0.01)
  })

  it('have limits by patients’ influence as well, and a number of cases that would decide', () => {
    const yTrue = labelsOf(43, 36)
    const scores = yTrue.map((own, i) => own * 100 + i)
    const one = crossValidatedAuc([{ yTrue, scores, patients: yTrue.map((_, i) => `p${i}`) }])
    const { low, high, p, reason } = estimateDifference(one, one)
    expect({ low, p, reason }).toEqual({ low: -high, p: 1, reason: 'equal-order' })
    // What Newcombe's lower limit of a perfect AUC leaves: 1 - 0.949.
    expect(high).toBeCloseTo(0.0509, 4)
    const needed = casesToDecide(yTrue, scores, scores, { ...twoSided, delta: 0.02 }) as number
    const more = labelsOf(Math.ceil((needed * 43) / 79), Math.ceil((needed * 36) / 79))
    const again = more.map((own, i) => own * 1000 + i)
    const limits = differenceLimits(more, again, again, twoSided)
    expect((limits.high - limits.low) / 0.02).toBeGreaterThan(0.9)
    expect((limits.high - limits.low) / 0.02).toBeLessThan(1.01)
  })
})

describe('eight films', () => {
  // Whatever they show, a gain of 0.02 is never excluded by so few.
  it('never exclude a gain, however they fall', () => {
    const rng = new Rng(8)
    for (const positives of [2, 3, 4, 5, 6]) {
      const yTrue = labelsOf(positives, 8 - positives)
      const reversed = yTrue.map((own, i) => -own * 10 - i)
      expect(differenceLimits(yTrue, reversed, yTrue, twoSided).high).toBeGreaterThan(0.02)
      for (let run = 0; run < 2000; run++) {
        const levels = 2 + rng.integer(7)
        const draw = () => yTrue.map(() => rng.integer(levels))
        expect(differenceLimits(yTrue, draw(), draw(), twoSided).high).toBeGreaterThan(0.02)
      }
    }
  })
})

describe('limits near 1', () => {
  // Put together from each AUC's own limits (MOVER) they reach 0.3 to either side on these films, where DeLong's reach 0.05.
  it('do not take the room that one AUC alone leaves for a difference of two that move together', () => {
    const { a, b, label } = golden.cases.find((one: { title: string }) => one.title === '24 films near 1')
    const { low, high, se } = delongTest(label, a, b)
    expect(high - low).toBeLessThan(0.3)
    expect(high - low).toBeGreaterThan(2 * 1.96 * se)
  })

  it('of a comparator of 0.99 leave a gain no more than its own limit leaves of 1', () => {
    const yTrue = labelsOf(20, 20)
    const rng = new Rng(5)
    for (let run = 0; run < 50; run++) {
      const [a, b] = correlatedScores(yTrue, [0.85, 0.995], 0.3, rng)
      expect(differenceLimits(yTrue, a, b, twoSided).high).toBeLessThan(0.13)
    }
  })
})

describe('a class of a single case', () => {
  it('allows no limits, and says why', () => {
    const yTrue = labelsOf(1, 9)
    const scores = yTrue.map((own, i) => own * 10 - i)
    const { low, high, p, reason } = delongTest(yTrue, scores, scores)
    expect([low, high, p]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(reason).toBe('too-few-cases-of-a-class')
    expect(casesToDecide(yTrue, scores, scores, { ...twoSided, delta: 0.02 })).toBeNull()
  })
})

// A small form of `npm run simulate -- difference`, in the cells that the limits before these missed most.
describe('over many test sets the limits miss the true difference by their level', () => {
  const bound = (runs: number) => 0.035 + 2.33 * Math.sqrt((0.025 * 0.975) / runs)

  it.each([
    [12, 12, 0.99, 0.9, 0.99, 0.05],
    [20, 20, 0.99, 0.97, 0.97, 0.05],
    [150, 150, 0.99, 0.97, 0.97, 0.04],
    [10, 90, 0.92, 0.9, 0.97, 0.05],
    [43, 36, 0.97, 0.95, 0, 0.03],
    [90, 10, 0.99, 0.9, 0.5, 0.05],
  ])('%i + %i films, AUC %d and %d, correlation %d', (m, n, aucA, aucB, correlation, missedByDelong) => {
    const yTrue = labelsOf(m, n)
    const rng = new Rng(m + n)
    const runs = 400
    const missed = [0, 0, 0]
    for (let run = 0; run < runs; run++) {
      const [a, b] = correlatedScores(yTrue, [aucA, aucB], correlation, rng)
      const { low, high, difference, se } = delongTest(yTrue, a, b)
      const truth = aucA - aucB
      if (low > truth) missed[0]++
      if (high < truth) missed[1]++
      if (Math.abs(difference - truth) > 1.96 * se) missed[2]++
    }
    expect(missed[0] / runs).toBeLessThan(bound(runs))
    expect(missed[1] / runs).toBeLessThan(bound(runs))
    expect(missed[2] / runs).toBeGreaterThan(missedByDelong)
  })

  it('patients of several films, of one class and of both', () => {
    const runs = 300
    for (const labelsFor of [(p: number) => [p % 2, p % 2], () => [0, 1]]) {
      const owners = Array.from({ length: 40 }, (_, p) => labelsFor(p).map((label) => ({ p, label }))).flat()
      const yTrue = owners.map(({ label }) => label)
      const patients = owners.map(({ p }) => `p${p}`)
      const rng = new Rng(40)
      let [below, above] = [0, 0]
      for (let run = 0; run < runs; run++) {
        const shared = rng.normals(40)
        const [a, b] = [0.97, 0.93].map((auc) => {
          const own = rng.normals(40)
          return owners.map(
            ({ p, label }) => label * shiftOf(auc) + 0.7 * shared[p] + 0.4 * own[p] + Math.sqrt(0.35) * rng.normal(),
          )
        })
        const { low, high } = differenceLimits(yTrue, a, b, { patients, ...twoSided })
        if (low > 0.04) below++
        if (high < 0.04) above++
      }
      expect(below / runs).toBeLessThan(bound(runs))
      expect(above / runs).toBeLessThan(bound(runs))
    }
  })
})

describe('the macro AUC of two classes', () => {
  it('has the limits of its one AUC', () => {
    const yTrue = labelsOf(30, 30)
    const patients = yTrue.map((_, i) => `p${i}`)
    const [a, b] = correlatedScores(yTrue, [0.95, 0.9], 0.8, new Rng(9))
    const macro = (scores: readonly number[]) =>
      macroAucEstimate([{ yTrue, scores: [scores.map((score) => -score), scores], patients }])
    const single = (scores: readonly number[]) => crossValidatedAuc([{ yTrue, scores, patients }])
    const [two, one] = [estimateDifference(macro(a), macro(b)), estimateDifference(single(a), single(b))]
    expect(two.low).toBeCloseTo(one.low, 10)
    expect(two.high).toBeCloseTo(one.high, 10)
    expect(two.p).toBeCloseTo(one.p, 10)
  })
})
