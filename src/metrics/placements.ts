/**
 * Placements: where each case stands among the cases of the other class (DeLong, DeLong, Clarke-Pearson 1988),
 * by midranks (Sun and Xu 2014). Every variance of an AUC here is made of them.
 */
import { requireCases } from './cases.js'
import { areaOf, midranks, rankStatistic } from './rank-statistic.js'

export interface Placements {
  /** V10: per diseased case, the share of healthy cases it scores above (ties one half). */
  readonly positive: Float64Array
  /** V01: per healthy case, the share of diseased cases that score above it. */
  readonly negative: Float64Array
  /** Positions of the diseased and of the healthy cases in the arguments. */
  readonly positiveIndex: readonly number[]
  readonly negativeIndex: readonly number[]
  /** Mean of either, from the whole number of ordered pairs; NaN where one class only is present. */
  readonly auc: number
}

/**
 * The placements of every case.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @returns placements, positions and the AUC
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function placements(yTrue: ArrayLike<number>, yScore: ArrayLike<number>): Placements {
  requireCases(yTrue, yScore)
  const positiveIndex: number[] = []
  const negativeIndex: number[] = []
  for (let i = 0; i < yTrue.length; i++) (yTrue[i] === 1 ? positiveIndex : negativeIndex).push(i)
  const among = (indices: readonly number[]) => midranks(Float64Array.from(indices, (i) => yScore[i]))
  const all = midranks(yScore)
  const ownPositive = among(positiveIndex)
  const ownNegative = among(negativeIndex)
  const m = positiveIndex.length
  const n = negativeIndex.length
  const positive = Float64Array.from(positiveIndex, (i, at) => (all[i] - ownPositive[at]) / n)
  const negative = Float64Array.from(negativeIndex, (i, at) => 1 - (all[i] - ownNegative[at]) / m)
  return { positive, negative, positiveIndex, negativeIndex, auc: areaOf(rankStatistic(yTrue, yScore, all)) }
}

/** What each case adds to twice the AUC, in the order of the arguments: V10/M of a diseased case, V01/N of a healthy one. */
export function caseShares({ positive, negative, positiveIndex, negativeIndex }: Placements): Float64Array {
  const shares = new Float64Array(positive.length + negative.length)
  positive.forEach((value, at) => {
    shares[positiveIndex[at]] = value / positive.length
  })
  negative.forEach((value, at) => {
    shares[negativeIndex[at]] = value / negative.length
  })
  return shares
}
