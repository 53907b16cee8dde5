/**
 * Scores of every arm on one set of films, and what follows from them. A test set scored by one model each is compared
 * film with film; over the folds of a cross-validation only films of the same fold are compared, and patients' influence
 * carries the uncertainty.
 */
import { type AucDifference, casesToDecide, delongTest, differenceLimits } from '../metrics/auc-difference.js'
import { aucInterval } from '../metrics/auc-interval.js'
import { repeatedCrossValidatedAuc } from '../metrics/cross-validated-auc.js'
import {
  type Estimate,
  type EstimateInterval,
  estimateCasesToDecide,
  estimateDifference,
  estimateInterval,
  type Tails,
} from '../metrics/estimate.js'
import type { DecisionLevels } from '../metrics/limits.js'
import type { FoldName } from './division.js'

export interface SetScores {
  /** 'internal' or the name of another hospital. */
  readonly set: string
  /** Shown ids. With folds, a film is there once for each time. */
  readonly films: readonly string[]
  /** 1 for the positive class. */
  readonly yTrue: readonly number[]
  readonly patients: readonly string[]
  /** Fold whose model scored each film; absent where all were scored by the same. */
  readonly folds?: readonly FoldName[]
  /** Probabilities of the positive class, by arm. */
  readonly scores: Readonly<Record<string, readonly number[]>>
}

/** A difference in AUC; DeLong's own test has no form for folds. */
export type SetDifference = Omit<AucDifference, 'delong' | 'seA' | 'seB'> & Partial<Pick<AucDifference, 'delong'>>

export function setAuc(set: SetScores, arm: string): Omit<EstimateInterval, 'se'> {
  if (set.folds) return estimateInterval(estimateOf(set, arm))
  return aucInterval(set.yTrue, set.scores[arm], { patients: set.patients })
}

/** AUC of a minus AUC of b, with 95 % limits. */
export function setDifference(set: SetScores, a: string, b: string): SetDifference {
  if (set.folds) return estimateDifference(estimateOf(set, a), estimateOf(set, b))
  return delongTest(set.yTrue, set.scores[a], set.scores[b], { patients: set.patients })
}

export function setDifferenceLimits(set: SetScores, a: string, b: string, tails: Tails): { low: number; high: number } {
  if (set.folds) return estimateDifference(estimateOf(set, a), estimateOf(set, b), tails)
  return differenceLimits(set.yTrue, set.scores[a], set.scores[b], { patients: set.patients, ...tails })
}

export function setCasesToDecide(set: SetScores, a: string, b: string, levels: DecisionLevels): number | null {
  if (set.folds) {
    const films = new Set(set.films).size
    return estimateCasesToDecide(estimateOf(set, a), estimateOf(set, b), films, levels)
  }
  return casesToDecide(set.yTrue, set.scores[a], set.scores[b], { patients: set.patients, ...levels })
}

/** Rows of each fold, time by time. */
export function rowsOfFolds(folds: readonly FoldName[]): number[][][] {
  const times = new Map<number, Map<number, number[]>>()
  folds.forEach(({ fold, time }, row) => {
    const own = times.get(time) ?? new Map<number, number[]>()
    own.set(fold, [...(own.get(fold) ?? []), row])
    times.set(time, own)
  })
  return [...times.values()].map((own) => [...own.values()])
}

/** The AUC of an arm over folds, with patients' influence. */
export function estimateOf({ yTrue, patients, folds = [], scores }: SetScores, arm: string): Estimate {
  return repeatedCrossValidatedAuc(
    rowsOfFolds(folds).map((time) =>
      time.map((rows) => ({
        yTrue: rows.map((row) => yTrue[row]),
        scores: rows.map((row) => scores[arm][row]),
        patients: rows.map((row) => patients[row]),
      })),
    ),
  )
}
