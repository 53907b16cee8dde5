/**
 * A model's score on some cases by the metric that chooses K, in the metric's own direction, and how much each patient moves
 * it: what the stop rule, its null, the standard errors and the set of K that can't be told apart are made of.
 * Influence is in closed form: of the AUC by placements, of means and ratios by linearising them, of the sensitivity at a
 * specificity by the slope of the ROC curve.
 */
import { elementAt } from '../base/element-at.js'
import { crossEntropy } from '../head/cross-entropy.js'
import { probabilities } from '../head/probability.js'
import { patientSums } from '../metrics/by-patient.js'
import { mostProbable } from '../metrics/confusion-matrix.js'
import { oneAgainstRest } from '../metrics/macro-auc.js'
import { type CaseRatio, meanOfRatios, meanOfRatiosInfluence } from '../metrics/mean-of-ratios.js'
import { sensitivityAtSpecificity, sensitivityAtSpecificityInfluence } from '../metrics/sensitivity-at-specificity.js'
import { fixedCutoff } from './fixed-cutoff.js'
import { columnsOf, foldedRankingInfluence, foldedRankingScore, rankingInfluence, rankingScore } from './ranking.js'

/** A metric with all that it takes, as plain data. */
export type Metric =
  | { readonly name: 'auc' }
  | { readonly name: 'accuracy' | 'balanced-accuracy' | 'f1' }
  /** `priorShifts`: added to the logits of each output, so that probabilities are those of the population meant. */
  | { readonly name: 'log-loss' | 'brier'; readonly priorShifts: readonly number[] }
  | { readonly name: 'sensitivity-at-specificity'; readonly specificity: number }

export interface LabelledCases {
  /** 1 for the positive class, else 0; with more than two classes, class indices. */
  readonly labels: readonly number[]
  /** Outputs of the head: 1 for two classes, else one per class. */
  readonly outputs: number
  /** Of every case, where models of several folds have scored them: a ranking compares cases of one fold alone. */
  readonly folds?: readonly number[]
}

export interface MetricInfluence {
  /** Score of each repeat. */
  readonly theta: readonly number[]
  /** Influence of each patient on their mean, patients in the order of their first cases. */
  readonly u: Float64Array
}

/** Logits [N, outputs], case by case; NaN where the cases lack what the metric is made of (a class). */
export function metricScore(metric: Metric, cases: LabelledCases, logits: ArrayLike<number>): number {
  const { labels, outputs, folds } = cases
  switch (metric.name) {
    case 'auc':
      return folds ? foldedRankingScore({ labels, outputs, folds }, logits) : rankingScore(labels, logits, outputs)
    case 'sensitivity-at-specificity':
      return meanSensitivity(cases, scoresOf(logits, outputs), metric.specificity)
    default:
      return meanOfRatios(ratios(metric, cases, logits)).value
  }
}

/** The same of every repeat, and how much each patient moves their mean. `patients`: of every case. */
export function metricInfluence(
  metric: Metric,
  cases: LabelledCases & { readonly patients: readonly string[] },
  repeats: readonly ArrayLike<number>[],
): MetricInfluence {
  const { labels, outputs, patients, folds } = cases
  switch (metric.name) {
    case 'auc':
      return folds
        ? foldedRankingInfluence({ labels, patients, outputs, folds }, repeats)
        : rankingInfluence(labels, repeats, patients, outputs)
    case 'sensitivity-at-specificity':
      return {
        theta: repeats.map((logits) => metricScore(metric, cases, logits)),
        u: meanOfAll(
          repeats.map((logits) => sensitivityInfluence(cases, scoresOf(logits, outputs), metric.specificity)),
        ),
      }
    default: {
      const found = repeats.map((logits) => meanOfRatios(ratios(metric, cases, logits)))
      const influences = found.map((ofRepeat) => meanOfRatiosInfluence(ofRepeat, patients))
      return { theta: found.map(({ value }) => value), u: meanOfAll(influences) }
    }
  }
}

type RatioMetric = Exclude<Metric, { readonly name: 'auc' | 'sensitivity-at-specificity' }>

