/**
 * The mean AUC of readers, both readers and cases being random (Obuchowski and Rockette 1995, one treatment; degrees of freedom of
 * Hillis 2007):
 *
 *     var = (MS_R + R max(Cov2, 0)) / R,   MS_R: variance of the readers' AUCs,   Cov2: mean covariance of two readers' AUCs
 *     degrees of freedom = (MS_R + R max(Cov2, 0))^2 (R - 1) / MS_R^2
 *
 * Limits on the logit scale with that variance and that t, or the t of the rarer class where patients repeat and it has fewer.
 */
import { normalQuantile } from './distributions.js'
import { covarianceOf, type Estimate, type EstimateInterval, meanEstimate } from './estimate.js'
import { isRegular, limit } from './limits.js'

export interface ReaderMean extends EstimateInterval {
  readonly readers: number
  /** Infinity: normal. */
  readonly degreesOfFreedom: number
}

/** Of two readers or more on the same cases, patients in the same order. */
export function readerMean(estimates: readonly Estimate[]): ReaderMean {
  const readers = estimates.length
  const { value, patientsPerClass, repeated } = meanEstimate(estimates)
  const between = estimates.reduce((sum, one) => sum + (one.value - value) ** 2, 0) / (readers - 1)
  let covariance = 0
  for (const [r, one] of estimates.entries())
    for (const other of estimates.slice(0, r))
      covariance += covarianceOf(one.u, other.u) / ((readers * (readers - 1)) / 2)
  const sum = between + readers * Math.max(0, covariance)
  const ofReaders = between > 0 ? (sum ** 2 * (readers - 1)) / between ** 2 : Number.POSITIVE_INFINITY
  const fewest = Math.min(...patientsPerClass)
  const degreesOfFreedom = Math.min(ofReaders, repeated ? fewest - 1 : Number.POSITIVE_INFINITY)
  const others = patientsPerClass.reduce((all, count) => all + count, 0) - fewest
  const bounded = {
    value,
    variance: fewest < 2 ? Number.NaN : sum / readers,
    degreesOfFreedom,
    units: [fewest, others] as const,
  }
  const z = normalQuantile(0.975)
  const regular = isRegular(bounded)
  return {
    value,
    low: limit(bounded, z, -1),
    high: limit(bounded, z, 1),
    se: Math.sqrt(bounded.variance),
    method: regular ? 'logit, readers and cases random (Obuchowski-Rockette, Hillis)' : 'Newcombe 2006, method 5',
    readers,
    degreesOfFreedom,
  }
}
