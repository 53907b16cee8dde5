/**
 * Limits of the difference of two figures on the same units. Near 1 few units part two arms, and the variance that those show
 * is too small for a larger difference, which would need more of them. So the variance is taken at the difference in question,
 * as a score interval does (for paired proportions: Tango, Statistics in Medicine 1998, 17:891). On either side of the
 * observed d the limit is the first delta with
 *
 *     |delta - d| = t sqrt(V(delta))
 *     V(delta) = V + c max(0, |delta| - |d|) + e max(0, d^2 - delta^2)
 *     c = 2 (sum T^2 + F2) / (sum |T| + F1),   e = (1/M + 1/N) / 4
 *
 * V: DeLong's variance (or Obuchowski's, or from influence values). T: what a unit adds to twice the difference, one minus
 * the other of `sum V10 / M + sum V01 / N` over its cases; a difference that grows by one unit grows by T/2, its variance by
 * T^2, so c is the variance that comes with each unit of difference. To what was seen a quarter of a unit in each class is
 * added, parted by a quarter of all pairs (F1 = f w (1/M + 1/N), F2 = f^2 w (1/M^2 + 1/N^2), f = w = 1/4): where nothing
 * parts the arms they might still differ. e keeps units that all agree from leaving no error at all. t has the degrees of
 * freedom of the smaller class. Nor is a gain larger than what the other arm leaves of 1 at its own limit (Newcombe's).
 * docs/metrics.md tells how often these limits miss, and how other forms did (scripts/simulate/difference.mjs).
 */
import { normalQuantile, tQuantile, twoSided, twoSidedT } from './distributions.js'
import { newcombeLimit } from './limits.js'

/** The unit that is added to those that part two arms: how much of one, and by what share of all pairs. */
const addedUnits = 0.25
const addedPart = 0.25

export interface Tails {
  /** Probability with which each limit is missed. */
  readonly lowTail: number
  readonly highTail: number
}

export const twoSided95: Tails = { lowTail: 0.025, highTail: 0.025 }

/** Two figures on the same units. */
export interface ComparedPair {
  readonly a: number
  readonly b: number
  /** Of the difference; NaN where there are too few units to estimate one. */
  readonly variance: number
  readonly parted: Parted
  /** Independent units of the two classes; of more than two classes, of the rarest and of the others. */
  readonly units: readonly [number, number]
  readonly degreesOfFreedom: number
}

/** How far units part two figures: sums over them of |T| and of T^2. */
export interface Parted {
  readonly sum: number
  readonly squares: number
}

/** @param a what each unit adds to twice the figure */
export function partedBy(a: Float64Array, b: Float64Array): Parted {
  let [sum, squares] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs(a[i] - b[i])
    squares += (a[i] - b[i]) ** 2
  }
  return { sum, squares }
}

/** What sums of shares round to is no difference: AUCs of n films are 1/n^2 apart or more. */
const rounding = 1e-12

function differenceOf({ a, b }: ComparedPair): number {
  return Math.abs(a - b) < rounding ? 0 : a - b
}

/** Both limits, each missed with its own probability; NaN without a variance. */
export function scoreLimits(pair: ComparedPair, { lowTail, highTail }: Tails): { low: number; high: number } {
  const { a, b, units, variance } = pair
  const difference = differenceOf(pair)
  if (Number.isNaN(difference) || Number.isNaN(variance)) return { low: Number.NaN, high: Number.NaN }
  const [zLow, zHigh] = [normalQuantile(1 - lowTail), normalQuantile(1 - highTail)]
  const reach = (value: number, z: number, side: -1 | 1) => newcombeLimit(value, units[0], units[1], z, side)
  return {
    low: Math.max(difference - distance(pair, lowTail, -1), reach(a, zLow, -1) - 1, -reach(b, zLow, 1)),
    high: Math.min(difference + distance(pair, highTail, 1), 1 - reach(b, zHigh, -1), reach(a, zHigh, 1)),
  }
}

