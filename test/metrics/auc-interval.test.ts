import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { aucInterval } from '../../src/metrics/auc-interval.js'
import { newcombeLimit } from '../../src/metrics/limits.js'
import { labelsOf, shiftOf } from './simulate.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/auc.json'), 'utf8'))

const paperTestSet = labelsOf(43, 36)
const perfect = paperTestSet.map((label, i) => label + i / 1000)

describe('the interval of an AUC', () => {
  it.each(['asah', 'ties'])("has pROC's value, error and Wald limits: %s", (name) => {
    const { label, scores, areas } = golden[name]
    for (const [column, { auc, variance, wald }] of Object.entries<{ auc: number; variance: number; wald: number[] }>(
      areas,
    )) {
      const interval = aucInterval(label, scores[column])
      expect(interval.value).toBeCloseTo(auc, 12)
      expect(interval.se ** 2).toBeCloseTo(variance, 12)
      expect(interval.wald.low).toBeCloseTo(wald[0], 10)
      expect(interval.wald.high).toBeCloseTo(wald[1], 10)
    }
  })

  it('is the Wald interval of the logit, turned back', () => {
    const { label, scores } = golden.asah
    const { value, se, low, high, method } = aucInterval(label, scores.s100b)
    const logit = Math.log(value / (1 - value))
    const reach = (1.959963984540054 * se) / (value * (1 - value))
    expect(low).toBeCloseTo(1 / (1 + Math.exp(reach - logit)), 12)
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-reach - logit)), 12)
    expect(method).toBe('logit DeLong')
  })

  it('is Newcombe 2006, method 5, for a perfect score: 0.949 to 1 with 43 + 36 cases', () => {
    const { value, low, high, se, method, reason } = aucInterval(paperTestSet, perfect)
    expect([value, low.toFixed(3), high, se]).toEqual([1, '0.949', 1, 0])
    expect(method).toBe('Newcombe 2006, method 5')
    expect(reason).toBe('separated')
  })

  it('of a perfectly wrong score is that of the perfect one turned over', () => {
    const right = aucInterval(paperTestSet, perfect)
    const wrong = aucInterval(
      paperTestSet,
      perfect.map((score) => -score),
    )
    expect([wrong.value, wrong.low]).toEqual([0, 0])
    expect(wrong.high).toBeCloseTo(1 - right.low, 12)
  })

  it("solves Newcombe's equation at its limits", () => {
    const [m, n, z] = [43, 36, 1.96]
    for (const [observed, side] of [
      [0.8, -1],
      [0.8, 1],
      [1, -1],
      [0, 1],
    ] as const) {
      const t = newcombeLimit(observed, m, n, z, side)
      const variance = ((t * (1 - t)) / (m * n)) * (1 + ((m + n) / 2 - 1) * ((1 - t) / (2 - t) + t / (1 + t)))
      expect(Math.abs(observed - t)).toBeCloseTo(z * Math.sqrt(variance), 10)
    }
  })

  it('counts each patient once where a perfect score leaves nothing else to go by', () => {
    const patients = paperTestSet.map((label, i) => `${label}-${Math.floor(i / 3)}`)
    const alone = aucInterval(paperTestSet, perfect)
    const repeated = aucInterval(paperTestSet, perfect, { patients })
    const [withPositive, withNegative] = [1, 0].map(
      (label) => new Set(patients.filter((p) => p[0] === `${label}`)).size,
    )
    expect(repeated.low).toBeLessThan(alone.low)
    expect(repeated.low).toBeCloseTo(newcombeLimit(1, withPositive, withNegative, 1.959963984540054, -1), 10)
  })

  it.each([
    ['one class only', [1, 1, 1], [0.1, 0.5, 0.3], { value: Number.NaN, reason: 'one-class' }],
    ['no film', [], [], { value: Number.NaN, reason: 'one-class' }],
    ['scores all equal', [1, 0, 1, 0], [1, 1, 1, 1], { value: 0.5, reason: 'score-without-variance' }],
    ['one diseased case', [1, 0, 0, 0], [2, 1, 3, 0], { value: 2 / 3, reason: 'too-few-cases-of-a-class' }],
  ])('is defined, with a reason: %s', (_, yTrue, yScore, expected) => {
    const { value, low, high, reason } = aucInterval(yTrue, yScore)
    expect({ value, reason }).toEqual(expected)
    if (Number.isNaN(value)) expect([low, high]).toEqual([Number.NaN, Number.NaN])
    else expect(low < value && value < high).toBe(true)
  })

  it('holds its value, stays within 0..1, and grows with the level', () => {
    const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 8 })), {
      minLength: 4,
      maxLength: 40,
    })
    fc.assert(
      fc.property(
        rows.filter((r) => new Set(r.map(([label]) => label)).size === 2),
        (r) => {
          const [yTrue, yScore] = [r.map(([label]) => label), r.map(([, score]) => score)]
          const narrow = aucInterval(yTrue, yScore, { level: 0.8 })
          const wide = aucInterval(yTrue, yScore, { level: 0.99 })
          for (const { value, low, high } of [narrow, wide]) {
            expect(low).toBeGreaterThanOrEqual(0)
            expect(high).toBeLessThanOrEqual(1)
            expect(low).toBeLessThanOrEqual(value + 1e-12)
            expect(high).toBeGreaterThanOrEqual(value - 1e-12)
          }
          expect(wide.low).toBeLessThanOrEqual(narrow.low + 1e-12)
          expect(wide.high).toBeGreaterThanOrEqual(narrow.high - 1e-12)
        },
      ),
    )
  })

  it('covers a true AUC near 1 as often as it says, where the Wald interval does not (43 + 36 cases)', () => {
    const rng = new Rng(1)
    const runs = 2000
    for (const [truth, logitAtLeast, waldAtMost] of [
      [0.963, 0.925, 0.885],
      [0.98, 0.925, 0.845],
      [0.99, 0.955, 0.81],
    ]) {
      let [logit, wald] = [0, 0]
      for (let run = 0; run < runs; run++) {
        const scores = paperTestSet.map((label) => label * shiftOf(truth) + rng.normal())
        const interval = aucInterval(paperTestSet, scores)
        if (interval.low <= truth && truth <= interval.high) logit++
        if (interval.wald.low <= truth && truth <= interval.wald.high) wald++
      }
      expect(logit / runs).toBeGreaterThan(logitAtLeast)
      expect(wald / runs).toBeLessThan(waldAtMost)
    }
  })
})