/** The ratios that a metric is the mean of. */
function ratios(metric: RatioMetric, cases: LabelledCases, logits: ArrayLike<number>): CaseRatio[] {
  const { labels, outputs } = cases
  switch (metric.name) {
    case 'log-loss':
      return [meanOver(logLosses(cases, shifted(logits, metric.priorShifts)))]
    case 'brier':
      return [meanOver(squaredErrors(cases, shifted(logits, metric.priorShifts)))]
    case 'accuracy':
      return [meanOver(calledRightly(cases, logits))]
    case 'balanced-accuracy': {
      const right = calledRightly(cases, logits)
      return classIndices(outputs).map((c) => {
        const denominators = oneAgainstRest(labels, c)
        return { numerators: denominators.map((is, i) => is * elementAt(right, i)), denominators }
      })
    }
    case 'f1': {
      const called = callsOf(logits, outputs)
      // Of two classes, the positive one's.
      return (outputs === 1 ? [1] : classIndices(outputs)).map((c) => {
        const [is, call] = [oneAgainstRest(labels, c), oneAgainstRest(called, c)]
        return {
          numerators: is.map((truth, i) => 2 * truth * elementAt(call, i)),
          denominators: is.map((truth, i) => truth + elementAt(call, i)),
        }
      })
    }
  }
}

function meanOver(numerators: readonly number[]): CaseRatio {
  return { numerators, denominators: numerators.map(() => 1) }
}

function classIndices(outputs: number): number[] {
  return Array.from({ length: outputs === 1 ? 2 : outputs }, (_, c) => c)
}

function shifted(logits: ArrayLike<number>, shifts: readonly number[]): number[] {
  return Array.from(logits, (logit, at) => logit + elementAt(shifts, at % shifts.length))
}

/** Of logits, so that none is infinite: probabilities would have to be clipped. */
function logLosses({ labels, outputs }: LabelledCases, logits: readonly number[]): number[] {
  const errors = new Float64Array(outputs)
  return labels.map((label, i) =>
    crossEntropy(Float64Array.from(logits.slice(i * outputs, (i + 1) * outputs)), label, errors),
  )
}

/** Brier's own: over all classes where there are more than two, else that of the positive one. */
function squaredErrors({ labels, outputs }: LabelledCases, logits: readonly number[]): number[] {
  const scores = scoresOf(logits, outputs)
  return labels.map((label, i) =>
    scores.reduce((sum, score, c) => sum + (elementAt(score, i) - (label === (outputs === 1 ? 1 : c) ? 1 : 0)) ** 2, 0),
  )
}

function calledRightly({ labels, outputs }: LabelledCases, logits: ArrayLike<number>): number[] {
  const called = callsOf(logits, outputs)
  return labels.map((label, i) => (label === called[i] ? 1 : 0))
}

/** As in every table of measures: positive from the fixed cutoff on, or the most probable class. */
function callsOf(logits: ArrayLike<number>, outputs: number): number[] {
  const scores = scoresOf(logits, outputs)
  return outputs === 1 ? elementAt(scores, 0).map((score) => (score >= fixedCutoff ? 1 : 0)) : mostProbable(scores)
}

/** Probabilities by class; of two classes, of the positive one alone. */
function scoresOf(logits: ArrayLike<number>, outputs: number): number[][] {
  return columnsOf(probabilities(logits, outputs), outputs)
}

/** Mean over the classes, each against the rest; a class that no case has, or that all have, is left out. */
function meanSensitivity(
  { labels, outputs }: LabelledCases,
  scores: readonly (readonly number[])[],
  specificity: number,
): number {
  const ofClasses = scores.map((score, c) =>
    sensitivityAtSpecificity(outputs === 1 ? labels : oneAgainstRest(labels, c), score, specificity),
  )
  return mean(ofClasses.filter((value) => !Number.isNaN(value)))
}

/** How much each patient moves that mean. */
function sensitivityInfluence(
  { labels, outputs, patients }: LabelledCases & { readonly patients: readonly string[] },
  scores: readonly (readonly number[])[],
  specificity: number,
): Float64Array {
  const ofClasses = scores.flatMap((score, c) => {
    const truth = outputs === 1 ? labels : oneAgainstRest(labels, c)
    return truth.includes(1) && truth.includes(0)
      ? [patientSums(sensitivityAtSpecificityInfluence(truth, score, specificity), patients)]
      : []
  })
  return meanOfAll(ofClasses)
}

/** Vectors of one length as one: the mean at every place. */
function meanOfAll(vectors: readonly Float64Array[]): Float64Array {
  return elementAt(vectors, 0).map((_, at) => mean(vectors.map((vector) => elementAt(vector, at))))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
