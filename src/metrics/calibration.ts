/**
 * How far probabilities are from what happened: the Brier score with its interval, and as a share of what the prevalence
 * alone would give.
 */
import { clusteredCovariance, repeatedPatients, unitsOf } from './by-patient.js'
import { requireProbabilities } from './cases.js'
import { tQuantile } from './distributions.js'
import type { Reason } from './reason.js'

/** An estimate with 95 % limits; NaN where there is none, with the reason. */
export interface WithLimits {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly method: string
  readonly reason?: Reason
}

/**
 * Brier score (1950): mean squared difference of probability and outcome, 0..1, smaller is better; NaN without cases.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore probability of disease of every case, 0..1
 * @returns mean squared difference, 0..1
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ, or a probability
 *   lies outside 0..1
 * @source Brier, Monthly Weather Review 1950, 78:1
 */
export function brier(yTrue: ArrayLike<number>, yScore: ArrayLike<number>): number {
  requireProbabilities(yTrue, yScore)
  let sum = 0
  for (let i = 0; i < yTrue.length; i++) sum += (yScore[i] - yTrue[i]) ** 2
  return sum / yTrue.length
}

/**
 * The Brier score, and its scaled form 1 - Brier / (prevalence (1 - prevalence)): 1 is perfect, 0 no better than giving each
 * case the prevalence, below 0 worse (index of prediction accuracy, Kattan and Gerds 2018). Limits by t over patients.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore probability of disease of every case, 0..1
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @returns both figures with 95 % limits
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ, or a probability
 *   lies outside 0..1
 * @source Brier, Monthly Weather Review 1950, 78:1; Kattan and Gerds 2018 (scaled)
 */
export function brierInterval(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  { patients }: { patients?: readonly string[] } = {},
): { brier: WithLimits; scaled: WithLimits } {
  requireProbabilities(yTrue, yScore, patients)
  const n = yTrue.length
  const value = brier(yTrue, yScore)
  let positives = 0
  for (let i = 0; i < n; i++) positives += yTrue[i]
  const prevalence = positives / n
  const most = prevalence * (1 - prevalence)
  const ofBrier = Array.from({ length: n }, (_, i) => ((yScore[i] - yTrue[i]) ** 2 - value) / n)
  const brierEstimate = meanLimits(value, ofBrier, patients, [0, 1])
  if (!(most > 0)) {
    const reason = n === 0 ? 'no-case' : 'one-class'
    return { brier: brierEstimate, scaled: { ...withoutLimits(reason), method: brierEstimate.method } }
  }
  // Both the score and what it is held against come from these cases.
  const ofScaled = ofBrier.map(
    (own, i) => -own / most + ((value / most ** 2) * (1 - 2 * prevalence) * (yTrue[i] - prevalence)) / n,
  )
  return {
    brier: brierEstimate,
    scaled: meanLimits(1 - value / most, ofScaled, patients, [Number.NEGATIVE_INFINITY, 1]),
  }
}

/** Limits of an estimate with influence values case by case: t on one less than the patients, kept within bounds. */
export function meanLimits(
  value: number,
  influence: readonly number[],
  patients: readonly string[] | undefined,
  [least, most]: readonly [number, number],
): WithLimits {
  const repeated = repeatedPatients(patients)
  const method = repeated ? 't over patients' : 't'
  const units = unitsOf(influence.length, repeated)
  if (units < 2) {
    const reason = influence.length === 0 ? 'no-case' : repeated ? 'one-patient' : 'one-case'
    return { ...withoutLimits(reason), value, method }
  }
  const reach = tQuantile(0.975, units - 1) * Math.sqrt(clusteredCovariance(influence, influence, repeated))
  return { value, low: Math.max(least, value - reach), high: Math.min(most, value + reach), method }
}

export function withoutLimits(reason: Reason): WithLimits {
  return { value: Number.NaN, low: Number.NaN, high: Number.NaN, method: 'none', reason }
}
