/**
 * The ROC curve and the area under it. AUC is the share of (diseased, healthy) pairs that the score orders correctly,
 * a tie counting one half (Bamber 1975; Hanley and McNeil 1982). The curve is that of scikit-learn's `roc_curve`
 * without dropping collinear points.
 */
import { requireCases } from './cases.js'
import { areaOf, rankStatistic } from './rank-statistic.js'

export interface RocPoint {
  /** 1 - specificity, 0..1. */
  readonly fpr: number
  /** Sensitivity, 0..1. */
  readonly tpr: number
  /** Cases with a score at or above it are called positive; Infinity at (0, 0). */
  readonly cutoff: number
}

/**
 * Area under the ROC curve, 0..1; NaN where one class only is present.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @returns the area, 0..1
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 * @source Bamber 1975; Hanley and McNeil 1982
 */
export function auc(yTrue: ArrayLike<number>, yScore: ArrayLike<number>): number {
  requireCases(yTrue, yScore)
  return areaOf(rankStatistic(yTrue, yScore))
}

/**
 * The curve from (0, 0) to (1, 1), a point for every distinct score. Empty where one class only is present.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @returns points with false and true positive rate (0..1) and the score from which a case counts as positive
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function rocCurve(yTrue: ArrayLike<number>, yScore: ArrayLike<number>): RocPoint[] {
  requireCases(yTrue, yScore)
  const order = Array.from({ length: yTrue.length }, (_, i) => i).sort((a, b) => yScore[b] - yScore[a])
  const positives = order.filter((i) => yTrue[i] === 1).length
  const negatives = order.length - positives
  if (positives === 0 || negatives === 0) return []
  const points: RocPoint[] = [{ fpr: 0, tpr: 0, cutoff: Number.POSITIVE_INFINITY }]
  let tp = 0
  let fp = 0
  order.forEach((i, at) => {
    if (yTrue[i] === 1) tp++
    else fp++
    const last = at === order.length - 1 || yScore[order[at + 1]] !== yScore[i]
    if (last) points.push({ fpr: fp / negatives, tpr: tp / positives, cutoff: yScore[i] })
  })
  return points
}

/**
 * The mean of several curves, sensitivity averaged at every false-positive rate that any of them has (vertical
 * averaging): the area under it is the mean of their areas.
 */
export function meanRoc(curves: readonly (readonly RocPoint[])[]): { fpr: number; tpr: number }[] {
  const own = curves.filter((curve) => curve.length > 0)
  const rates = [...new Set(own.flatMap((curve) => curve.map(({ fpr }) => fpr)))].sort((a, b) => a - b)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return rates.flatMap((fpr) => {
    const [lower, upper] = (['lower', 'upper'] as const).map((end) =>
      mean(own.map((curve) => sensitivityAt(curve, fpr, end))),
    )
    return upper > lower
      ? [
          { fpr, tpr: lower },
          { fpr, tpr: upper },
        ]
      : [{ fpr, tpr: lower }]
  })
}

/** Sensitivity at a rate; where the curve goes straight up there, at its lower or upper end. */
function sensitivityAt(curve: readonly RocPoint[], fpr: number, end: 'lower' | 'upper'): number {
  const there = curve.filter((point) => point.fpr === fpr)
  if (there.length > 0) return (end === 'lower' ? there[0] : there[there.length - 1]).tpr
  const after = curve.findIndex((point) => point.fpr > fpr)
  const [a, b] = [curve[after - 1], curve[after]]
  return a.tpr + ((b.tpr - a.tpr) * (fpr - a.fpr)) / (b.fpr - a.fpr)
}
