/**
 * How much each patient moves an AUC (STATISTICS, "Notation"):
 * `u[p] = sum over p's diseased (V10_i - m)/M + sum over p's healthy (V01_j - m)/N`, placements averaged over repeats.
 * The null of the search and its standard errors are made of these.
 */

import { patientSums } from './by-patient.js'
import { requireCases } from './cases.js'
import { caseShares, placements } from './placements.js'

export interface PatientInfluence {
  /** AUC of each repeat. */
  readonly theta: readonly number[]
  /** Mean over repeats. */
  readonly mean: number
  /** Influence of each patient, in the order of `patients`. */
  readonly u: Float64Array
  /** What each patient adds to twice the mean (`caseShares`). */
  readonly share: Float64Array
  readonly patients: readonly string[]
}

/**
 * The influence of each patient on the mean AUC of several repeats.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param scores one score vector per repeat, all of the same cases
 * @param patients patient of every case
 * @returns the AUC of each repeat, their mean, and the influence values in the order of the patients' first cases
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function patientInfluence(
  yTrue: ArrayLike<number>,
  scores: readonly ArrayLike<number>[],
  patients: readonly string[],
): PatientInfluence {
  for (const score of scores) requireCases(yTrue, score, patients)
  const names = [...new Set(patients)]
  const position = new Map(names.map((name, i) => [name, i]))
  const u = new Float64Array(names.length)
  const share = new Float64Array(names.length)
  const repeats = scores.map((score) => placements(yTrue, score))
  const theta = repeats.map((repeat) => repeat.auc)
  for (const repeat of repeats) {
    const { positive, negative, positiveIndex, negativeIndex, auc } = repeat
    patientSums(caseShares(repeat), patients).forEach((value, p) => {
      share[p] += value / repeats.length
    })
    positive.forEach((value, at) => {
      u[position.get(patients[positiveIndex[at]]) as number] += (value - auc) / (positive.length * repeats.length)
    })
    negative.forEach((value, at) => {
      u[position.get(patients[negativeIndex[at]]) as number] += (value - auc) / (negative.length * repeats.length)
    })
  }
  return { theta, mean: theta.reduce((a, b) => a + b, 0) / theta.length, u, share, patients: names }
}
