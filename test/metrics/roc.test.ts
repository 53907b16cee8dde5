import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delongTest } from '../../src/metrics/auc-difference.js'
import { aucInterval } from '../../src/metrics/auc-interval.js'
import { brier } from '../../src/metrics/calibration.js'
import { confusionAt, measures } from '../../src/metrics/confusion.js'
import { crossValidatedAuc } from '../../src/metrics/cross-validated-auc.js'
import { patientInfluence } from '../../src/metrics/influence.js'
import { placements } from '../../src/metrics/placements.js'
import { auc, meanRoc, rocCurve } from '../../src/metrics/roc.js'
import { rankingInfluence, rankingScore } from '../../src/scoring/ranking.js'
import { slowAuc, slowPlacements } from './slow-auc.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/measures.json'), 'utf8'))

/** Labels of both classes and scores with many ties. */
const cases = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 6 })), { minLength: 2, maxLength: 30 })
  .filter((rows) => new Set(rows.map(([label]) => label)).size === 2)
  .map((rows) => ({ yTrue: rows.map(([label]) => label), yScore: rows.map(([, score]) => score / 3) }))

describe('the area under the ROC curve', () => {
  it("is scikit-learn's, as is the curve, ties included", () => {
    for (const { label, score, auc: area, roc, cutoffs } of golden.cases) {
      expect(auc(label, score)).toBeCloseTo(area, 12)
      const points = rocCurve(label, score)
      points.forEach(({ fpr, tpr }, i) => {
        expect(fpr).toBeCloseTo(roc[i][0], 12)
        expect(tpr).toBeCloseTo(roc[i][1], 12)
      })
      expect(points.slice(1).map(({ cutoff }) => cutoff)).toEqual(cutoffs)
      expect(points[0].cutoff).toBe(Number.POSITIVE_INFINITY)
    }
  })

  it('is the share of pairs in the right order, and the area under the points of the curve', () => {
    fc.assert(
      fc.property(cases, ({ yTrue, yScore }) => {
        const value = auc(yTrue, yScore)
        expect(value).toBeCloseTo(slowAuc(yTrue, yScore), 12)
        const points = rocCurve(yTrue, yScore)
        const area = points.slice(1).reduce((sum, { fpr, tpr }, i) => {
          return sum + ((fpr - points[i].fpr) * (tpr + points[i].tpr)) / 2
        }, 0)
        expect(value).toBeCloseTo(area, 12)
      }),
    )
  })

  it('is one and the same double wherever it is computed, and for every order of cases that puts as many pairs right', () => {
    const several = fc
      .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 })), { minLength: 2, maxLength: 60 })
      .filter((rows) => new Set(rows.map(([label]) => label)).size === 2)
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(several, (rows) => {
        const yTrue = rows.map(([label]) => label)
        const yScore = rows.map(([, score]) => score)
        const patients = rows.map((_, i) => `p${i}`)
        let twice = 0
        for (const [own, score] of rows)
          for (const [other, below] of rows)
            if (own === 1 && other === 0) twice += score > below ? 2 : score === below ? 1 : 0
        const m = yTrue.filter((label) => label === 1).length
        const exact = twice / (2 * m * (rows.length - m))
        const folds = [{ yTrue, scores: yScore, patients }]
        const values = [
          auc(yTrue, yScore),
          placements(yTrue, yScore).auc,
          patientInfluence(yTrue, [yScore], patients).mean,
          crossValidatedAuc(folds).value,
          aucInterval(yTrue, yScore).value,
          rankingScore(yTrue, yScore, 1),
          rankingInfluence(yTrue, [yScore], patients, 1).theta[0],
          delongTest(
            yTrue,
            yScore,
            yTrue.map(() => 0),
          ).difference + 0.5,
        ]
        for (const value of values.slice(0, -1)) expect(value).toBe(exact)
        expect(values.at(-1)).toBeCloseTo(exact, 14)
        const key = `${twice} of ${m} x ${rows.length - m}`
        expect(seen.get(key) ?? exact).toBe(exact)
        seen.set(key, exact)
      }),
      { numRuns: 2000 },
    )
  })

  it('depends on the order of scores alone, and turns into its complement when they turn', () => {
    fc.assert(
      fc.property(cases, ({ yTrue, yScore }) => {
        const value = auc(yTrue, yScore)
        const stretched = yScore.map((score) => Math.exp(3 * score) - 7)
        const turned = yScore.map((score) => -score)
        expect(auc(yTrue, stretched)).toBe(value)
        expect(auc(yTrue, turned)).toBeCloseTo(1 - value, 12)
      }),
    )
  })

  it('is not a number, and the curve has no points, where one class only is present', () => {
    expect(auc([1, 1], [0.2, 0.4])).toBeNaN()
    expect(auc([], [])).toBeNaN()
    expect(rocCurve([0, 0], [0.2, 0.4])).toEqual([])
  })
})