/** From the observed difference to its limit on a side, before anything cuts it. */
function distance(pair: ComparedPair, tail: number, side: -1 | 1): number {
  const { variance } = pair
  const difference = differenceOf(pair)
  const away = Math.abs(difference)
  const { c, e } = slopes(pair)
  const q2 = tQuantile(tail, pair.degreesOfFreedom) ** 2
  // Away from 0: x^2 = q2 (V + c x).
  const outward = (room: number) => (q2 * c + Math.sqrt(Math.max(0, (q2 * c) ** 2 + 4 * q2 * room))) / 2
  if (side * difference >= 0) return outward(variance)
  // Towards 0 and to the same difference beyond: x^2 = q2 (V + e (2 away x - x^2)); from there on it is outward again.
  const half = q2 * e * away
  const inward = (half + Math.sqrt(half ** 2 + (1 + q2 * e) * q2 * variance)) / (1 + q2 * e)
  return inward <= 2 * away ? inward : Math.max(2 * away, outward(variance - 2 * away * c))
}

/** What the variance gains with each unit of difference beyond the observed one, and with its square below. */
function slopes({ parted: { sum, squares }, units: [m, n] }: ComparedPair): { c: number; e: number } {
  const [shares, squaredShares] = [1 / m + 1 / n, 1 / m ** 2 + 1 / n ** 2]
  const f1 = addedUnits * addedPart * shares
  const f2 = addedUnits * addedPart ** 2 * squaredShares
  return { c: (2 * (squares + f2)) / (sum + f1), e: shares / 4 }
}

/** The test that inverts the limits: p is the level at which one touches 0, z its normal equivalent with the sign of the difference. */
export function scoreTest(pair: ComparedPair): { z: number; p: number } {
  const difference = differenceOf(pair)
  if (Number.isNaN(difference) || Number.isNaN(pair.variance)) return { z: Number.NaN, p: Number.NaN }
  if (difference === 0) return { z: 0, p: 1 }
  const t = difference / Math.sqrt(pair.variance + slopes(pair).e * difference ** 2)
  return normalEquivalent(t, pair.degreesOfFreedom)
}

/** The largest whole z whose p a double still holds. */
const largestZ = 37

/** By bisection: quantiles round far out, tails do not. */
function normalEquivalent(t: number, degreesOfFreedom: number): { z: number; p: number } {
  const p = Math.max(twoSidedT(t, degreesOfFreedom), twoSided(largestZ))
  let [below, above] = [0, largestZ]
  for (let i = 0; i < 60; i++) {
    const middle = (below + above) / 2
    if (twoSided(middle) > p) below = middle
    else above = middle
  }
  return { z: Math.sign(t) * above, p }
}

export interface DecisionLevels extends Tails {
  readonly delta: number
}

/**
 * Cases, of which there are `cases` now, with which the verdict is sure to be other than "unclear": so many that the
 * limits lie closer together than `delta`, so that low <= 0 and high >= delta can't both be. Values, error per case and
 * how far cases part the arms stay as they are here; two figures. null where there is no variance to go by.
 */
export function casesToNarrow(pair: ComparedPair, cases: number, levels: DecisionLevels): number | null {
  if (Number.isNaN(pair.a - pair.b) || Number.isNaN(pair.variance)) return null
  const tooFar = (factor: number) => {
    const { low, high } = scoreLimits(withMoreUnits(pair, factor), levels)
    return high - low >= levels.delta
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

/** The same figures from `factor` times as many units. */
function withMoreUnits(pair: ComparedPair, factor: number): ComparedPair {
  const { variance, parted, units, degreesOfFreedom } = pair
  return {
    ...pair,
    variance: variance / factor,
    parted: { sum: parted.sum, squares: parted.squares / factor },
    units: [units[0] * factor, units[1] * factor],
    degreesOfFreedom: (degreesOfFreedom + 1) * factor - 1,
  }
}
