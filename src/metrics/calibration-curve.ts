/** The calibration curve by groups: cases in order of their probability, in groups of about equal size. */
import { requireProbabilities } from './cases.js'
import { designEffect, wilson } from './proportion.js'

export interface CalibrationGroup {
  readonly n: number
  /** Mean probability of the group. */
  readonly predicted: number
  /** Share of diseased cases, with Wilson limits (n over the design effect where patients repeat). */
  readonly observed: number
  readonly low: number
  readonly high: number
}

/** Cases that a group should hold, and the most groups. */
const groupSize = 10
const mostGroups = 10

/**
 * Groups from the lowest to the highest probability; equal probabilities stay together. Empty without cases.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore probability of disease of every case, 0..1
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @returns at most 10 groups of about 10 cases or more, with the mean probability and the observed share of each
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ, or a probability
 *   lies outside 0..1
 */
export function calibrationGroups(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  { patients }: { patients?: readonly string[] } = {},
): CalibrationGroup[] {
  requireProbabilities(yTrue, yScore, patients)
  const n = yTrue.length
  const wanted = Math.max(1, Math.min(mostGroups, Math.floor(n / groupSize)))
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => yScore[a] - yScore[b])
  const groups: CalibrationGroup[] = []
  for (let start = 0; start < n; ) {
    const left = wanted - groups.length
    let end = left <= 1 ? n : start + Math.round((n - start) / left)
    while (end < n && yScore[order[end]] === yScore[order[end - 1]]) end++
    groups.push(groupOf(order.slice(start, end), yTrue, yScore, patients))
    start = end
  }
  return groups
}

function groupOf(
  cases: readonly number[],
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  patients?: readonly string[],
): CalibrationGroup {
  const outcomes = cases.map((i) => yTrue[i])
  const positives = outcomes.reduce((sum, label) => sum + label, 0)
  const effect = patients
    ? designEffect(
        outcomes,
        cases.map((i) => patients[i]),
      )
    : 1
  return {
    n: cases.length,
    predicted: cases.reduce((sum, i) => sum + yScore[i], 0) / cases.length,
    observed: positives / cases.length,
    ...wilson(positives, cases.length, { designEffect: effect }),
  }
}
