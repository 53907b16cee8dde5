/**
 * Logistic recalibration (Cox 1958; Van Calster et al. 2019, BMC Med 17:230): outcomes on the logits of the probabilities.
 *
 * - slope: of `logit P(y) = a + b logit(p)`; below 1 the probabilities are too extreme, above 1 too timid.
 * - intercept: a with the slope held at 1 (calibration in the large); above 0 the probabilities are too low on the whole.
 *
 * Maximum likelihood. Limits of the slope are Wald's from the information (as R's glm has them), or from a sandwich over
 * patients where these repeat. Those of the intercept always come from a sandwich: where the slope is not 1 the model with
 * the slope held at 1 is wrong, and its information gives limits that cover too rarely (0.92 at a slope of 0.7). t on one
 * less than the patients (or cases) with a sandwich, else z.
 */
import { logisticByTail, softplus } from '../base/logistic.js'
import { clusteredCovariance, repeatedPatients, unitsOf } from './by-patient.js'
import { type WithLimits, withoutLimits } from './calibration.js'
import { requireProbabilities } from './cases.js'
import { normalQuantile, tQuantile } from './distributions.js'
import type { Reason } from './reason.js'

export interface Recalibration {
  readonly intercept: WithLimits
  readonly slope: WithLimits
  /** What happened to cases given this probability, by the fitted line; NaN where there is none. */
  observed(probability: number): { value: number; low: number; high: number }
}

/**
 * Slope and intercept of the logistic recalibration.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore probability of disease of every case, 0..1
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @returns both with 95 % limits; NaN with `reason` where they can't be had
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ, or a probability
 *   lies outside 0..1
 * @source Cox 1958; Van Calster et al., BMC Medicine 2019, 17:230
 */
