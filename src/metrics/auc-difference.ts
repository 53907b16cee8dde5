/**
 * Two AUCs on the same cases. The interval of their difference is MOVER (Zou and Donner 2008): it puts together the
 * logit limits of each AUC with DeLong's correlation, and misses equally on both sides where the Wald interval does not.
 * The p-value inverts it. DeLong's own test stands beside it, as pROC prints it.
 */
import { aucCovariance } from './auc-covariance.js'
import { type AucEstimate, aucEstimate, limit } from './auc-interval.js'
import { normalQuantile, twoSided, twoSidedT } from './distributions.js'

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

interface Pair {
  a: AucEstimate
  b: AucEstimate
  difference: number
  correlation: number
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
    difference: a.placements.auc - b.placements.auc,
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
  const z = difference === 0 ? 0 : Math.sign(difference) * touchingZ(pair)
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
 * Cases (as many diseased among them as here) with which the verdict is sure to be other than "unclear": so many that the
 * limits lie closer together than `delta`, so that low <= 0 and high >= delta can't both be. AUCs, error per case and
 * correlation stay as they are here; two figures. null where there is nothing to go by: one class, or equal scores.
 */
export function casesToDecide(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  options: { patients?: readonly string[]; lowTail: number; highTail: number; delta: number },
): number | null {
  const pair = pairOf(yTrue, scoreA, scoreB, options.patients)
  if (Number.isNaN(pair.difference) || sameOrder(pair)) return null
  const [zLow, zHigh] = [normalQuantile(1 - options.lowTail), normalQuantile(1 - options.highTail)]
  const tooFar = (factor: number) => {
    const more = { ...pair, a: withMoreCases(pair.a, factor), b: withMoreCases(pair.b, factor) }
    const { low, high } = moverLimits(more, zLow, zHigh)
    return high - low >= options.delta
  }
  let [few, enough] = [1, 1e6]
  if (!tooFar(few)) return yTrue.length
  for (let i = 0; i < 50; i++) {
    const middle = Math.sqrt(few * enough)
    if (tooFar(middle)) few = middle
    else enough = middle
  }
  const cases = enough * yTrue.length
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(cases)) - 1)
  return Math.ceil(cases / unit) * unit
}

/** The same estimate from `factor` times as many cases. */
function withMoreCases({ placements, variance, design }: AucEstimate, factor: number): AucEstimate {
  const { withPositive, withNegative, degreesOfFreedom } = design
  return {
    placements,
    variance: variance / factor,
    design: {
      ...design,
      withPositive: withPositive * factor,
      withNegative: withNegative * factor,
      degreesOfFreedom: (degreesOfFreedom + 1) * factor - 1,
    },
  }
}

/** `low = d - sqrt((A-lA)^2 + (uB-B)^2 - 2c(A-lA)(uB-B))`, `high` likewise. */
function moverLimits(
  { a, b, difference, correlation }: Pair,
  zLow: number,
  zHigh: number,
): { low: number; high: number } {
  const down = a.placements.auc - limit(a, zLow, -1)
  const upB = limit(b, zLow, 1) - b.placements.auc
  const up = limit(a, zHigh, 1) - a.placements.auc
  const downB = b.placements.auc - limit(b, zHigh, -1)
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y - 2 * correlation * x * y))
  return { low: difference - reach(down, upB), high: difference + reach(up, downB) }
}

/** The z at whose tail the limit nearer to 0 touches it, by bisection. */
function touchingZ(pair: Pair): number {
  const beyond = (z: number) => {
    const { low, high } = moverLimits(pair, z, z)
    return pair.difference > 0 ? low <= 0 : high >= 0
  }
  let inside = 0
  let outside = 37 // the largest whole z whose p a double still holds
  if (!beyond(outside)) return outside
  for (let i = 0; i < 100; i++) {
    const middle = (inside + outside) / 2
    if (beyond(middle)) outside = middle
    else inside = middle
  }
  return outside
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
): { difference: number; t: number; degreesOfFreedom: number; p: number } {
  const a = aucEstimate(yTrueA, scoreA)
  const b = aucEstimate(yTrueB, scoreB)
  const difference = a.placements.auc - b.placements.auc
  const variance = a.variance + b.variance
  const t = difference / Math.sqrt(variance)
  const degreesOfFreedom =
    variance ** 2 / (a.variance ** 2 / (yTrueA.length - 1) + b.variance ** 2 / (yTrueB.length - 1))
  return { difference, t, degreesOfFreedom, p: twoSidedT(t, degreesOfFreedom) }
}
