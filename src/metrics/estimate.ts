/**
 * A statistic with what each patient adds to it. Whatever it is made of (one test set, several classes, folds of a
 * cross-validation), limits and differences follow from the patients' influence values alone (infinitesimal jackknife):
 *
 *     variance = P/(P-1) sum_p u_p^2,   covariance = P/(P-1) sum_p u_p v_p
 *
 * For one AUC on one test set these are DeLong's and Obuchowski's up to their divisors, M/(M-1) per class in place of
 * P/(P-1); where those can be had (`delongTest`) they are used.
 */
import { InternalError } from '../base/errors.js'
import { whyNoVariance } from './auc-interval.js'
import { normalQuantile, twoSided } from './distributions.js'
import {
  type Bounded,
  type BoundedPair,
  casesToNarrow,
  type DecisionLevels,
  isRegular,
  limit,
  moverLimits,
  moverZ,
} from './limits.js'

export interface Estimate {
  /** 0..1; NaN where it could not be had. */
  readonly value: number
  /** Influence of each patient; two estimates that are compared list the same patients in the same order. */
  readonly u: Float64Array
  /** Patients with a case of each class; the rarest class decides the degrees of freedom. */
  readonly patientsPerClass: readonly number[]
  /** Whether some patient has several cases: limits then take Student's t, as for clustered AUCs (STATISTICS 3). */
  readonly repeated: boolean
}

export interface Tails {
  /** Probability with which each limit is missed. */
  readonly lowTail: number
  readonly highTail: number
}

export const twoSided95: Tails = { lowTail: 0.025, highTail: 0.025 }

export interface EstimateInterval {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly se: number
  readonly method: string
  readonly reason?: string
}

/** Limits of one estimate. Perfect, constant, of one class only: defined, with a reason. */
export function estimateInterval(estimate: Estimate, { lowTail, highTail }: Tails = twoSided95): EstimateInterval {
  const bounded = boundedOf(estimate)
  const { value, variance } = bounded
  if (Number.isNaN(value)) {
    const nan = Number.NaN
    return { value, low: nan, high: nan, se: nan, method: 'none', reason: 'cases of one class only' }
  }
  const regular = isRegular(bounded)
  return {
    value,
    low: limit(bounded, normalQuantile(1 - lowTail), -1),
    high: limit(bounded, normalQuantile(1 - highTail), 1),
    se: Math.sqrt(variance),
    method: regular ? 'logit, by patients’ influence' : 'Newcombe 2006, method 5',
    ...(regular ? {} : { reason: whyNoVariance(bounded, 'patients') }),
  }
}

export interface EstimateDifference {
  /** Value of a minus value of b. */
  readonly difference: number
  /** MOVER limits. */
  readonly low: number
  readonly high: number
  /** Standard error of the difference. */
  readonly se: number
  readonly correlation: number
  /** Normal equivalent of `p`, with the sign of the difference. */
  readonly z: number
  /** Two-sided: the level at which a MOVER limit touches 0. */
  readonly p: number
  readonly method: string
  readonly reason?: string
}

/** Compares two estimates on the same patients. */
export function estimateDifference(
  a: Estimate,
  b: Estimate,
  { lowTail, highTail }: Tails = twoSided95,
): EstimateDifference {
  const pair = pairOf(a, b)
  const difference = a.value - b.value
  const se = Math.sqrt(estimateVariance({ ...a, u: a.u.map((value, p) => value - b.u[p]) }))
  const common = { difference, se, correlation: pair.correlation, method: 'MOVER, by patients’ influence' }
  if (Number.isNaN(difference)) {
    const nan = Number.NaN
    return { ...common, low: nan, high: nan, z: nan, p: nan, reason: 'cases of one class only' }
  }
  if (alike(a, b)) {
    return { ...common, correlation: 1, low: 0, high: 0, z: 0, p: 1, reason: 'both put every case in the same place' }
  }
  const { low, high } = moverLimits(pair, normalQuantile(1 - lowTail), normalQuantile(1 - highTail))
  const z = moverZ(pair)
  return { ...common, low, high, z, p: twoSided(z) }
}

/**
 * Cases like the `cases` there are with which the verdict would be other than "unclear" (see `casesToNarrow`);
 * null where there is nothing to go by.
 */
export function estimateCasesToDecide(a: Estimate, b: Estimate, cases: number, levels: DecisionLevels): number | null {
  if (Number.isNaN(a.value - b.value) || alike(a, b)) return null
  return casesToNarrow(pairOf(a, b), cases, levels)
}

/**
 * The mean of estimates on the same patients, such as the AUC of each class against the rest (macro average) or of each
 * time that a cross-validation was repeated: influence values are averaged before any variance.
 */
export function meanEstimate(estimates: readonly Estimate[]): Estimate {
  const first = estimates[0]
  const u = new Float64Array(first.u.length)
  for (const estimate of estimates) {
    requireSamePatients(first, estimate)
    for (let p = 0; p < u.length; p++) u[p] += estimate.u[p] / estimates.length
  }
  return { ...first, value: estimates.reduce((sum, { value }) => sum + value, 0) / estimates.length, u }
}

/** `P/(P-1) sum u^2`; NaN where a class has fewer than two patients. */
export function estimateVariance({ u, patientsPerClass }: Estimate): number {
  if (Math.min(...patientsPerClass) < 2) return Number.NaN
  return covarianceOf(u, u)
}

/** `P/(P-1) sum u v`. */
export function covarianceOf(u: Float64Array, v: Float64Array): number {
  let sum = 0
  for (let p = 0; p < u.length; p++) sum += u[p] * v[p]
  return (u.length / (u.length - 1)) * sum
}

function boundedOf(estimate: Estimate): Bounded {
  const { value, patientsPerClass, repeated } = estimate
  const fewest = Math.min(...patientsPerClass)
  const others = patientsPerClass.reduce((sum, count) => sum + count, 0) - fewest
  return {
    value,
    variance: estimateVariance(estimate),
    degreesOfFreedom: repeated ? fewest - 1 : Number.POSITIVE_INFINITY,
    units: [fewest, others],
  }
}

export function pairOf(a: Estimate, b: Estimate): BoundedPair {
  requireSamePatients(a, b)
  const scale = Math.sqrt(covarianceOf(a.u, a.u) * covarianceOf(b.u, b.u))
  const correlation = scale > 0 ? Math.max(-1, Math.min(1, covarianceOf(a.u, b.u) / scale)) : 0
  return { a: boundedOf(a), b: boundedOf(b), correlation }
}

/** Whether two estimates differ for no patient. */
export function alike(a: Estimate, b: Estimate): boolean {
  return a.value === b.value && a.u.every((value, p) => value === b.u[p])
}

function requireSamePatients(a: Estimate, b: Estimate): void {
  if (a.u.length !== b.u.length)
    throw new InternalError(`estimates of ${a.u.length} and of ${b.u.length} patients can't be put together`)
}
