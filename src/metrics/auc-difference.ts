/**
 * Two AUCs on the same cases. The interval of their difference takes DeLong's variance at the difference in question
 * (`difference-limits.ts`); the p-value inverts it. DeLong's own test stands beside it, as pROC prints it.
 */
import { aucCovariance } from './auc-covariance.js'
import { type AucEstimate, aucEstimate } from './auc-interval.js'
import { patientSums } from './by-patient.js'
import {
  type ComparedPair,
  casesToNarrow,
  type DecisionLevels,
  partedBy,
  scoreLimits,
  scoreTest,
  type Tails,
  twoSided95,
} from './difference-limits.js'
import { twoSided, twoSidedT } from './distributions.js'
import { reasonOf } from './estimate.js'
import { caseShares } from './placements.js'
import type { Reason } from './reason.js'

export interface AucDifference {
  /** AUC of a minus AUC of b. */
  readonly difference: number
  /** 95 % limits; never a point, not even where both rank alike. */
  readonly low: number
  readonly high: number
  /** Normal equivalent of `p`, with the sign of the difference. */
  readonly z: number
  /** Two-sided: the level at which a limit touches 0. */
  readonly p: number
  /** Of the two AUCs, over cases. */
  readonly correlation: number
  /** Plain DeLong test. */
  readonly delong: { readonly z: number; readonly p: number }
  readonly seA: number
  readonly seB: number
  /** Standard error of the difference. */
  readonly se: number
  readonly method: string
  readonly reason?: Reason
}

interface Pair extends ComparedPair {
  readonly estimates: readonly [AucEstimate, AucEstimate]
  readonly correlation: number
  readonly clustered: boolean
}

function pairOf(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  patients?: readonly string[],
): Pair {
  const a = aucEstimate(yTrue, scoreA, patients)
  const b = aucEstimate(yTrue, scoreB, patients)
  const covariance = aucCovariance(a.placements, b.placements, a.design)
  const scale = Math.sqrt(a.variance * b.variance)
  const shares = ({ placements, design }: AucEstimate) => patientSums(caseShares(placements), design.patients)
  return {
    estimates: [a, b],
    clustered: a.design.patients !== undefined,
    correlation: sameOrder(a, b) ? 1 : scale > 0 ? Math.max(-1, Math.min(1, covariance / scale)) : 0,
    a: a.value,
    b: b.value,
    variance: Math.max(0, a.variance + b.variance - 2 * covariance),
    parted: partedBy(shares(a), shares(b)),
    units: a.units,
    degreesOfFreedom: Math.min(...a.units) - 1,
  }
}

/**
 * Compares scores `a` and `b` of the same cases. One class only, or equal ranks: defined, with a reason.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param scoreA scores of classifier a, larger means more likely diseased
 * @param scoreB scores of classifier b for the same cases
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @returns the difference a - b of the two AUCs (0..1 scale), its 95 % limits, standard errors and two-sided p; NaN
 *   with `reason` where a class is missing
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 * @source DeLong, DeLong, Clarke-Pearson, Biometrics 1988, 44:837; Obuchowski, Biometrics 1997, 53:567 (clustered)
 */
export function delongTest(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  { patients }: { patients?: readonly string[] } = {},
): AucDifference {
  const pair = pairOf(yTrue, scoreA, scoreB, patients)
  const { clustered, correlation, variance } = pair
  const [a, b] = pair.estimates
  return {
    difference: pair.a - pair.b,
    ...scoreLimits(pair, twoSided95),
    ...scoreTest(pair),
    correlation,
    delong: plainDelong(clustered ? pairOf(yTrue, scoreA, scoreB) : pair),
    seA: Math.sqrt(a.variance),
    seB: Math.sqrt(b.variance),
    se: Math.sqrt(variance),
    method: clustered ? 'score limits, clustered by patient (Obuchowski 1997)' : 'score limits (DeLong variance)',
    ...reasonOf(pair, clustered ? 'patients' : 'cases', sameOrder(a, b)),
  }
}

