/**
 * The classifier on real films alone, at several sizes of the training set: cross-validated by patient inside the training and
 * tuning films, smaller sets being parts of the larger ones, over several draws. For a plan beside it, at the full size, a head
 * that also learns from augmented copies: how alike its scores are stands in for the arms that a run will compare.
 */
import { elementAt } from '../../base/element-at.js'
import { outputsFor } from '../../head/head.js'
import { crossValidatedAuc } from '../../metrics/cross-validated-auc.js'
import { type Estimate, estimateVariance, meanEstimate } from '../../metrics/estimate.js'
import type { CurvePoint } from '../../metrics/learning-curve.js'
import { macroAucEstimate } from '../../metrics/multi-class.js'
import { columnsOf } from '../../scoring/ranking.js'
import {
  type CurveOptions,
  crossValidate,
  divide,
  type LearningFeatures,
  type LearningFilms,
  labelsOf,
  mostFilms,
  mostFolds,
  type ScoredFold,
  type ScoredRepeat,
  shares,
  trainedAt,
  tuningShare,
} from './curve-scores.js'

export interface MeasuredSize {
  /** Training films, on the average over folds. */
  readonly films: number
  /** AUC, of more than two classes the macro AUC. */
  readonly estimate: Estimate
  readonly point: CurvePoint
}

export interface MeasuredCurve {
  /** From the smallest to the largest training set. */
  readonly sizes: readonly MeasuredSize[]
  /** Correlation, within a class, of the scores with and without augmented copies; NaN where there are none. */
  readonly correlation: number
  /** Variance of the AUC by patients over that by films: above 1 where a patient's films are scored alike. */
  readonly designEffect: number
}

/** Cross-validations with other folds and other subsets. */
export const curveRepeats = 4
/** A training set smaller than this, in films of the rarest class, says nothing. */
const fewestOfClass = 4

/** What is fitted and scored: the cross-validations, and the shares of their training films that say something. */
export interface CurveWork {
  readonly set: LearningFilms
  readonly repeats: readonly ReturnType<typeof divide>[]
  readonly wanted: readonly number[]
}

/** Divides the films. Shares with too few films of a class are left out, but for the whole. */
export function curveWork(set: LearningFilms, options: Pick<CurveOptions, 'config' | 'positiveIndex'>): CurveWork {
  const repeats = Array.from({ length: curveRepeats }, (_, repeat) => divide(set, options, repeat))
  const labels = labelsOf(set, options.positiveIndex)
  const classes = new Set(labels).size
  const labelsAt = (rows: readonly number[]) => rows.map((row) => elementAt(labels, row))
  const rarest = (share: number) =>
    Math.min(...repeats.flat().map((fold) => leastCommon(labelsAt(trainedAt(fold, share)), classes)))
  return { set, repeats, wanted: shares.filter((share) => share === 1 || rarest(share) >= fewestOfClass) }
}

/** Heads that `measureCurve` fits, for progress. */
export function headsOfCurve({ repeats, wanted }: CurveWork, features: LearningFeatures): number {
  return repeats.flat().length * (wanted.length + (features.copies ? 1 : 0))
}

/** Heads of a curve of so many films, before they are divided, and the rows that they are fitted on. */
export function headsAtMost(films: number): { readonly heads: number; readonly rows: number } {
  const fits = curveRepeats * mostFolds
  const trained = Math.min(mostFilms, films) * (1 - tuningShare - 1 / mostFolds)
  return { heads: fits * shares.length, rows: fits * shares.reduce((sum, share) => sum + share * trained, 0) }
}

/** Measures the curve. Sizes with too few films of a class are left out; fewer than three may remain. */
export async function measureCurve(
  { set, repeats: divided, wanted }: CurveWork,
  features: LearningFeatures,
  options: CurveOptions,
): Promise<MeasuredCurve> {
  const repeats: ScoredRepeat[] = []
  for (const folds of divided) repeats.push(await crossValidate(set, features, folds, wanted, options))
  const labels = labelsOf(set, options.positiveIndex)
  const outputs = outputsFor(set.classes.length)
  const estimate = (folds: readonly ScoredFold[], units: readonly string[]) => estimateOf(folds, units, labels, outputs)
  const pairs = repeats.flatMap(({ byShare, augmented }) =>
    augmented.map((withCopies, fold) => [elementAt(atFullSize({ byShare }), fold), withCopies] as const),
  )
  return {
    sizes: shares.flatMap(
      (share, at) =>
        (wanted.includes(share) &&
          measuredSize(repeats, at, new Set(labels).size, (folds) => estimate(folds, set.patients))) ||
        [],
    ),
    correlation: meanCorrelation(pairs, labels, outputs),
    designEffect: designEffectOf(repeats, set, estimate),
  }
}

