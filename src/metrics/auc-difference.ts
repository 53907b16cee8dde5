/**
 * Two AUCs on the same cases. The interval of their difference is MOVER, from the logit limits of each AUC and DeLong's
 * correlation; the p-value inverts it. DeLong's own test stands beside it, as pROC prints it.
 */
import { aucCovariance } from './auc-covariance.js'
import { type AucEstimate, aucEstimate } from './auc-interval.js'
import { normalQuantile, twoSided, twoSidedT } from './distributions.js'
import { type BoundedPair, casesToNarrow, type DecisionLevels, moverLimits, moverZ } from './limits.js'

export interface AucDifference {
  /** AUC of a minus AUC of b. */
  readonly difference: number
  /** 95 % limits (MOVER). */
  readonly low: number
  readonly high: number
  /** Normal equivalent of `p`, with the sign of the difference. */
  readonly z: number
  /** Two-sided: the level at which a MOVER limit touches 0. */
  readonly p: number
  /** Of the two AUCs, over cases. */
  readonly correlation: number
  /** Plain DeLong test. */
  readonly delong: { readonly z: number; readonly p: number }
  readonly seA: number
  readonly seB: number
  /** Standard error of the difference. */
  readonly se: number
  readonly method: string
  readonly reason?: string
}

interface Pair extends BoundedPair {
  a: AucEstimate
  b: AucEstimate
  difference: number
  /** Variance of the difference. */
  variance: number
}

function pairOf(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  patients?: readonly string[],
): Pair {
  const a = aucEstimate(yTrue, scoreA, patients)
  const b = aucEstimate(yTrue, scoreB, patients)
  const covariance = aucCovariance(a.placements, b.placements, a.design)
  const scale = Math.sqrt(a.variance * b.variance)
  return {
    a,
    b,
    difference: a.value - b.value,
    correlation: scale > 0 ? Math.max(-1, Math.min(1, covariance / scale)) : 0,
    variance: Math.max(0, a.variance + b.variance - 2 * covariance),
  }
}

/** Compares scores `a` and `b` of the same cases. One class only, or equal scores: defined, with a reason. */
export function delongTest(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  { patients }: { patients?: readonly string[] } = {},
): AucDifference {
  const pair = pairOf(yTrue, scoreA, scoreB, patients)
  const { a, b, difference, correlation, variance } = pair
  const clustered = a.design.patients !== undefined
  const common = {
    difference,
    correlation,
    seA: Math.sqrt(a.variance),
    seB: Math.sqrt(b.variance),
    se: Math.sqrt(variance),
    method: clustered ? 'MOVER, clustered by patient (Obuchowski 1997)' : 'MOVER (DeLong correlation)',
  }
  if (Number.isNaN(difference)) {
    const nan = Number.NaN
    return {
      ...common,
      low: nan,
      high: nan,
      z: nan,
      p: nan,
      delong: { z: nan, p: nan },
      reason: 'cases of one class only',
    }
  }
  if (sameOrder(pair)) {
    return {
      ...common,
      correlation: 1,
      low: 0,
      high: 0,
      z: 0,
      p: 1,
      delong: { z: 0, p: 1 },
      reason: 'both put every case in the same place',
    }
  }
  const z95 = normalQuantile(0.975)
  const { low, high } = moverLimits(pair, z95, z95)
  const z = moverZ(pair)
  return { ...common, low, high, z, p: twoSided(z), delong: plainDelong(yTrue, scoreA, scoreB) }
}

/** One-sided MOVER limits, each missed with its own probability; the verdict needs them at different levels. */
export function differenceLimits(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  { patients, lowTail, highTail }: { patients?: readonly string[]; lowTail: number; highTail: number },
): { low: number; high: number } {
  const pair = pairOf(yTrue, scoreA, scoreB, patients)
  if (Number.isNaN(pair.difference)) return { low: Number.NaN, high: Number.NaN }
  return sameOrder(pair)
    ? { low: 0, high: 0 }
    : moverLimits(pair, normalQuantile(1 - lowTail), normalQuantile(1 - highTail))
}

/**
 * Cases (as many diseased among them as here) with which the verdict is sure to be other than "unclear" (`casesToNarrow`).
 * null where there is nothing to go by: one class, or equal scores.
 */
export function casesToDecide(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  { patients, ...levels }: { patients?: readonly string[] } & DecisionLevels,
): number | null {
  const pair = pairOf(yTrue, scoreA, scoreB, patients)
  if (Number.isNaN(pair.difference) || sameOrder(pair)) return null
  return casesToNarrow(pair, yTrue.length, levels)
}

function sameOrder({ a, b }: Pair): boolean {
  const equal = (x: Float64Array, y: Float64Array) => x.every((value, i) => value === y[i])
  return equal(a.placements.positive, b.placements.positive) && equal(a.placements.negative, b.placements.negative)
}

function plainDelong(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
): { z: number; p: number } {
  const { difference, variance } = pairOf(yTrue, scoreA, scoreB)
  const z = difference / Math.sqrt(variance)
  return Number.isFinite(z) ? { z, p: twoSided(z) } : { z: Number.NaN, p: Number.NaN }
}

/**
 * Two AUCs on different cases, independent within and between: DeLong's variances and Welch's degrees of freedom over all
 * cases, as pROC's unpaired test has them.
 */
export function unpairedDelongTest(
  yTrueA: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  yTrueB: ArrayLike<number>,
  scoreB: ArrayLike<number>,
): { difference: number; t: number; degreesOfFreedom: number; p: number; reason?: string } {
  const a = aucEstimate(yTrueA, scoreA)
  const b = aucEstimate(yTrueB, scoreB)
  const difference = a.value - b.value
  const variance = a.variance + b.variance
  if (!(variance > 0)) {
    const oneClass = Number.isNaN(difference)
    const few = Number.isNaN(variance)
    const reason = oneClass
      ? 'cases of one class only'
      : few
        ? 'too few cases of a class to estimate a variance'
        : 'neither score has a variance to estimate'
    const nan = Number.NaN
    return { difference, t: nan, degreesOfFreedom: nan, p: nan, reason }
  }
  const t = difference / Math.sqrt(variance)
  const degreesOfFreedom =
    variance ** 2 / (a.variance ** 2 / (yTrueA.length - 1) + b.variance ** 2 / (yTrueB.length - 1))
  return { difference, t, degreesOfFreedom, p: twoSidedT(t, degreesOfFreedom) }
}
