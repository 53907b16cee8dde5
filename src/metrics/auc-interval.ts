/**
 * Confidence interval of an AUC: DeLong's error on the logit scale, with Student's t where patients have several images;
 * a perfect (or constant) score has no such error and takes Newcombe's method 5; there each patient counts once.
 */
import { aucCovariance, type Design, designOf } from './auc-covariance.js'
import { requireCases } from './cases.js'
import { normalQuantile } from './distributions.js'
import { type Bounded, isRegular, limit } from './limits.js'
import { type Placements, placements } from './placements.js'
import type { Reason } from './reason.js'

export interface AucInterval {
  /** 0..1; NaN where one class only is present. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** Standard error on the plain scale (DeLong, or clustered). */
  readonly se: number
  /** Plain DeLong limits as pROC prints them, patients left aside; they cover too rarely near 1. */
  readonly wald: { readonly low: number; readonly high: number }
  readonly method: string
  readonly reason?: Reason
}

/** An AUC ready to be given limits at any level. */
export interface AucEstimate extends Bounded {
  readonly placements: Placements
  readonly design: Design
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
  return {
    placements: own,
    design,
    value: own.auc,
    variance: Number.isFinite(variance) ? Math.max(0, variance) : Number.NaN,
    degreesOfFreedom: design.degreesOfFreedom,
    units: [design.withPositive, design.withNegative],
  }
}

/**
 * The AUC with its confidence limits: `logit(AUC) -+ t SE / (AUC (1 - AUC))`, turned back.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @param options.level confidence level; default 0.95
 * @returns the AUC (0..1), its limits, standard error and how they were made; NaN with `reason` where a class is
 *   missing
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 * @source DeLong, DeLong, Clarke-Pearson, Biometrics 1988, 44:837; Pepe 2003, section 5.2.4 (logit); Newcombe, Statistics in
 *   Medicine 2006, 25:559 (where there is no variance)
 */
export function aucInterval(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  { patients, level = 0.95 }: { patients?: readonly string[]; level?: number } = {},
): AucInterval {
  const estimate = aucEstimate(yTrue, yScore, patients)
  const { value } = estimate
  const nan = Number.NaN
  if (Number.isNaN(value)) {
    return {
      value,
      low: nan,
      high: nan,
      se: nan,
      wald: { low: nan, high: nan },
      method: 'none',
      reason: 'one-class',
    }
  }
  const tail = (1 - level) / 2
  const se = Math.sqrt(estimate.variance)
  const z = normalQuantile(1 - tail)
  const clustered = estimate.design.patients !== undefined
  const plainSe = clustered ? Math.sqrt(aucEstimate(yTrue, yScore).variance) : se
  const regular = isRegular(estimate)
  return {
    value,
    low: limit(estimate, z, -1),
    high: limit(estimate, z, 1),
    se,
    wald: { low: Math.max(0, value - z * plainSe), high: Math.min(1, value + z * plainSe) },
    method: !regular
      ? 'Newcombe 2006, method 5'
      : clustered
        ? 'logit, clustered by patient (Obuchowski 1997)'
        : 'logit DeLong',
    ...(regular ? {} : { reason: whyNoVariance(estimate, clustered ? 'patients' : 'cases') }),
  }
}

/** Why a figure has no variance to make limits of. */
export function whyNoVariance({ value, variance }: Bounded, units: 'patients' | 'cases'): Reason {
  if (value === 1 || value === 0) return 'separated'
  if (Number.isNaN(variance)) return `too-few-${units}-of-a-class`
  return 'score-without-variance'
}
