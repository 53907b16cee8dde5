/**
 * Confidence interval of an AUC. DeLong's error on the logit scale (Pepe 2003, section 5.2.4), with Student's t where
 * patients have several images; a perfect (or constant) score has no such error and takes Newcombe's method 5
 * (Statistics in Medicine 2006, 25:559), which needs none; there each patient counts once.
 */
import { aucCovariance, type Design, designOf } from './auc-covariance.js'
import { requireCases } from './cases.js'
import { normalCdf, normalQuantile, tQuantile } from './distributions.js'
import { type Placements, placements } from './placements.js'

export interface AucInterval {
  /** 0..1; NaN where one class only is present. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** Standard error on the plain scale (DeLong, or clustered). */
  readonly se: number
  /** value -+ z se, as pROC prints; it covers too rarely near 1. */
  readonly wald: { readonly low: number; readonly high: number }
  readonly method: string
  readonly reason?: string
}

/** An AUC ready to be given limits at any level. */
export interface AucEstimate {
  readonly placements: Placements
  readonly design: Design
  /** NaN where a class has fewer than two independent units. */
  readonly variance: number
}

export function aucEstimate(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  patients?: readonly string[],
): AucEstimate {
  requireCases(yTrue, yScore, patients)
  const design = designOf(yTrue, patients)
  const own = placements(yTrue, yScore)
  const variance = aucCovariance(own, own, design)
  return { placements: own, design, variance: Number.isFinite(variance) ? Math.max(0, variance) : Number.NaN }
}

/**
 * @param options.patients patient of every case; used where one has several images
 * @param options.level confidence level, 0.95 by default
 */
export function aucInterval(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  { patients, level = 0.95 }: { patients?: readonly string[]; level?: number } = {},
): AucInterval {
  const estimate = aucEstimate(yTrue, yScore, patients)
  const value = estimate.placements.auc
  const nan = Number.NaN
  if (Number.isNaN(value)) {
    return {
      value,
      low: nan,
      high: nan,
      se: nan,
      wald: { low: nan, high: nan },
      method: 'none',
      reason: 'cases of one class only',
    }
  }
  const tail = (1 - level) / 2
  const se = Math.sqrt(estimate.variance)
  const z = normalQuantile(1 - tail)
  const clustered = estimate.design.patients !== undefined
  const regular = isRegular(estimate)
  return {
    value,
    low: limit(estimate, z, -1),
    high: limit(estimate, z, 1),
    se,
    wald: { low: Math.max(0, value - z * se), high: Math.min(1, value + z * se) },
    method: !regular
      ? 'Newcombe 2006, method 5'
      : clustered
        ? 'logit, clustered by patient (Obuchowski 1997)'
        : 'logit DeLong',
    ...(regular
      ? {}
      : {
          reason:
            value === 1 || value === 0
              ? 'the score separates the classes perfectly'
              : Number.isNaN(estimate.variance)
                ? `too few ${clustered ? 'patients' : 'cases'} of a class to estimate a variance`
                : 'the score has no variance to estimate',
        }),
  }
}

function isRegular({ placements: { auc }, variance }: AucEstimate): boolean {
  return variance > 0 && auc > 0 && auc < 1
}

/** One-sided limit: below (-1) or above (1), missed with the probability that a standard normal exceeds `z`. */
export function limit(estimate: AucEstimate, z: number, side: -1 | 1): number {
  const { auc } = estimate.placements
  if (!isRegular(estimate)) {
    const { withPositive, withNegative } = estimate.design
    return newcombeLimit(auc, withPositive, withNegative, z, side)
  }
  const { degreesOfFreedom } = estimate.design
  const q = Number.isFinite(degreesOfFreedom) ? -tQuantile(normalCdf(-z), degreesOfFreedom) : z
  const logit = Math.log(auc / (1 - auc)) + (side * q * Math.sqrt(estimate.variance)) / (auc * (1 - auc))
  return 1 / (1 + Math.exp(-logit))
}

/**
 * Newcombe's method 5: the theta at which |observed - theta| = z sqrt(V(theta)), with Hanley and McNeil's variance
 * V = theta (1 - theta) / (MN) * (1 + ((M + N)/2 - 1) ((1 - theta)/(2 - theta) + theta/(1 + theta))).
 * 43 + 36 cases, observed 1: 0.949 to 1.
 */
export function newcombeLimit(observed: number, m: number, n: number, z: number, side: -1 | 1): number {
  if (observed === (side === 1 ? 1 : 0)) return observed
  const centre = (m + n) / 2 - 1
  const variance = (t: number) => ((t * (1 - t)) / (m * n)) * (1 + centre * ((1 - t) / (2 - t) + t / (1 + t)))
  let inside = observed
  let outside = side === 1 ? 1 : 0
  for (let i = 0; i < 200; i++) {
    const middle = (inside + outside) / 2
    if (Math.abs(observed - middle) <= z * Math.sqrt(variance(middle))) inside = middle
    else outside = middle
  }
  return inside
}
