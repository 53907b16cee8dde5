/**
 * Intervals of proportions: Wilson's score interval (1927). Where patients have several images, n is divided by the
 * design effect, the clustered variance over the binomial one (at least 1). Where all outcomes agree it can't be
 * estimated; each patient then counts once.
 */
import { normalQuantile } from './distributions.js'
import type { Reason } from './reason.js'

export interface Proportion {
  /** null where there is nothing to divide by. */
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly method: string
  /** What n was divided by before the limits were made, where patients repeat; above 1. */
  readonly designEffect?: number
  readonly reason?: Reason
}

/**
 * Wilson limits of successes / n; `designEffect` >= 1. 0 of 0 has no limits.
 *
 * @param successes how many
 * @param n of how many
 * @param options `level`: confidence level, default 0.95; `designEffect`: at least 1, default 1
 * @returns limits, 0..1; NaN for 0 of 0
 * @source Wilson, JASA 1927, 22:209
 */
export function wilson(
  successes: number,
  n: number,
  { level = 0.95, designEffect = 1 } = {},
): { low: number; high: number } {
  if (n === 0) return { low: Number.NaN, high: Number.NaN }
  const z = normalQuantile(1 - (1 - level) / 2)
  const effective = n / designEffect
  const p = successes / n
  const centre = p + (z * z) / (2 * effective)
  const reach = z * Math.sqrt((p * (1 - p)) / effective + (z * z) / (4 * effective * effective))
  const scale = 1 + (z * z) / effective
  // Exactly 0 and 1 at the ends, whatever rounding makes of them.
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + reach) / scale),
  }
}

/**
 * Clustered over binomial variance of a proportion of outcomes, at least 1; cases per patient where all outcomes agree.
 *
 * @param outcomes 0 to 1 per case (1/2: half a success)
 * @param patients patient of every case
 * @returns at least 1
 */
export function designEffect(outcomes: readonly number[], patients: readonly string[]): number {
  const n = outcomes.length
  const p = outcomes.reduce((a, b) => a + b, 0) / n
  const residuals = new Map<string, number>()
  outcomes.forEach((outcome, i) => {
    residuals.set(patients[i], (residuals.get(patients[i]) ?? 0) + outcome - p)
  })
  const clusters = residuals.size
  if (clusters === n) return 1
  if (clusters < 2 || p === 0 || p === 1) return n / clusters
  const squares = [...residuals.values()].reduce((sum, r) => sum + r * r, 0)
  const clustered = ((clusters / (clusters - 1)) * squares) / (n * n)
  return Math.max(1, clustered / ((p * (1 - p)) / n))
}

export type MeasureName = 'accuracy' | 'sensitivity' | 'specificity' | 'ppv' | 'npv'

/**
 * Intervals of the measures at a cutoff that are proportions (F1 is none).
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param cutoff a score at or above it is called positive
 * @param patients patient of every case
 * @returns each measure with its 95 % limits and how they were made; null where there is nothing to divide by
 */
export function proportionIntervals(
  yTrue: readonly number[],
  yScore: readonly number[],
  cutoff: number,
  patients: readonly string[],
): Record<MeasureName, Proportion> {
  const called = yScore.map((score) => (score >= cutoff ? 1 : 0))
  const right: number[] = called.map((call, i) => (call === yTrue[i] ? 1 : 0))
  const among = (keep: (i: number) => boolean, why: Reason): Proportion => {
    const cases = yTrue.map((_, i) => i).filter(keep)
    if (cases.length === 0) return { value: null, low: null, high: null, method: 'Wilson', reason: why }
    const outcomes = cases.map((i) => right[i])
    const effect = designEffect(
      outcomes,
      cases.map((i) => patients[i]),
    )
    const successes = outcomes.reduce((a, b) => a + b, 0)
    const limits = wilson(successes, cases.length, { designEffect: effect })
    const found = { value: successes / cases.length, ...limits, method: 'Wilson' }
    return effect === 1 ? found : { ...found, designEffect: effect }
  }
  return {
    accuracy: among(() => true, 'no-case'),
    sensitivity: among((i) => yTrue[i] === 1, 'no-diseased-case'),
    specificity: among((i) => yTrue[i] === 0, 'no-healthy-case'),
    ppv: among((i) => called[i] === 1, 'none-called-positive'),
    npv: among((i) => called[i] === 0, 'none-called-negative'),
  }
}
