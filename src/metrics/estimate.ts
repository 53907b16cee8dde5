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
import {
  type ComparedPair,
  casesToNarrow,
  type DecisionLevels,
  partedBy,
  scoreLimits,
  scoreTest,
  type Tails,
  twoSided95,
} from './difference-limits.js'
import { normalQuantile } from './distributions.js'
import { type Bounded, isRegular, limit } from './limits.js'
import type { Reason } from './reason.js'

export interface PatientEstimate {
  /** 0..1; NaN where it could not be had. */
  readonly value: number
  /** Influence of each patient; two estimates that are compared list the same patients in the same order. */
  readonly u: Float64Array
  /** Patients with a case of each class; the rarest class decides the degrees of freedom. */
  readonly patientsPerClass: readonly number[]
  /** Whether some patient has several cases: limits then take Student's t, as for clustered AUCs (STATISTICS 3). */
  readonly repeated: boolean
}

/** An estimate made of ordered pairs of cases, such as an AUC: what a difference of two needs besides. */
export interface Estimate extends PatientEstimate {
  /** What each patient adds to twice the value: `sum V10/M + sum V01/N` over its cases. */
  readonly share: Float64Array
}

export interface EstimateInterval {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly se: number
  readonly method: string
  readonly reason?: Reason
}

/**
 * Limits of one estimate. Perfect, constant, of one class only: defined, with a reason.
 *
 * @param estimate a value with the influence of every patient
 * @param tails probability with which each limit is missed; default 0.025 each
 * @returns the value (0..1) with limits and standard error
 */
export function estimateInterval(
  estimate: PatientEstimate,
  { lowTail, highTail }: Tails = twoSided95,
): EstimateInterval {
  const bounded = boundedOf(estimate)
  const { value, variance } = bounded
  if (Number.isNaN(value)) {
    const nan = Number.NaN
    return { value, low: nan, high: nan, se: nan, method: 'none', reason: 'one-class' }
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
  /** Score limits (`difference-limits.ts`). */
  readonly low: number
  readonly high: number
  /** Standard error of the difference. */
  readonly se: number
  readonly correlation: number
  /** Normal equivalent of `p`, with the sign of the difference. */
  readonly z: number
  /** Two-sided: the level at which a limit touches 0. */
  readonly p: number
  readonly method: string
  readonly reason?: Reason
}

/**
 * Compares two estimates on the same patients.
 *
 * @param a an estimate
 * @param b another, of the same patients in the same order
 * @param tails probability with which each limit is missed; default 0.025 each
 * @returns a minus b with limits, standard error and two-sided p
 * @throws `InternalError` where the patients differ in number
 */
export function estimateDifference(a: Estimate, b: Estimate, tails: Tails = twoSided95): EstimateDifference {
  const pair = pairOf(a, b)
  const common = {
    difference: a.value - b.value,
    se: Math.sqrt(pair.variance),
    correlation: alike(a, b) ? 1 : correlationOf(a, b),
    method: 'score limits, by patients’ influence',
  }
  return { ...common, ...scoreLimits(pair, tails), ...scoreTest(pair), ...reasonOf(pair, 'patients', alike(a, b)) }
}

/** Why a difference could not be had, or is none. */
export function reasonOf(
  { a, b, variance }: ComparedPair,
  units: 'patients' | 'cases',
  equal: boolean,
): { reason?: Reason } {
  if (Number.isNaN(a - b)) return { reason: 'one-class' }
  if (Number.isNaN(variance)) return { reason: `too-few-${units}-of-a-class` }
  return equal ? { reason: 'equal-order' } : {}
}

/**
 * Cases like the `cases` there are with which the verdict would be other than "unclear" (see `casesToNarrow`);
 * null where there is nothing to go by.
 *
 * @param a the chosen arm
 * @param b the comparator, of the same patients
 * @param cases how many cases the estimates rest on
 * @param levels the levels and the smallest gain that the verdict works with
 * @returns a number of cases, or null
 */
export function estimateCasesToDecide(a: Estimate, b: Estimate, cases: number, levels: DecisionLevels): number | null {
  return casesToNarrow(pairOf(a, b), cases, levels)
}

/**
 * The mean of estimates on the same patients, such as the AUC of each class against the rest (macro average) or of each
 * time that a cross-validation was repeated: influence values are averaged before any variance.
 *
 * @param estimates of the same patients in the same order
 * @returns their mean
 */
export function meanEstimate(estimates: readonly Estimate[]): Estimate {
  const first = estimates[0]
  const u = new Float64Array(first.u.length)
  const share = new Float64Array(first.u.length)
  for (const estimate of estimates) {
    requireSamePatients(first, estimate)
    for (let p = 0; p < u.length; p++) {
      u[p] += estimate.u[p] / estimates.length
      share[p] += estimate.share[p] / estimates.length
    }
  }
  return { ...first, value: estimates.reduce((sum, { value }) => sum + value, 0) / estimates.length, u, share }
}

/** `P/(P-1) sum u^2`; NaN where a class has fewer than two patients. */
export function estimateVariance({ u, patientsPerClass }: PatientEstimate): number {
  if (Math.min(...patientsPerClass) < 2) return Number.NaN
  return covarianceOf(u, u)
}

/** `P/(P-1) sum u v`. */
export function covarianceOf(u: Float64Array, v: Float64Array): number {
  let sum = 0
  for (let p = 0; p < u.length; p++) sum += u[p] * v[p]
  return (u.length / (u.length - 1)) * sum
}

function boundedOf(estimate: PatientEstimate): Bounded {
  const { value, repeated } = estimate
  const units = unitsOf(estimate)
  return {
    value,
    variance: estimateVariance(estimate),
    degreesOfFreedom: repeated ? units[0] - 1 : Number.POSITIVE_INFINITY,
    units,
  }
}

/** Patients of the rarest class, and of the others. */
function unitsOf({ patientsPerClass }: PatientEstimate): [number, number] {
  const fewest = Math.min(...patientsPerClass)
  return [fewest, patientsPerClass.reduce((sum, count) => sum + count, 0) - fewest]
}

/** Two estimates on the same patients, ready to be given limits of their difference at any level. */
export function pairOf(a: Estimate, b: Estimate): ComparedPair {
  requireSamePatients(a, b)
  const units = unitsOf(a)
  return {
    a: a.value,
    b: b.value,
    variance: estimateVariance({ ...a, u: a.u.map((value, p) => value - b.u[p]) }),
    parted: partedBy(a.share, b.share),
    units,
    degreesOfFreedom: units[0] - 1,
  }
}

function correlationOf(a: PatientEstimate, b: PatientEstimate): number {
  const scale = Math.sqrt(covarianceOf(a.u, a.u) * covarianceOf(b.u, b.u))
  return scale > 0 ? Math.max(-1, Math.min(1, covarianceOf(a.u, b.u) / scale)) : 0
}

/** Whether two estimates differ for no patient. */
function alike(a: Estimate, b: Estimate): boolean {
  return a.share.every((value, p) => value === b.share[p])
}

function requireSamePatients(a: PatientEstimate, b: PatientEstimate): void {
  if (a.u.length !== b.u.length)
    throw new InternalError(`estimates of ${a.u.length} and of ${b.u.length} patients can't be put together`)
}
