/**
 * The AUC of an arm on a set, and the difference of two. A test set scored by one model each is compared film with film.
 * Over the folds of a cross-validation only films of the same fold are compared, and with more than two classes the AUC is
 * the macro AUC; in both, patients' influence carries the uncertainty.
 */
import { elementAt } from '../base/element-at.js'
import { InternalError } from '../base/errors.js'
import { knownValue } from '../base/own-value.js'
import { outputsFor } from '../head/head.js'
import { type AucDifference, casesToDecide, delongTest, differenceLimits } from '../metrics/auc-difference.js'
import { aucInterval } from '../metrics/auc-interval.js'
import { crossValidatedAuc } from '../metrics/cross-validated-auc.js'
import type { DecisionLevels, Tails } from '../metrics/difference-limits.js'
import {
  type Estimate,
  type EstimateInterval,
  estimateCasesToDecide,
  estimateDifference,
  estimateInterval,
  meanEstimate,
} from '../metrics/estimate.js'
import { handTillEstimate, macroAucEstimate } from '../metrics/multi-class.js'
import {
  differenceOverFolds,
  differenceOverRepeats,
  type FoldedPair,
  type ProcedureDifference,
} from '../metrics/procedure-difference.js'
import { rowsOfFolds, type SetScores, scoreColumns } from './set-scores.js'

/** A difference in AUC; DeLong's own test has no form for folds or more than two classes. */
export type SetDifference = Omit<AucDifference, 'delong' | 'seA' | 'seB'> & Partial<Pick<AucDifference, 'delong'>>

/** AUC of an arm with 95 % limits. */
export function setAuc(set: SetScores, arm: string): Omit<EstimateInterval, 'se'> {
  if (isEstimated(set)) return estimateInterval(estimateOf(set, arm))
  return aucInterval(set.yTrue, knownValue(set.scores, arm), { patients: set.patients })
}

/** AUC of a minus AUC of b, with 95 % limits. */
export function setDifference(set: SetScores, a: string, b: string): SetDifference {
  if (isEstimated(set)) return estimateDifference(estimateOf(set, a), estimateOf(set, b))
  return delongTest(set.yTrue, knownValue(set.scores, a), knownValue(set.scores, b), { patients: set.patients })
}

/** Limits of that difference at other tails. */
export function setDifferenceLimits(set: SetScores, a: string, b: string, tails: Tails): { low: number; high: number } {
  if (isEstimated(set)) return estimateDifference(estimateOf(set, a), estimateOf(set, b), tails)
  return differenceLimits(set.yTrue, knownValue(set.scores, a), knownValue(set.scores, b), {
    patients: set.patients,
    ...tails,
  })
}

/** Test cases at which that difference would be decided; null where that can't be said. */
export function setCasesToDecide(set: SetScores, a: string, b: string, levels: DecisionLevels): number | null {
  if (isEstimated(set)) {
    const films = new Set(set.films).size
    return estimateCasesToDecide(estimateOf(set, a), estimateOf(set, b), films, levels)
  }
  return casesToDecide(set.yTrue, knownValue(set.scores, a), knownValue(set.scores, b), {
    patients: set.patients,
    ...levels,
  })
}

/** The difference for the procedure: folds, or GANs that met the same films, as readers. The set has one or the other. */
export function setProcedureDifference(set: SetScores, a: string, b: string, tails?: Tails): ProcedureDifference {
  const { folds, byGan } = set
  if (folds) return differenceOverFolds(foldedPairs(set, a, b), tails)
  if (!byGan) throw new InternalError(`${set.set} was scored by one GAN's models; nothing repeats`)
  const estimate = (arm: string) =>
    knownValue(byGan, arm).map((ofGan) => estimateOf({ ...set, scores: { [arm]: ofGan } }, arm))
  const ofB = estimate(b)
  return differenceOverRepeats(
    estimate(a).map((ofGan, gan) => ({ a: ofGan, b: elementAt(ofB, gan) })),
    tails,
  )
}

/** Two arms over the folds of each time. */
function foldedPairs(set: SetScores, a: string, b: string): FoldedPair[] {
  const patients = [...new Set(set.patients)]
  const [timesA, timesB] = [classTimes(set, a), classTimes(set, b)]
  return timesA.map((time, t) => {
    const other = elementAt(timesB, t)
    return {
      a: estimateOver(time, patients),
      b: estimateOver(other, patients),
      differences: time.map((fold, f) => estimateOver([fold]).value - estimateOver([elementAt(other, f)]).value),
    }
  })
}

/** Whether there is more than one score of each film to rank by, or more than one fold to rank in. */
function isEstimated({ folds, classes }: SetScores): boolean {
  return folds !== undefined || outputsFor(classes.length) > 1
}

/** The AUC of an arm over folds, or its macro AUC, with patients' influence. */
export function estimateOf(set: SetScores, arm: string): Estimate {
  return overTimes(classTimes(set, arm), estimateOver)
}

/** The same of one time. */
function estimateOver(folds: readonly ScoredColumns[], patients?: readonly string[]): Estimate {
  if (folds.some(({ scores }) => scores.length > 1)) return macroAucEstimate(folds, patients)
  const binary = folds.map(({ scores, ...fold }) => ({ ...fold, scores: elementAt(scores, 0) }))
  return crossValidatedAuc(binary, patients)
}

/** Hand and Till's M of an arm, of more than two classes. */
export function handTillOf(set: SetScores, arm: string): Estimate {
  return overTimes(classTimes(set, arm), handTillEstimate)
}

interface ScoredColumns {
  readonly yTrue: readonly number[]
  readonly scores: readonly (readonly number[])[]
  readonly patients: readonly string[]
}

/** Folds of each time; without folds, all films as one. */
function classTimes(set: SetScores, arm: string): ScoredColumns[][] {
  const columns = scoreColumns(set, arm)
  const times = set.folds ? rowsOfFolds(set.folds) : [[set.films.map((_, row) => row)]]
  const among = (rows: readonly number[]) => ({
    yTrue: rows.map((row) => elementAt(set.yTrue, row)),
    scores: columns.map((column) => rows.map((row) => elementAt(column, row))),
    patients: rows.map((row) => elementAt(set.patients, row)),
  })
  return times.map((time) => time.map(among))
}

function overTimes(
  times: readonly ScoredColumns[][],
  estimate: (folds: readonly ScoredColumns[], patients: readonly string[]) => Estimate,
): Estimate {
  const patients = [...new Set(elementAt(times, 0).flatMap((fold) => fold.patients))]
  return meanEstimate(times.map((time) => estimate(time, patients)))
}
