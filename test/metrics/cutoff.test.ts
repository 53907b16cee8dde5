import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { aucInterval } from '../../src/metrics/auc-interval.js'
import { clusterBootstrap, patientDraws } from '../../src/metrics/cluster-bootstrap.js'
import { confusionAt, measures } from '../../src/metrics/confusion.js'
import { chooseCutoff, cutoffLimits } from '../../src/metrics/cutoff.js'
import { auc } from '../../src/metrics/roc.js'
import { labelsOf, shiftOf } from './simulate.js'

const read = (name: string) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden', name), 'utf8'))
const { label, scores } = read('auc.json').asah
const youden = { rule: 'youden' } as const

const rows = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -4, max: 6 })), { minLength: 2, maxLength: 30 })
  .filter((list) => new Set(list.map(([own]) => own)).size === 2)

describe('a chosen cutoff', () => {
  it("is pROC's (aSAH): Youden's, and the highest with a sensitivity of 0.9", () => {
    for (const [name, golden] of Object.entries<{ youden: number[]; sensitivity90: number[] }>(
      read('calibration.json').cutoffs,
    )) {
      const best = chooseCutoff(label, scores[name], youden)
      const wanted = chooseCutoff(label, scores[name], { rule: 'sensitivity', wanted: 0.9 })
      for (const [chosen, expected] of [
        [best, golden.youden],
        [wanted, golden.sensitivity90],
      ] as const) {
        expect(chosen.value).toBeCloseTo(expected[0], 12)
        expect(chosen.sensitivity).toBeCloseTo(expected[1], 12)
        expect(chosen.specificity).toBeCloseTo(expected[2], 12)
      }
    }
  })

  it('has the figures it claims on the cases that chose it, and no score does better', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const [yTrue, yScore] = [list.map(([own]) => own), list.map(([, score]) => score)]
        const chosen = chooseCutoff(yTrue, yScore, youden)
        const at = (cutoff: number) => measures(confusionAt(yTrue, yScore, cutoff))
        const { sensitivity, specificity } = at(chosen.value)
        expect(chosen.sensitivity).toBeCloseTo(sensitivity, 12)
        expect(chosen.specificity).toBeCloseTo(specificity, 12)
        for (const score of [...yScore, Number.POSITIVE_INFINITY]) {
          const other = at(score)
          expect(sensitivity + specificity).toBeGreaterThanOrEqual(other.sensitivity + other.specificity - 1e-9)
        }
      }),
    )
  })

  it('for a wanted sensitivity reaches it, and no higher cutoff does', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.05, max: 1, noNaN: true }), (list, wanted) => {
        const [yTrue, yScore] = [list.map(([own]) => own), list.map(([, score]) => score)]
        const chosen = chooseCutoff(yTrue, yScore, { rule: 'sensitivity', wanted })
        expect(measures(confusionAt(yTrue, yScore, chosen.value)).sensitivity).toBeGreaterThanOrEqual(wanted - 1e-9)
        const called = (cutoff: number) => yScore.filter((score) => score >= cutoff).length
        for (const score of yScore.filter((value) => called(value) < called(chosen.value))) {
          expect(measures(confusionAt(yTrue, yScore, score)).sensitivity).toBeLessThan(wanted)
        }
      }),
    )
  })

  it('lies half-way in a gap, and at the lowest score where everything is called positive', () => {
    expect(chooseCutoff([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9], youden).value).toBeCloseTo(0.4, 12)
    expect(chooseCutoff([1, 0, 1], [0.3, 0.5, 0.9], { rule: 'sensitivity', wanted: 1 }).value).toBe(0.3)
  })

  it.each([
    ['one class only', [1, 1], [0.1, 0.2], 'one-class'],
    ['no film', [], [], 'one-class'],
    ['equal scores', [1, 0, 1], [0.5, 0.5, 0.5], 'no-telling-cutoff'],
    ['scores the wrong way round', [0, 0, 1, 1], [4, 3, 2, 1], 'no-telling-cutoff'],
  ])('is defined, with a reason: %s', (_, yTrue, yScore, reason) => {
    expect(chooseCutoff(yTrue, yScore, youden).reason).toBe(reason)
  })

  it('is refused for a sensitivity that can not be wanted', () => {
    expect(() => chooseCutoff([0, 1], [0, 1], { rule: 'sensitivity', wanted: 95 })).toThrow('a sensitivity of 95')
  })

  it('has limits that hold it, wider with fewer patients, the same for the same seed', () => {
    const rng = new Rng(3)
    const width = (n: number) => {
      const yTrue = labelsOf(n, n)
      const yScore = yTrue.map((own) => own * 1.5 + rng.normal())
      const { value } = chooseCutoff(yTrue, yScore, youden)
      const { low, high } = cutoffLimits(yTrue, yScore, youden, { rng: new Rng(1) })
      expect(cutoffLimits(yTrue, yScore, youden, { rng: new Rng(1) })).toEqual({ low, high })
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
      return high - low
    }
    expect(width(15)).toBeGreaterThan(1.3 * width(400))
  })
})

describe('the bootstrap of patients', () => {
  it('draws whole patients, as many of each kind as there are', () => {
    const yTrue = [1, 1, 0, 1, 0, 0, 0, 0]
    const patients = ['a', 'a', 'b', 'c', 'c', 'd', 'd', 'e']
    for (const draw of patientDraws(yTrue, patients, { draws: 50, rng: new Rng(2) })) {
      const count = (patient: string) => draw.filter((i) => patients[i] === patient).length
      expect(count('a')).toBe(2) // alone in its stratum
      expect(count('c')).toBe(2)
      expect(count('b') + count('d') / 2 + count('e')).toBe(3)
    }
  })

  it("has DeLong's error for single cases and Obuchowski's for patients, within a few percent", () => {
    const rng = new Rng(5)
    const patients = Array.from({ length: 240 }, (_, i) => `p${Math.floor(i / 3)}`)
    const yTrue = patients.map((_, i) => (Math.floor(i / 3) % 4 === 0 ? i % 2 : Math.floor(i / 3) % 2))
    let effect = 0
    const yScore = yTrue.map((own, i) => {
      if (i % 3 === 0) effect = 0.7 * rng.normal()
      return own * shiftOf(0.85) + effect + 0.7 * rng.normal()
    })
    const statistic = (positions: readonly number[]) =>
      auc(
        positions.map((i) => yTrue[i]),
        positions.map((i) => yScore[i]),
      )
    for (const own of [undefined, patients]) {
      const { se, value, low, high } = clusterBootstrap(yTrue, statistic, { patients: own, draws: 2000, rng })
      const formula = aucInterval(yTrue, yScore, { patients: own })
      expect(value).toBeCloseTo(formula.value, 12)
      expect(se / formula.se).toBeGreaterThan(0.9)
      expect(se / formula.se).toBeLessThan(1.1)
      expect(low < value && value < high).toBe(true)
    }
  })

  it('of a figure that most draws lack has none, with a reason', () => {
    const { low, reason } = clusterBootstrap([1, 0, 1], () => Number.NaN, { draws: 99, rng: new Rng(1) })
    expect([low, reason]).toEqual([Number.NaN, 'draws-without-figure'])
    expect(() => clusterBootstrap([1, 0], () => 1, { draws: 10, rng: new Rng(1) })).toThrow('10 draws are too few')
  })
})
