/** Counts at a cutoff and the paper's measures from them. */
import { requireCases } from './cases.js'

export interface Confusion {
  /** Diseased and called so. */
  readonly tp: number
  readonly fn: number
  readonly tn: number
  readonly fp: number
}

export interface Measures {
  readonly accuracy: number
  readonly sensitivity: number
  readonly specificity: number
  readonly f1: number
  /** Positive predictive value, at the prevalence of these cases. */
  readonly ppv: number
  readonly npv: number
}

/**
 * Counts when a score at or above the cutoff is called positive. `yTrue`: 1 diseased, 0 healthy.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param cutoff a score at or above it is called positive
 * @returns counts of true and false positives and negatives
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function confusionAt(yTrue: ArrayLike<number>, yScore: ArrayLike<number>, cutoff: number): Confusion {
  requireCases(yTrue, yScore)
  const counts = { tp: 0, fn: 0, tn: 0, fp: 0 }
  for (let i = 0; i < yTrue.length; i++) {
    const called = yScore[i] >= cutoff
    if (yTrue[i] === 1) counts[called ? 'tp' : 'fn']++
    else counts[called ? 'fp' : 'tn']++
  }
  return counts
}

/**
 * The measures of a confusion table; NaN where the denominator is 0 (no diseased case: no sensitivity).
 *
 * @param confusion counts, as `confusionAt` gives them
 * @returns accuracy, sensitivity, specificity, F1, PPV and NPV, each 0..1
 */
export function measures({ tp, fn, tn, fp }: Confusion): Measures {
  return {
    accuracy: (tp + tn) / (tp + tn + fp + fn),
    sensitivity: tp / (tp + fn),
    specificity: tn / (tn + fp),
    f1: (2 * tp) / (2 * tp + fp + fn),
    ppv: tp / (tp + fp),
    npv: tn / (tn + fn),
  }
}
