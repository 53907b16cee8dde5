import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { normalQuantile } from '../../src/metrics/distributions.js'
import { pairedAccuracy, pairedDifference } from '../../src/metrics/paired-proportions.js'

const read = (name: string) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden', name), 'utf8'))
const { thyroids, psychiatry } = read('clustered-pairs.json')

/** Outcomes from the counts both, a alone, b alone, neither. */
function rowsOf([both, onlyA, onlyB, neither]: readonly number[]): { a: number[]; b: number[] } {
  const fill = (...counts: [number, number][]) => counts.flatMap(([count, right]) => Array<number>(count).fill(right))
  return {
    a: fill([both, 1], [onlyA, 1], [onlyB, 0], [neither, 0]),
    b: fill([both, 1], [onlyA, 0], [onlyB, 1], [neither, 0]),
  }
}

/** The chi-square with one degree of freedom of a two-sided p-value. */
const chiSquare = (p: number) => normalQuantile(1 - p / 2) ** 2

describe('two classifiers on the same independent cases', () => {
  it("have statsmodels' exact McNemar test and the mid-p of Fagerland et al. 2013", () => {
    for (const { table, exact, midP } of read('paired.json').paired) {
      const { a, b } = rowsOf(table)
      const { p, exactP } = pairedDifference(a, b)
      expect(exactP).toBeCloseTo(exact, 12)
      expect(p).toBeCloseTo(midP, 12)
    }
  })

  it('have the published figures of airway hyper-responsiveness in 21 children: p 0.0391, interval -0.507 to -0.026', () => {
    const { a, b } = rowsOf([1, 1, 7, 12])
    const { difference, low, high, p, exactP, onlyA, onlyB } = pairedDifference(a, b)
    expect([p.toFixed(4), exactP.toFixed(4)]).toEqual(['0.0391', '0.0703'])
    expect(difference).toBeCloseTo(-6 / 21, 12)
    expect([low.toFixed(3), high.toFixed(3)]).toEqual(['-0.507', '-0.026'])
    expect([onlyA, onlyB]).toEqual([1, 7])
  })

  it('change sign and nothing else when they change places', () => {
    const counts = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(15))).filter((four) => four.some((c) => c > 0))
    fc.assert(
      fc.property(counts, (four) => {
        const { a, b } = rowsOf(four)
        const [ab, ba] = [pairedDifference(a, b), pairedDifference(b, a)]
        expect(ba.difference).toBeCloseTo(-ab.difference, 12)
        expect(ba.low).toBeCloseTo(-ab.high, 12)
        expect(ba.p).toBeCloseTo(ab.p, 12)
        expect(ab.low).toBeLessThanOrEqual(ab.difference + 1e-12)
        expect(ab.high).toBeGreaterThanOrEqual(ab.difference - 1e-12)
        expect(ab.low).toBeGreaterThanOrEqual(-1)
        expect(ab.high).toBeLessThanOrEqual(1)
        expect(ab.p).toBeGreaterThan(0)
        expect(ab.p).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('that agree on every case are not taken for certainly equal', () => {
    for (const table of [
      [20, 0, 0, 0],
      [10, 0, 0, 10],
    ]) {
      const { a, b } = rowsOf(table)
      const { difference, low, high, p, reason } = pairedDifference(a, b)
      expect({ difference, p, reason }).toEqual({ difference: 0, p: 1, reason: 'equal-calls' })
      expect(high).toBeGreaterThan(0.03)
      expect(low).toBeCloseTo(-high, 12)
    }
  })

  it('without a case are no numbers, with a reason', () => {
    const { difference, low, p, reason } = pairedDifference([], [])
    expect([difference, low, p, reason]).toEqual([Number.NaN, Number.NaN, Number.NaN, 'no-case'])
    const { specificity } = pairedAccuracy([1, 1], [0.2, 0.9], [0.8, 0.7], { cutoffA: 0.5, cutoffB: 0.5 })
    expect(specificity.reason).toBe('no-healthy-case')
    expect(specificity.difference).toBeNaN()
  })

  it('are refused where they do not fit', () => {
    expect(() => pairedDifference([1, 0], [1])).toThrow('2 labels but 1 scores')
  })

  it('take each its own cutoff, at which a case is positive', () => {
    const { sensitivity, specificity } = pairedAccuracy([1, 1, 1, 0, 0], [0.9, 0.6, 0.5, 0.1, 0.7], [3, 1, 2, 2, 0], {
      cutoffA: 0.5,
      cutoffB: 2,
    })
    expect([sensitivity.n, sensitivity.onlyA, sensitivity.onlyB]).toEqual([3, 1, 0])
    expect([specificity.n, specificity.onlyA, specificity.onlyB]).toEqual([2, 1, 1])
  })
})

describe('two classifiers on patients with several images', () => {
  it('have the published chi-squares of Obuchowski 1998: parathyroid glands of 21 patients, patients of 29 psychiatrists', () => {
    const { p, method, exactP } = pairedDifference(thyroids.a, thyroids.b, { patients: thyroids.patient.map(String) })
    expect(chiSquare(p)).toBeCloseTo(thyroids.obuchowski, 2)
    expect(method).toMatch(/^Obuchowski 1998/)
    expect(exactP).toBeNaN()
    const rows = (psychiatry.counts as number[][]).map(rowsOf)
    const patients = rows.flatMap(({ a }, i) => a.map(() => `p${i}`))
    const second = pairedDifference(
      rows.flatMap(({ a }) => a),
      rows.flatMap(({ b }) => b),
      { patients },
    )
    expect(chiSquare(second.p)).toBeCloseTo(psychiatry.obuchowski, 2)
  })

  it("are McNemar's chi-square times (n - 1) / n where the one patient more has one image", () => {
    const { a, b } = rowsOf([30, 12, 5, 10])
    const n = a.length
    // The formula on single images: a repeated patient that adds nothing but itself.
    const patients = a.map((_, i) => `p${i}`)
    const both = pairedDifference([...a, 1, 1], [...b, 1, 1], { patients: [...patients, 'twice', 'twice'] })
    const units = n + 1
    expect(chiSquare(both.p)).toBeCloseTo(((12 - 5) ** 2 / (12 + 5)) * ((units - 1) / units), 8)
  })

  it('have wider limits than as many single cases where a patient’s images agree', () => {
    const base = rowsOf([12, 5, 2, 6])
    const twice = (rows: number[]) => rows.flatMap((right) => [right, right])
    const patients = base.a.flatMap((_, i) => [`p${i}`, `p${i}`])
    const clustered = pairedDifference(twice(base.a), twice(base.b), { patients })
    const plain = pairedDifference(twice(base.a), twice(base.b))
    const single = pairedDifference(base.a, base.b)
    expect(clustered.high - clustered.low).toBeGreaterThan(plain.high - plain.low)
    expect((clustered.high - clustered.low) / (single.high - single.low)).toBeCloseTo(1, 1)
  })

  it('whose gains and losses cancel in each patient differ by nothing', () => {
    const { p, difference } = pairedDifference([1, 0, 1, 0], [0, 1, 0, 1], { patients: ['a', 'a', 'b', 'b'] })
    expect([difference, p]).toEqual([0, 1])
  })

  it('of one patient alone have no test', () => {
    const { p, reason } = pairedDifference([1, 1, 0], [0, 1, 0], { patients: ['a', 'a', 'a'] })
    expect([p, reason]).toEqual([Number.NaN, 'one-patient'])
  })

  it('keep level and coverage with 40 patients of two images, where McNemar does not', () => {
    const rng = new Rng(21)
    const patients = Array.from({ length: 80 }, (_, i) => `p${i >> 1}`)
    const runs = 1500
    let [rejected, plainRejected, covered] = [0, 0, 0]
    for (let run = 0; run < runs; run++) {
      const effects = Array.from({ length: 40 }, () => [rng.normal(), rng.normal(), rng.normal()])
      const outcomes = (which: 1 | 2, bound: number) =>
        patients.map((_, i) => {
          const own = effects[i >> 1]
          return 0.3 * own[0] + 0.87 * own[which] + 0.39 * rng.normal() < bound ? 1 : 0
        })
      const [a, b] = [outcomes(1, 0.84162), outcomes(2, 0.84162)]
      const test = pairedDifference(a, b, { patients })
      if (test.p <= 0.05) rejected++
      if (pairedDifference(a, b).p <= 0.05) plainRejected++
      if (test.low <= 0 && 0 <= test.high) covered++
    }
    expect(rejected / runs).toBeLessThan(0.068)
    expect(rejected / runs).toBeGreaterThan(0.03)
    expect(plainRejected / runs).toBeGreaterThan(0.075)
    expect(covered / runs).toBeGreaterThan(0.935)
  })
})
