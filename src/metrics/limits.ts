/**
 * Limits of a figure between 0 and 1 (an AUC, a mean of AUCs) and of the difference of two, whatever their variance
 * came from. One figure: the logit scale (Pepe 2003, section 5.2.4), with Student's t where it has degrees of freedom;
 * where it has no variance, Newcombe's method 5 (Statistics in Medicine 2006, 25:559), which needs none. A difference:
 * MOVER (Zou and Donner 2008), which puts together the limits of both with their correlation and misses equally on both
 * sides where the Wald interval does not.
 */
import { normalCdf, normalQuantile, tQuantile } from './distributions.js'

export interface Bounded {
  /** 0..1; NaN where it could not be had. */
  readonly value: number
  /** NaN where there are too few units to estimate one. */
  readonly variance: number
  /** For a t quantile; Infinity: normal. */
  readonly degreesOfFreedom: number
  /** Independent units on either side of the comparison (diseased, healthy): all that counts without a variance. */
  readonly units: readonly [number, number]
}

/** Two figures from the same units. */
export interface BoundedPair {
  readonly a: Bounded
  readonly b: Bounded
  readonly correlation: number
}

/** Whether the figure has a variance to make limits of. */
export function isRegular({ value, variance }: Bounded): boolean {
  return variance > 0 && value > 0 && value < 1
}

/** One-sided limit: below (-1) or above (1), missed with the probability that a standard normal exceeds `z`. */
export function limit(bounded: Bounded, z: number, side: -1 | 1): number {
  const { value, variance, degreesOfFreedom, units } = bounded
  if (!isRegular(bounded)) return newcombeLimit(value, units[0], units[1], z, side)
  const q = Number.isFinite(degreesOfFreedom) ? -tQuantile(normalCdf(-z), degreesOfFreedom) : z
  const logit = Math.log(value / (1 - value)) + (side * q * Math.sqrt(variance)) / (value * (1 - value))
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

/** `low = d - sqrt((A-lA)^2 + (uB-B)^2 - 2c(A-lA)(uB-B))`, `high` likewise, each missed at its own z. */
export function moverLimits(
  { a, b, correlation }: BoundedPair,
  zLow: number,
  zHigh: number,
): { low: number; high: number } {
  const difference = a.value - b.value
  const down = a.value - limit(a, zLow, -1)
  const upB = limit(b, zLow, 1) - b.value
  const up = limit(a, zHigh, 1) - a.value
  const downB = b.value - limit(b, zHigh, -1)
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y - 2 * correlation * x * y))
  return { low: difference - reach(down, upB), high: difference + reach(up, downB) }
}

/** The z, with the sign of the difference, at whose tail the MOVER limit nearer to 0 touches it, by bisection. */
export function moverZ(pair: BoundedPair): number {
  const difference = pair.a.value - pair.b.value
  if (difference === 0) return 0
  const beyond = (z: number) => {
    const { low, high } = moverLimits(pair, z, z)
    return difference > 0 ? low <= 0 : high >= 0
  }
  let inside = 0
  let outside = 37 // the largest whole z whose p a double still holds
  if (beyond(outside)) {
    for (let i = 0; i < 100; i++) {
      const middle = (inside + outside) / 2
      if (beyond(middle)) outside = middle
      else inside = middle
    }
  }
  return Math.sign(difference) * outside
}

export interface DecisionLevels {
  readonly lowTail: number
  readonly highTail: number
  readonly delta: number
}

/**
 * Cases, of which there are `cases` now, with which the verdict is sure to be other than "unclear": so many that the
 * limits lie closer together than `delta`, so that low <= 0 and high >= delta can't both be. Values, error per case and
 * correlation stay as they are here; two figures.
 */
export function casesToNarrow(pair: BoundedPair, cases: number, { lowTail, highTail, delta }: DecisionLevels): number {
  const [zLow, zHigh] = [normalQuantile(1 - lowTail), normalQuantile(1 - highTail)]
  const tooFar = (factor: number) => {
    const more = { ...pair, a: withMoreUnits(pair.a, factor), b: withMoreUnits(pair.b, factor) }
    const { low, high } = moverLimits(more, zLow, zHigh)
    return high - low >= delta
  }
  let [few, enough] = [1, 1e6]
  if (!tooFar(few)) return cases
  for (let i = 0; i < 50; i++) {
    const middle = Math.sqrt(few * enough)
    if (tooFar(middle)) few = middle
    else enough = middle
  }
  return twoFigures(enough * cases)
}

/** A number of cases rounded up to two figures: more would claim what it can't know. */
export function twoFigures(cases: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(cases)) - 1)
  return Math.ceil(cases / unit) * unit
}

/** The same figure from `factor` times as many units. */
function withMoreUnits({ value, variance, degreesOfFreedom, units }: Bounded, factor: number): Bounded {
  return {
    value,
    variance: variance / factor,
    degreesOfFreedom: (degreesOfFreedom + 1) * factor - 1,
    units: [units[0] * factor, units[1] * factor],
  }
}