function atFullSize({ byShare }: Pick<ScoredRepeat, 'byShare'>): readonly ScoredFold[] {
  return elementAt(byShare, shares.length - 1)
}

/** AUC over folds, with the influence of each unit: of patients, or of films. */
function estimateOf(
  folds: readonly ScoredFold[],
  units: readonly string[],
  labels: readonly number[],
  outputs: number,
): Estimate {
  const names = [...new Set(units)]
  const scored = folds.map(({ rows, scores }) => ({
    yTrue: rows.map((row) => elementAt(labels, row)),
    scores: columnsOf(scores, outputs),
    patients: rows.map((row) => elementAt(units, row)),
  }))
  if (outputs > 1) return macroAucEstimate(scored, names)
  return crossValidatedAuc(
    scored.map((fold) => ({ ...fold, scores: elementAt(fold.scores, 0) })),
    names,
  )
}

/** Of one share over all repeats; undefined with too few films of a class. */
function measuredSize(
  repeats: readonly ScoredRepeat[],
  at: number,
  classes: number,
  estimate: (folds: readonly ScoredFold[]) => Estimate,
): MeasuredSize | undefined {
  const ofRepeats = repeats.map(({ byShare }) => elementAt(byShare, at))
  const folds = ofRepeats.flat()
  const rarest = Math.min(...folds.map((fold) => leastCommon(fold.classes, classes)))
  if (rarest < fewestOfClass) return undefined
  const estimates = ofRepeats.map(estimate)
  const films = Math.round(folds.reduce((sum, { trained }) => sum + trained, 0) / folds.length)
  const mean = meanEstimate(estimates)
  return { films, estimate: mean, point: { films, values: estimates.map(({ value }) => value), u: mean.u } }
}

/** Variance of the AUC by patients over that by films, at least 1 and at most the films of a patient. */
function designEffectOf(
  repeats: readonly ScoredRepeat[],
  { patients }: LearningFilms,
  estimate: (folds: readonly ScoredFold[], units: readonly string[]) => Estimate,
): number {
  const varianceBy = (units: readonly string[]) =>
    estimateVariance(meanEstimate(repeats.map((repeat) => estimate(atFullSize(repeat), units))))
  const effect = varianceBy(patients) / varianceBy(patients.map((_, row) => String(row)))
  const most = patients.length / new Set(patients).size
  return Number.isFinite(effect) ? Math.min(most, Math.max(1, effect)) : most
}

function leastCommon(labels: readonly number[], classes: number): number {
  return Math.min(...Array.from({ length: classes }, (_, c) => labels.filter((label) => label === c).length))
}

/** Mean over folds, outputs and classes of the correlation of two heads' scores. */
function meanCorrelation(
  pairs: readonly (readonly [ScoredFold, ScoredFold])[],
  labels: readonly number[],
  outputs: number,
): number {
  const found: number[] = []
  for (const [a, b] of pairs) {
    for (let output = 0; output < outputs; output++) {
      for (const label of new Set(labels)) {
        const ofLabel = a.rows.flatMap((row, i) => (labels[row] === label ? [i] : []))
        const scores = (fold: ScoredFold) => ofLabel.map((i) => logit(elementAt(fold.scores, i * outputs + output)))
        if (ofLabel.length >= 3) found.push(correlationOf(scores(a), scores(b)))
      }
    }
  }
  const known = found.filter(Number.isFinite)
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

function logit(p: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, p))
  return Math.log(inside / (1 - inside))
}

function correlationOf(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [aa, bb, ab] = [0, 0, 0]
  for (const [i, value] of a.entries()) {
    const [fromA, fromB] = [value - meanA, elementAt(b, i) - meanB]
    aa += fromA ** 2
    bb += fromB ** 2
    ab += fromA * fromB
  }
  return ab / Math.sqrt(aa * bb)
}
