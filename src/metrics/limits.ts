/**
 * Limits of a figure between 0 and 1 (an AUC, a mean of AUCs), whatever its variance came from: the logit scale (Pepe 2003,
 * section 5.2.4), with Student's t where it has degrees of freedom; where it has no variance, Newcombe's method 5 (Statistics
 * in Medicine 2006, 25:559), which needs none.
 */
import { logistic } from '../base/logistic.js'
import { normalCdf, tQuantile } from './distributions.js'

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
  return logistic(logit)
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
