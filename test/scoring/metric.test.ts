/** The metrics that choose K: scikit-learn's values, and what each patient adds, against leaving patients out in turn. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { probabilities } from '../../src/head/probability.js'
import { crossValidatedAuc } from '../../src/metrics/cross-validated-auc.js'
import { macroAucEstimate } from '../../src/metrics/multi-class.js'
import { classPriorShifts, priorShift } from '../../src/metrics/prior.js'
import { rocCurve } from '../../src/metrics/roc.js'
import { type Metric, metricInfluence, metricScore } from '../../src/scoring/metric.js'
import { columnsOf } from '../../src/scoring/ranking.js'
import { repeatSpread, scoreError } from '../../src/search/score-error.js'
import { simulateSearch } from '../search/simulate.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/search-metrics.json'), 'utf8'))

const noShift = (outputs: number) => Array.from({ length: outputs }, () => 0)

/** Every metric that is a mean of ratios over cases. */
const ratioMetrics = (outputs: number): Metric[] => [
  { name: 'log-loss', priorShifts: noShift(outputs).map((_, c) => 0.3 - 0.2 * c) },
  { name: 'brier', priorShifts: noShift(outputs) },
  { name: 'accuracy' },
  { name: 'balanced-accuracy' },
  { name: 'f1' },
]

/** Cases of every class, several of some patients, with logits that tie now and then; one or more repeats. */
const cohorts = ({ films, repeats = 1 }: { films: number; repeats?: number }) =>
  fc
    .constantFrom(1, 3)
    .chain((outputs) =>
      fc.record({
        outputs: fc.constant(outputs),
        rows: fc.array(
          fc.record({
            label: fc.integer({ min: 0, max: outputs === 1 ? 1 : outputs - 1 }),
            patient: fc.integer({ min: 0, max: 100 }),
            logits: fc.array(fc.integer({ min: -6, max: 6 }), {
              minLength: outputs * repeats,
              maxLength: outputs * repeats,
            }),
          }),
          { minLength: 12, maxLength: 20 },
        ),
      }),
    )
    .filter(({ outputs, rows }) => new Set(rows.map(({ label }) => label)).size === (outputs === 1 ? 2 : outputs))
    .map(({ outputs, rows }) => ({
      outputs,
      labels: rows.map(({ label }) => label),
      patients: rows.map(({ patient }, i) => (films === 1 ? `p${i}` : `p${patient % Math.ceil(rows.length / films)}`)),
      repeats: Array.from({ length: repeats }, (_, r) =>
        rows.flatMap(({ logits }) => logits.slice(r * outputs, (r + 1) * outputs).map((logit) => logit / 3)),
      ),
    }))

type Cohort = typeof cohorts extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never

/** The same films of so many times the patients, those of each time one after another. */
function manyTimes({ outputs, labels, patients, repeats }: Cohort, times: number): Cohort {
  const again = Array.from({ length: times }, (_, t) => t)
  return {
    outputs,
    labels: again.flatMap(() => labels),
    patients: again.flatMap((t) => patients.map((patient) => `${patient} ${t}`)),
    repeats: repeats.map((logits) => again.flatMap(() => logits)),
  }
}

