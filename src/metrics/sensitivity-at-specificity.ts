/**
 * The sensitivity that a test has where its specificity is as high as is asked for: the largest of all cutoffs that call no more
 * of the healthy positive than that (scikit-learn: `tpr[fpr <= 1 - specificity].max()` of `roc_curve`). Nothing is
 * interpolated between cutoffs.
 *
 * What a case adds: a diseased one by being found or not; a healthy one by moving the cutoff, as much as the ROC curve is steep
 * there, which is taken between neighbouring scores (as Bloch and Gastwirth 1968 do for a density, Annals of Mathematical
 * Statistics 39:1083). To leave cases out in turn would not do: the jackknife of a quantile does not settle down however many
 * cases there are (Efron 1982, "The jackknife, the bootstrap and other resampling plans"), and a null made of it found nothing.
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
  const { diseased, healthy } = scoresByClass(yTrue, yScore)
  if (healthy.length === 0 || diseased.length === 0) return Number.NaN
  return shareAbove(diseased, healthy[placeOfCutoff(healthy, specificity)])
}

/** What each case adds to it, in the order of the arguments; they add up to 0. All 0 where a class is missing. */
export function sensitivityAtSpecificityInfluence(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  specificity: number,
): number[] {
  const { diseased, healthy } = scoresByClass(yTrue, yScore)
  if (healthy.length === 0 || diseased.length === 0) return Array.from(yTrue, () => 0)
  const place = placeOfCutoff(healthy, specificity)
  const cutoff = healthy[place]
  const sensitivity = shareAbove(diseased, cutoff)
  const slope = rocSlope(diseased, healthy, place)
  // The case that is the cutoff is one of those that keep it up.
  const reach = (label: number, score: number) => (label === 1 ? score > cutoff : score >= cutoff)
  const reached = healthy.reduce((count, score) => count + (score >= cutoff ? 1 : 0), 0) / healthy.length
  return Array.from(yTrue, (label, i) => {
    const is = reach(label, yScore[i]) ? 1 : 0
    return label === 1 ? (is - sensitivity) / diseased.length : (-slope * (is - reached)) / healthy.length
  })
}

/** Scores of each class, the healthy ones from the highest down. */
function scoresByClass(yTrue: ArrayLike<number>, yScore: ArrayLike<number>) {
  requireCases(yTrue, yScore)
  const diseased: number[] = []
  const healthy: number[] = []
  for (let i = 0; i < yTrue.length; i++) (yTrue[i] === 1 ? diseased : healthy).push(yScore[i])
  return { diseased, healthy: Float64Array.from(healthy).sort().reverse() }
}

/** The place of the healthy score that a case must lie above: the highest of those that may not be called positive. */
function placeOfCutoff(healthy: Float64Array, specificity: number): number {
  // 1 - 0.9 is less than a tenth by a bit: two of twenty must stay two.
  return Math.min(healthy.length - 1, Math.floor((1 - specificity) * healthy.length + 1e-9))
}

function shareAbove(scores: readonly number[], cutoff: number): number {
  return scores.reduce((count, score) => count + (score > cutoff ? 1 : 0), 0) / scores.length
}

/** Sensitivity for a share of false positives, between healthy scores one standard error of that share to either side. */
function rocSlope(diseased: readonly number[], healthy: Float64Array, place: number): number {
  const rate = (place + 1) / healthy.length
  const reach = Math.max(1, Math.round(Math.sqrt(healthy.length * rate * (1 - rate))))
  const [low, high] = [Math.max(0, place - reach), Math.min(healthy.length - 1, place + reach)]
  if (low === high) return 0
  const gained = shareAbove(diseased, healthy[high]) - shareAbove(diseased, healthy[low])
  return (gained * healthy.length) / (high - low)
}