/**
 * One-sided limits, each missed with its own probability; the verdict needs them at different levels.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param scoreA scores of classifier a, larger means more likely diseased
 * @param scoreB scores of classifier b for the same cases
 * @param options `lowTail` and `highTail`: probability with which the lower and the upper limit is missed; `patients`
 *   as in `delongTest`
 * @returns limits of AUC a minus AUC b
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function differenceLimits(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  { patients, ...tails }: { patients?: readonly string[] } & Tails,
): { low: number; high: number } {
  return scoreLimits(pairOf(yTrue, scoreA, scoreB, patients), tails)
}

/**
 * Cases (as many diseased among them as here) with which the verdict is sure to be other than "unclear" (`casesToNarrow`).
 * null where there is nothing to go by: one class, or a single case of one.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param scoreA scores of the chosen classifier
 * @param scoreB scores of the comparator for the same cases
 * @param options the levels and the smallest gain that the verdict works with, and `patients` as in `delongTest`
 * @returns a number of cases, or null
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function casesToDecide(
  yTrue: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  scoreB: ArrayLike<number>,
  { patients, ...levels }: { patients?: readonly string[] } & DecisionLevels,
): number | null {
  return casesToNarrow(pairOf(yTrue, scoreA, scoreB, patients), yTrue.length, levels)
}

function sameOrder(a: AucEstimate, b: AucEstimate): boolean {
  const equal = (x: Float64Array, y: Float64Array) => x.every((value, i) => value === y[i])
  return equal(a.placements.positive, b.placements.positive) && equal(a.placements.negative, b.placements.negative)
}

function plainDelong({ estimates, a, b, variance }: Pair): { z: number; p: number } {
  if (!Number.isNaN(a - b) && sameOrder(...estimates)) return { z: 0, p: 1 }
  const z = (a - b) / Math.sqrt(variance)
  return Number.isFinite(z) ? { z, p: twoSided(z) } : { z: Number.NaN, p: Number.NaN }
}

/**
 * Two AUCs on different cases, independent within and between: DeLong's variances and Welch's degrees of freedom over all
 * cases, as pROC's unpaired test has them.
 *
 * @param yTrueA labels of the first cases: 1 diseased, 0 healthy
 * @param scoreA scores of the first cases
 * @param yTrueB labels of the second cases
 * @param scoreB scores of the second cases
 * @returns the difference of the AUCs, t, its degrees of freedom and the two-sided p; NaN with `reason` where a class
 *   is missing
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 * @source DeLong, DeLong, Clarke-Pearson, Biometrics 1988, 44:837; pROC (Welch degrees of freedom)
 */
export function unpairedDelongTest(
  yTrueA: ArrayLike<number>,
  scoreA: ArrayLike<number>,
  yTrueB: ArrayLike<number>,
  scoreB: ArrayLike<number>,
): { difference: number; t: number; degreesOfFreedom: number; p: number; reason?: Reason } {
  const a = aucEstimate(yTrueA, scoreA)
  const b = aucEstimate(yTrueB, scoreB)
  const difference = a.value - b.value
  const variance = a.variance + b.variance
  if (!(variance > 0)) {
    const oneClass = Number.isNaN(difference)
    const few = Number.isNaN(variance)
    const reason = oneClass ? 'one-class' : few ? 'too-few-cases-of-a-class' : 'scores-without-variance'
    const nan = Number.NaN
    return { difference, t: nan, degreesOfFreedom: nan, p: nan, reason }
  }
  const t = difference / Math.sqrt(variance)
  const degreesOfFreedom =
    variance ** 2 / (a.variance ** 2 / (yTrueA.length - 1) + b.variance ** 2 / (yTrueB.length - 1))
  return { difference, t, degreesOfFreedom, p: twoSidedT(t, degreesOfFreedom) }
}