/** The mean score of the repeats on all films but a patient's. */
function scoreWithout(metric: Metric, { outputs, labels, patients, repeats }: Cohort, left: string): number {
  const rows = labels.flatMap((_, i) => (patients[i] === left ? [] : [i]))
  const cases = { labels: rows.map((i) => labels[i]), outputs }
  const scores = repeats.map((logits) =>
    metricScore(
      metric,
      cases,
      rows.flatMap((i) => logits.slice(i * outputs, (i + 1) * outputs)),
    ),
  )
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

/** Quenouille's, patient by patient, by its definition. `times`: patients of one time stand for those of all. */
function slowJackknife(metric: Metric, cohort: Cohort, times = 1): number[] {
  const names = [...new Set(cohort.patients)]
  const without = names.slice(0, names.length / times).map((name) => scoreWithout(metric, cohort, name))
  const mean = without.reduce((sum, value) => sum + value, 0) / without.length
  return without.map((value) => ((names.length - 1) / names.length) * (mean - value))
}

function largestGap(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBeGreaterThanOrEqual(b.length)
  return Math.max(...b.map((value, i) => Math.abs(value - a[i])))
}

describe('the metrics that choose K', () => {
  it('are scikit-learn’s, of two classes and of three, ties included', () => {
    for (const { outputs, label, logits, shift, ...values } of golden.cases) {
      const of = (metric: Metric) => metricScore(metric, { labels: label, outputs }, logits)
      for (const name of ['auc', 'accuracy', 'balanced-accuracy', 'f1'] as const)
        expect(of({ name }), name).toBeCloseTo(values[name], 12)
      for (const name of ['log-loss', 'brier'] as const) {
        expect(of({ name, priorShifts: noShift(outputs) }), name).toBeCloseTo(values[name], 12)
        expect(of({ name, priorShifts: shift }), name).toBeCloseTo(values[`${name} shifted`], 12)
      }
      for (const { specificity, value } of values['sensitivity-at-specificity'])
        expect(of({ name: 'sensitivity-at-specificity', specificity })).toBeCloseTo(value, 12)
    }
  })

  it('lose as much as a logit is wrong by, however sure it was', () => {
    const cases = { labels: [1, 0], outputs: 1 }
    expect(metricScore({ name: 'log-loss', priorShifts: [0] }, cases, [-2000, -2000])).toBe(1000)
    const three = { labels: [0, 1, 2], outputs: 3 }
    const logits = [900, 0, 0, 0, 900, 0, 900, 0, 0]
    expect(metricScore({ name: 'log-loss', priorShifts: noShift(3) }, three, logits)).toBe(300)
  })

  it('are the same of every repeat as of that alone', () => {
    fc.assert(
      fc.property(cohorts({ films: 2, repeats: 3 }), ({ outputs, labels, patients, repeats }) => {
        const metrics: Metric[] = [
          { name: 'auc' },
          { name: 'sensitivity-at-specificity', specificity: 0.8 },
          ...ratioMetrics(outputs),
        ]
        for (const metric of metrics) {
          const { theta, u } = metricInfluence(metric, { labels, outputs, patients }, repeats)
          expect(theta).toEqual(repeats.map((logits) => metricScore(metric, { labels, outputs }, logits)))
          const sizes = u.map(Math.abs).reduce((a, b) => a + b, 1)
          expect(Math.abs(u.reduce((a, b) => a + b, 0)) / sizes, metric.name).toBeLessThan(1e-12)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('that are means over films have the jackknife’s influence, where each patient has one film', () => {
    fc.assert(
      fc.property(cohorts({ films: 1, repeats: 2 }), (cohort) => {
        for (const metric of ratioMetrics(cohort.outputs).slice(0, 3)) {
          const { u } = metricInfluence(metric, cohort, cohort.repeats)
          expect(largestGap(u, slowJackknife(metric, cohort)), metric.name).toBeLessThan(1e-12)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('that are ratios come to the jackknife’s influence as patients grow in number, several films each', () => {
    fc.assert(
      fc.property(cohorts({ films: 2 }), (few) => {
        const cohort = manyTimes(few, 40)
        for (const metric of ratioMetrics(cohort.outputs)) {
          const { u } = metricInfluence(metric, cohort, cohort.repeats)
          const largest = Math.max(...u.map(Math.abs))
          expect(largestGap(u, slowJackknife(metric, cohort, 40)), metric.name).toBeLessThanOrEqual(
            0.15 * largest + 1e-12,
          )
        }
      }),
      { numRuns: 12 },
    )
  })

  it('rank films that models of several folds have scored within a fold alone, as the AUC of a cross-validation does', () => {
    fc.assert(
      fc.property(cohorts({ films: 2, repeats: 2 }), fc.array(fc.integer({ min: -9, max: 9 })), (cohort, offsets) => {
        const { outputs, labels, patients, repeats } = cohort
        const folds = labels.map((_, i) => i % 3)
        const cases = { labels, outputs, patients, folds }
        const { theta, u } = metricInfluence({ name: 'auc' }, cases, repeats)
        const scoresOfFolds = (logits: readonly number[]) =>
          [0, 1, 2].map((fold) => {
            const among = folds.flatMap((of, i) => (of === fold ? [i] : []))
            const columns = columnsOf(outputs === 1 ? logits : probabilities(logits, outputs), outputs)
            const scores = columns.map((column) => among.map((i) => column[i]))
            return { yTrue: among.map((i) => labels[i]), scores, patients: among.map((i) => patients[i]) }
          })
        const names = [...new Set(patients)]
        const wanted = repeats.map((logits) => {
          const each = scoresOfFolds(logits)
          if (outputs > 1) return macroAucEstimate(each, names)
          return crossValidatedAuc(
            each.map(({ scores, ...fold }) => ({ ...fold, scores: scores[0] })),
            names,
          )
        })
        // Where no fold lacks a class, a mean over folds of means over classes is one over classes of means over folds.
        fc.pre(scoresOfFolds(repeats[0]).every(({ yTrue }) => new Set(yTrue).size === (outputs === 1 ? 2 : outputs)))
        wanted.forEach(({ value }, r) => {
          expect(theta[r]).toBeCloseTo(value, 12)
          expect(metricScore({ name: 'auc' }, cases, repeats[r])).toBeCloseTo(value, 12)
        })
        for (const [p, value] of u.entries())
          expect(value).toBeCloseTo(
            wanted.reduce((sum, one) => sum + one.u[p] / wanted.length, 0),
            12,
          )
        // A fold's models may well be surer of everything than another's.
        const moved = repeats.map((logits) =>
          logits.map((logit, at) => logit + (offsets[folds[Math.floor(at / outputs)]] ?? 0)),
        )
        if (outputs === 1) expect(metricInfluence({ name: 'auc' }, cases, moved).theta).toEqual(theta)
      }),
      { numRuns: 60 },
    )
  })

  it('know how far the AUC over inner folds moves from one set of patients to another, as one set’s does', () => {
    for (const films of [1, 2]) {
      const rng = new Rng(7)
      const world = { patients: 80, films, kMax: 2, repeats: 1, truth: () => 0.85, folds: 5 }
      const drawn = Array.from({ length: 400 }, () => simulateSearch(world, rng))
      const found = drawn.map(({ theta }) => theta[0][0])
      const spread = repeatSpread(found) as number
      const error = Math.sqrt(drawn.reduce((sum, scores) => sum + scoreError(scores, 0) ** 2, 0) / drawn.length)
      expect(error / spread).toBeGreaterThan(0.9)
      expect(error / spread).toBeLessThan(1.15)
      expect(found.reduce((sum, value) => sum + value, 0) / found.length).toBeCloseTo(0.85, 2)
    }
  })

  it('read the sensitivity off the ROC curve, and count a diseased patient as the jackknife does', () => {
    const metric = { name: 'sensitivity-at-specificity', specificity: 0.8 } as const
    fc.assert(
      fc.property(cohorts({ films: 1 }), (cohort) => {
        const { outputs, labels, patients, repeats } = cohort
        fc.pre(outputs === 1)
        const { theta, u } = metricInfluence(metric, cohort, repeats)
        const reached = rocCurve(labels, repeats[0]).filter(({ fpr }) => 1 - fpr >= 0.8 - 1e-12)
        expect(theta[0]).toBeCloseTo(Math.max(...reached.map(({ tpr }) => tpr)), 12)
        const diseased = labels.flatMap((label, i) => (label === 1 ? [i] : []))
        fc.pre(diseased.length > 1)
        const without = diseased.map((i) => scoreWithout(metric, cohort, patients[i]))
        for (const [at, i] of diseased.entries())
          expect(u[i] - u[diseased[0]]).toBeCloseTo((1 - 1 / diseased.length) * (without[0] - without[at]), 12)
      }),
      { numRuns: 50 },
    )
  })

  it('know how far the sensitivity at a specificity moves from one set of patients to another', () => {
    const metric = { name: 'sensitivity-at-specificity', specificity: 0.9 } as const
    for (const films of [1, 2]) {
      const rng = new Rng(3)
      const world = { patients: 80, films, kMax: 2, repeats: 1, truth: () => 0.85, metric }
      const drawn = Array.from({ length: 400 }, () => simulateSearch(world, rng))
      const found = drawn.map(({ theta }) => theta[0][0])
      const spread = repeatSpread(found) as number
      const error = Math.sqrt(drawn.reduce((sum, scores) => sum + scoreError(scores, 0) ** 2, 0) / drawn.length)
      expect(error / spread).toBeGreaterThan(0.95)
      expect(error / spread).toBeLessThan(1.35)
    }
  })

  it('say nothing of how a sensitivity moves where there is one film of each class', () => {
    const metric = { name: 'sensitivity-at-specificity', specificity: 0.5 } as const
    const { theta, u } = metricInfluence(metric, { labels: [1, 0], outputs: 1, patients: ['a', 'b'] }, [[2, 1]])
    expect([theta, [...u].map(Math.abs)]).toEqual([[1], [0, 0]])
  })

  it('leave out of a mean over classes those that no film has', () => {
    const cases = { labels: [0, 1, 0, 1], outputs: 3 }
    const logits = [2, 0, -1, 0, 2, -1, 2, 0, -1, 2, 0, -1]
    expect(metricScore({ name: 'balanced-accuracy' }, cases, logits)).toBe(0.75)
    expect(metricScore({ name: 'f1' }, cases, logits)).toBeCloseTo((4 / 5 + 2 / 3) / 2, 12)
  })
})

describe('the prior of several classes', () => {
  it('is that of two where there are two', () => {
    const [no, yes] = classPriorShifts([50, 50], [70, 30])
    expect(yes - no).toBeCloseTo(priorShift({ training: 0.5, population: 0.3 }), 12)
    expect(classPriorShifts([20, 20, 20], [7, 7, 7])).toEqual([0, 0, 0])
    expect(() => classPriorShifts([3, 0], [1, 1])).toThrow(/class 2 has no film/)
  })
})
