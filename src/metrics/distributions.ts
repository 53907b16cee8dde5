/** Normal, t and F distributions; the one door to the library that computes them. */
import fCumulative from '@stdlib/stats-base-dists-f-cdf'
import fInverse from '@stdlib/stats-base-dists-f-quantile'
import normalCumulative from '@stdlib/stats-base-dists-normal-cdf'
import normalInverse from '@stdlib/stats-base-dists-normal-quantile'
import tCumulative from '@stdlib/stats-base-dists-t-cdf'
import tInverse from '@stdlib/stats-base-dists-t-quantile'

/** P(Z <= x), Z standard normal. */
export function normalCdf(x: number): number {
  return normalCumulative(x, 0, 1)
}

/** The x with P(Z <= x) = p, to 1e-9 for p from 1e-8 to 1 - 1e-8; further out the library rounds. */
export function normalQuantile(p: number): number {
  return normalInverse(p, 0, 1)
}

/** Two-sided p-value of a standard normal statistic, exact far into the tails. */
export function twoSided(z: number): number {
  return 2 * normalCumulative(-Math.abs(z), 0, 1)
}

/** Two-sided p-value of a Student's t statistic. */
export function twoSidedT(t: number, degreesOfFreedom: number): number {
  return 2 * tCumulative(-Math.abs(t), degreesOfFreedom)
}

/** The x with P(T <= x) = p for Student's t; degrees of freedom above 0. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return tInverse(p, degreesOfFreedom)
}

/** P(F >= f) of Fisher's F. */
export function fUpperTail(f: number, numerator: number, denominator: number): number {
  // The lower tail of 1/F, which keeps its digits where 1 - cdf would lose them.
  return f > 0 ? fCumulative(1 / f, denominator, numerator) : 1
}

/** The x with P(F <= x) = p; degrees of freedom above 0. */
export function fQuantile(p: number, numerator: number, denominator: number): number {
  return fInverse(p, numerator, denominator)
}