export function recalibration(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  { patients }: { patients?: readonly string[] } = {},
): Recalibration {
  requireProbabilities(yTrue, yScore, patients)
  const y = Array.from(yTrue)
  const p = Array.from(yScore)
  const repeated = repeatedPatients(patients)
  const units = unitsOf(y.length, repeated)
  const t = units > 1 ? tQuantile(0.975, units - 1) : Number.NaN
  const quantile = repeated ? t : normalQuantile(0.975)
  const overPatients = 'Wald with a sandwich over patients, t'
  const method = repeated ? overPatients : 'Wald'
  const wrong = cannotFit(y, p, repeated ? units : undefined)
  const nothing = { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  if (wrong.intercept) {
    const none = withoutLimits(wrong.intercept)
    return { intercept: none, slope: none, observed: () => nothing }
  }
  const x = p.map((value) => Math.log(value / (1 - value)))
  const estimate = (value: number, variance: number, q: number, method: string): WithLimits => {
    const reach = q * Math.sqrt(variance)
    return { value, low: value - reach, high: value + reach, method }
  }
  const large = fitLogistic(y, x, true)
  const largeVariance = sandwich(large, y, x, repeated)[0][0]
  const intercept = estimate(large.beta[0], largeVariance, t, repeated ? overPatients : 'Wald with a sandwich, t')
  if (wrong.slope) return { intercept, slope: withoutLimits(wrong.slope), observed: () => nothing }
  const fit = fitLogistic(y, x, false)
  const covariance = repeated ? sandwich(fit, y, x, repeated) : fit.inverseInformation
  return {
    intercept,
    slope: estimate(fit.beta[1], covariance[1][1], quantile, method),
    observed(probability) {
      const at = Math.log(probability / (1 - probability))
      const centre = fit.beta[0] + fit.beta[1] * at
      const [[v00, v01], [, v11]] = covariance
      const reach = quantile * Math.sqrt(Math.max(0, v00 + 2 * at * v01 + at * at * v11))
      return {
        value: logisticByTail(centre),
        low: logisticByTail(centre - reach),
        high: logisticByTail(centre + reach),
      }
    },
  }
}

/** Why there is no intercept, and why no slope; both empty where there are. */
function cannotFit(
  y: readonly number[],
  p: readonly number[],
  patients?: number,
): { intercept?: Reason; slope?: Reason } {
  const positives = y.filter((label) => label === 1).length
  if (y.length === 0) return { intercept: 'no-case' }
  if (positives === 0 || positives === y.length) return { intercept: 'one-class' }
  const certain = p.filter((value) => value === 0 || value === 1).length
  if (certain > 0) return { intercept: { kind: 'certain-probabilities', certain, of: p.length } }
  if (patients === 1) return { intercept: 'one-patient' }
  const of = (label: number) => p.filter((_, i) => y[i] === label)
  const range = (values: readonly number[]) => [
    values.reduce((a, b) => Math.min(a, b), 1),
    values.reduce((a, b) => Math.max(a, b), 0),
  ]
  const [[leastPositive, mostPositive], [leastNegative, mostNegative]] = [range(of(1)), range(of(0))]
  if (Math.min(leastPositive, leastNegative) === Math.max(mostPositive, mostNegative))
    return { slope: 'equal-probabilities' }
  if (leastPositive >= mostNegative || mostPositive <= leastNegative) return { slope: 'separated' }
  return {}
}

type Matrix = readonly [readonly [number, number], readonly [number, number]]

interface Fit {
  beta: readonly [number, number]
  inverseInformation: Matrix
}

/** Newton's method, halving a step that would lose likelihood. `slopeOne`: x is an offset, and beta[1] stays 1. */
function fitLogistic(y: readonly number[], x: readonly number[], slopeOne: boolean): Fit {
  const logLikelihood = ([a, b]: readonly [number, number]) =>
    y.reduce((sum, label, i) => sum - softplus(label === 1 ? -(a + b * x[i]) : a + b * x[i]), 0)
  let beta: [number, number] = [0, 1]
  let reached = logLikelihood(beta)
  for (let iteration = 0; iteration < 200; iteration++) {
    const inverse = inverseInformation(x, beta, slopeOne)
    const residuals = y.map((label, i) => label - logisticByTail(beta[0] + beta[1] * x[i]))
    const gradient = [
      residuals.reduce((sum, r) => sum + r, 0),
      slopeOne ? 0 : residuals.reduce((sum, r, i) => sum + r * x[i], 0),
    ]
    const step = inverse.map((row) => row[0] * gradient[0] + row[1] * gradient[1])
    // A loss within rounding is none: near the top the likelihood is flat long before the gradient is 0.
    const least = reached - 1e-12 * Math.abs(reached)
    let next: [number, number] = [beta[0] + step[0], beta[1] + step[1]]
    for (let half = 1; half <= 30 && logLikelihood(next) < least; half++) {
      next = [beta[0] + step[0] / 2 ** half, beta[1] + step[1] / 2 ** half]
    }
    const moved = Math.max(Math.abs(next[0] - beta[0]), Math.abs(next[1] - beta[1]))
    beta = next
    reached = logLikelihood(next)
    if (moved < 1e-13 * (1 + Math.abs(beta[0]) + Math.abs(beta[1]))) break
  }
  return { beta, inverseInformation: inverseInformation(x, beta, slopeOne) }
}

/** Covariance of the coefficients from what each patient (or case) pulls at them, whether or not the model holds. */
function sandwich(
  { beta, inverseInformation: inverse }: Fit,
  y: readonly number[],
  x: readonly number[],
  patients: readonly string[] | undefined,
): Matrix {
  const residuals = y.map((label, i) => label - logisticByTail(beta[0] + beta[1] * x[i]))
  const [u, v] = inverse.map(([onIntercept, onSlope]) => residuals.map((r, i) => r * (onIntercept + onSlope * x[i])))
  const cross = clusteredCovariance(u, v, patients)
  return [
    [clusteredCovariance(u, u, patients), cross],
    [cross, clusteredCovariance(v, v, patients)],
  ]
}

function inverseInformation(x: readonly number[], [a, b]: readonly [number, number], slopeOne: boolean): Matrix {
  let [s0, s1, s2] = [0, 0, 0]
  for (const at of x) {
    const p = logisticByTail(a + b * at)
    const weight = p * (1 - p)
    s0 += weight
    s1 += weight * at
    s2 += weight * at * at
  }
  if (slopeOne) {
    return [
      [1 / s0, 0],
      [0, 0],
    ]
  }
  const determinant = s0 * s2 - s1 * s1
  return [
    [s2 / determinant, -s1 / determinant],
    [-s1 / determinant, s0 / determinant],
  ]
}
