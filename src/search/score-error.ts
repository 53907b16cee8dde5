/**
 * Standard errors of scores and of their differences: over patients (influence values) and over repeats.
 * `s(a,b) = sqrt(P/(P-1) sum_p (u[p,a] - u[p,b])^2 + var_r(theta[a,r] - theta[b,r]) / R)`; with one repeat the second
 * term is dropped, for it can't be estimated.
 */
import { meanOf, type SearchScores } from './policy.js'

/**
 * Error of the score at a position; NaN where fewer than two patients were scored.
 *
 * @param scores of every K
 * @param a position of a K in `scores.ks`
 * @returns the standard error, in the unit of the score
 */
export function scoreError({ theta, u }: SearchScores, a: number): number {
  return Math.sqrt(patientTerm(u[a]) + repeatTerm(theta[a]))
}

/**
 * Error of the difference of the scores at two positions.
 *
 * @param scores of every K
 * @param a position of a K in `scores.ks`
 * @param b position of another
 * @returns the standard error, in the unit of the score
 */
export function differenceError({ theta, u }: SearchScores, a: number, b: number): number {
  return Math.sqrt(
    patientTerm(u[a].map((value, p) => value - u[b][p])) + repeatTerm(theta[a].map((value, r) => value - theta[b][r])),
  )
}

/**
 * Standard deviation over repeats; null with one.
 *
 * @param values score of each repeat
 * @returns the standard deviation (divisor n - 1), or null
 */
export function repeatSpread(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1))
}

function patientTerm(u: Float64Array): number {
  const patients = u.length
  return (patients / (patients - 1)) * u.reduce((sum, value) => sum + value * value, 0)
}

function repeatTerm(values: readonly number[]): number {
  const spread = repeatSpread(values)
  return spread === null ? 0 : spread ** 2 / values.length
}