describe('placements', () => {
  it('are the shares of the other class that a case stands above or below', () => {
    fc.assert(
      fc.property(cases, ({ yTrue, yScore }) => {
        const { positive, negative, positiveIndex, negativeIndex } = placements(yTrue, yScore)
        const slow = slowPlacements(yTrue, yScore)
        positive.forEach((value, i) => {
          expect(value).toBeCloseTo(slow.positive[i], 12)
        })
        negative.forEach((value, i) => {
          expect(value).toBeCloseTo(slow.negative[i], 12)
        })
        expect([...positiveIndex, ...negativeIndex].sort((a, b) => a - b)).toEqual(yTrue.map((_, i) => i))
      }),
    )
  })
})

describe('measures at a cutoff', () => {
  it("are scikit-learn's, as is the Brier score", () => {
    for (const { label, score, confusion, measures: expected, brier: error } of golden.cases) {
      const counts = confusionAt(label, score, 0.5)
      expect(counts).toEqual(confusion)
      for (const [name, value] of Object.entries(measures(counts))) expect(value).toBeCloseTo(expected[name], 12)
      expect(brier(label, score)).toBeCloseTo(error, 12)
    }
  })

  it("are the paper's for its external set of 58, 8, 52 and 14 cases", () => {
    const values = measures({ tp: 58, fn: 8, tn: 52, fp: 14 })
    const rounded = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.toFixed(3)]))
    // The paper prints .810 for ppv: a slip, for 58 of 72 is .806.
    expect(rounded).toEqual({
      accuracy: '0.833',
      sensitivity: '0.879',
      specificity: '0.788',
      f1: '0.841',
      ppv: '0.806',
      npv: '0.867',
    })
  })

  it('call a score that equals the cutoff positive', () => {
    expect(confusionAt([1, 0], [0.5, 0.5], 0.5)).toEqual({ tp: 1, fn: 0, tn: 0, fp: 1 })
  })

  it('are not numbers where there is nothing to divide by', () => {
    const { sensitivity, ppv, specificity, npv } = measures({ tp: 0, fn: 0, tn: 3, fp: 0 })
    expect([sensitivity, ppv]).toEqual([Number.NaN, Number.NaN])
    expect([specificity, npv]).toEqual([1, 1])
  })
})

describe('arguments that do not fit', () => {
  it.each([
    ['a score too few', [1, 0, 1], [0.2, 0.4], '3 labels but 2 scores'],
    ['a third label', [1, 0, 2], [0.2, 0.4, 0.1], 'label of case 3 is 2'],
    ['a score that is not a number', [1, 0], [0.2, Number.NaN], 'score of case 2 is not a number'],
  ])('are refused with place and remedy: %s', (_, yTrue, yScore, message) => {
    for (const of of [auc, rocCurve, placements, brier]) expect(() => of(yTrue, yScore)).toThrow(message)
    expect(() => confusionAt(yTrue, yScore, 0.5)).toThrow(message)
  })
})

describe('the mean of curves', () => {
  const area = (curve: readonly { fpr: number; tpr: number }[]) =>
    curve.slice(1).reduce((sum, b, i) => sum + ((b.fpr - curve[i].fpr) * (b.tpr + curve[i].tpr)) / 2, 0)

  it('has the mean of their areas, from (0, 0) to (1, 1), never falling', () => {
    const rows = fc
      .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 5 })), { minLength: 3, maxLength: 15 })
      .filter((list) => new Set(list.map(([own]) => own)).size === 2)
    fc.assert(
      fc.property(fc.array(rows, { minLength: 1, maxLength: 4 }), (folds) => {
        const parts = folds.map((list) => [list.map(([own]) => own), list.map(([, score]) => score)] as const)
        const mean = meanRoc(parts.map(([yTrue, scores]) => rocCurve(yTrue, scores)))
        const areas = parts.map(([yTrue, scores]) => auc(yTrue, scores))
        expect(area(mean)).toBeCloseTo(areas.reduce((a, b) => a + b, 0) / areas.length, 10)
        expect(mean[0]).toEqual({ fpr: 0, tpr: 0 })
        expect(mean.at(-1)).toEqual({ fpr: 1, tpr: 1 })
        mean.slice(1).forEach((point, i) => {
          expect(point.fpr).toBeGreaterThanOrEqual(mean[i].fpr)
          expect(point.tpr).toBeGreaterThanOrEqual(mean[i].tpr - 1e-12)
        })
      }),
    )
  })
})
