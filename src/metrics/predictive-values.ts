/**
 * PPV and NPV at a prevalence that the cases need not have: `PPV = se p / (se p + (1 - sp)(1 - p))`, NPV likewise, with the
 * logit limits of Mercaldo, Lau and Zhou (Stat Med 2007, 26:2170) for a known prevalence. A sensitivity or specificity of 0
 * or 1 enters the limits in their adjusted form (half of z^2 added to either side of its count), and a value of 0 or 1 is
 * its own limit. Where patients repeat, the variances are those of the patients' sums, covariance included.
 */
import { UserError } from '../base/errors.js'
import { logistic } from '../base/logistic.js'
import { clusteredCovariance, repeatedPatients } from './by-patient.js'
import { requireCases } from './cases.js'
import { normalQuantile } from './distributions.js'
import { designEffect, type Proportion } from './proportion.js'

/**
 * Positive and negative predictive value at a known prevalence.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param options `cutoff`: a score at or above it is called positive; `prevalence` of the population meant, between 0
 *   and 1; `patients` of every case, default each another
 * @returns both, 0..1, with 95 % limits
 * @throws `UserError` for a prevalence that is not between 0 and 1, and where a label is neither 0 nor 1, a score is not a
 *   number, or lengths differ
 * @source Mercaldo, Lau, Zhou, Statistics in Medicine 2007, 26:2170
 */
export function predictiveValues(
  yTrue: readonly number[],
  yScore: readonly number[],
  { cutoff, prevalence, patients }: { cutoff: number; prevalence: number; patients?: readonly string[] },
): { ppv: Proportion; npv: Proportion } {
  requireCases(yTrue, yScore, patients)
  if (!(prevalence > 0 && prevalence < 1))
    throw new UserError(`a prevalence lies between 0 and 1, not at ${prevalence}; 5 % is 0.05`)
  const repeated = repeatedPatients(patients)
  const z = normalQuantile(0.975)
  const called = yTrue.map((label, i) => Number(Number(yScore[i] >= cutoff) === label))
  const sensitivity = rightShare(1, yTrue, called, repeated, z)
  const specificity = rightShare(0, yTrue, called, repeated, z)
  if (!sensitivity || !specificity) {
    const reason = sensitivity ? 'no-healthy-case' : 'no-diseased-case'
    const none: Proportion = { value: null, low: null, high: null, method: 'logit (Mercaldo 2007)', reason }
    return { ppv: none, npv: none }
  }
  const odds = prevalence / (1 - prevalence)
  const regular = [sensitivity, specificity].every(({ value }) => value > 0 && value < 1)
  const covariance =
    repeated && regular ? clusteredCovariance(sensitivity.influence, specificity.influence, repeated) : 0
  const of = (hit: Share, miss: Share, oddsBefore: number): Proportion => {
    const method = regular ? 'logit (Mercaldo 2007)' : 'adjusted logit (Mercaldo 2007)'
    const value = (oddsBefore * hit.value) / (oddsBefore * hit.value + (1 - miss.value))
    if (Number.isNaN(value)) {
      return { value: null, low: null, high: null, method, reason: 'none-called-so' }
    }
    const inside = (share: Share) =>
      share.value > 0 && share.value < 1 ? [share.value, share.variance] : [share.adjusted, share.adjustedVariance]
    const [p, vp] = inside(hit)
    const [q, vq] = inside(miss)
    const logit = Math.log((oddsBefore * p) / (1 - q))
    const variance = vp / p ** 2 + vq / (1 - q) ** 2 + (2 * covariance) / (p * (1 - q))
    const reach = z * Math.sqrt(Math.max(0, variance))
    return {
      value,
      low: value === 0 ? 0 : Math.min(value, logistic(logit - reach)),
      high: value === 1 ? 1 : Math.max(value, logistic(logit + reach)),
      method,
    }
  }
  return { ppv: of(sensitivity, specificity, odds), npv: of(specificity, sensitivity, 1 / odds) }
}

interface Share {
  value: number
  variance: number
  adjusted: number
  adjustedVariance: number
  /** Of every case, 0 for those of the other class. */
  influence: number[]
}

/** Share of right calls among the cases of one class; undefined where there are none. */
function rightShare(
  label: number,
  yTrue: readonly number[],
  right: readonly number[],
  patients: readonly string[] | undefined,
  z: number,
): Share | undefined {
  const cases = yTrue.flatMap((own, i) => (own === label ? [i] : []))
  const n = cases.length
  if (n === 0) return undefined
  const successes = cases.reduce((sum, i) => sum + right[i], 0)
  const value = successes / n
  const outcomes = cases.map((i) => right[i])
  const effect = patients
    ? designEffect(
        outcomes,
        cases.map((i) => patients[i]),
      )
    : 1
  const effective = n / effect
  const adjusted = (value * effective + (z * z) / 2) / (effective + z * z)
  return {
    value,
    variance: (effect * value * (1 - value)) / n,
    adjusted,
    adjustedVariance: (adjusted * (1 - adjusted)) / (effective + z * z),
    influence: yTrue.map((own, i) => (own === label ? (right[i] - value) / n : 0)),
  }
}
