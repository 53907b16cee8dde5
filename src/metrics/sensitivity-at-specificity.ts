/**
 * The sensitivity that a test has where its specificity is as high as is asked for: the largest of all cutoffs that call no more
 * of the healthy positive than that (scikit-learn: `tpr[fpr <= 1 - specificity].max()` of `roc_curve`). Nothing is
 * interpolated between cutoffs.
 */
import { requireCases } from './cases.js'

/**
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param specificity the least specificity, above 0 and below 1
 * @returns the sensitivity, 0..1; NaN where a class is missing
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function sensitivityAtSpecificity(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  specificity: number,
): number {
  requireCases(yTrue, yScore)
  const healthy: number[] = []
  const diseased: number[] = []
  for (let i = 0; i < yTrue.length; i++) (yTrue[i] === 1 ? diseased : healthy).push(yScore[i])
  if (healthy.length === 0 || diseased.length === 0) return Number.NaN
  // 1 - 0.9 is less than a tenth by a bit: two of twenty must stay two.
  const allowed = Math.floor((1 - specificity) * healthy.length + 1e-9)
  const highestOfThoseLeft = Float64Array.from(healthy).sort()[healthy.length - 1 - allowed]
  return diseased.filter((score) => score > highestOfThoseLeft).length / diseased.length
}
