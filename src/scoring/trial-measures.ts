/** The paper's measures of one K (its Table S1) on the selection cases, of the model that its repeats' averaged logits make. */
import { outputsFor } from '../head/head.js'
import { probabilities } from '../head/probability.js'
import { macroProportions } from '../metrics/class-proportions.js'
import { confusionAt, measures } from '../metrics/confusion.js'
import { classMeasures, confusionMatrix, mostProbable } from '../metrics/confusion-matrix.js'
import type { ClassScores } from '../metrics/macro-auc.js'
import { type Proportion, proportionIntervals } from '../metrics/proportion.js'
import type { TrialResult } from '../record/result.js'
import { finite } from './finite.js'
import { fixedCutoff } from './fixed-cutoff.js'
import { columnsOf } from './ranking.js'

export interface SelectionCases {
  /** 1 for the positive class; with more than two, the class index. */
  readonly yTrue: readonly number[]
  readonly patients: readonly string[]
  /** How many classes there are. */
  readonly classes: number
}

/** Measures at the fixed cutoff; of more than two classes the most probable one is called. `logits` [N, outputs]. */
export function trialMeasures(cases: SelectionCases, logits: readonly number[]): TrialResult['measures'] {
  const { yTrue, patients, classes } = cases
  const outputs = outputsFor(classes)
  const scores = probabilities(logits, outputs)
  if (outputs > 1) return macroMeasures(cases, columnsOf(scores, outputs))
  const { f1 } = measures(confusionAt(yTrue, scores, fixedCutoff))
  return withoutMethods(proportionIntervals(yTrue, scores, fixedCutoff, patients), f1)
}

/** Means over the classes. */
function macroMeasures({ yTrue, patients, classes }: SelectionCases, scores: ClassScores): TrialResult['measures'] {
  const called = mostProbable(scores)
  const { macro } = classMeasures(confusionMatrix(yTrue, called, classes))
  return withoutMethods(macroProportions(yTrue, called, classes, patients), macro.f1)
}

function withoutMethods(limits: Record<string, Proportion>, f1: number): TrialResult['measures'] {
  const proportions = Object.entries(limits).map(([name, { value, low, high }]) => [name, { value, low, high }])
  return { ...Object.fromEntries(proportions), f1: { value: finite(f1), low: null, high: null } }
}
