/**
 * Two classifiers' calls on the same cases: does one find more of the diseased, or clear more of the healthy?
 *
 * Test. Independent cases: McNemar's mid-p, which keeps its level where the exact test is too cautious (Fagerland, Lydersen
 * and Laake 2013, BMC Med Res Methodol 13:91); the exact p stands beside it. Patients with several images: Obuchowski 1998
 * (Stat Med 17:1495), `chi2 = (pA - pB)^2 / var`, `var = P/(P-1) sum_p (xA_p - xB_p)^2 / n^2` under equal proportions.
 *
 * Interval. Newcombe's square-and-add (Stat Med 1998, 17:2635, method 10; recommended by Fagerland 2014): the Wilson limits of
 * each, put together with the correlation of the calls; where patients repeat, Wilson limits with n over the design effect
 * and the correlation of the patients' sums.
 */
import { clusteredCovariance, repeatedPatients } from './by-patient.js'
import { requireCases } from './cases.js'
import { twoSided } from './distributions.js'
import { designEffect, wilson } from './proportion.js'
import type { Reason } from './reason.js'

export interface PairedDifference {
  readonly n: number
  /** Share of a's right calls less that of b's; NaN without cases. */
  readonly difference: number
  /** 95 % limits. */
  readonly low: number
  readonly high: number
  /** Cases that a alone, and that b alone, called rightly. */
  readonly onlyA: number
  readonly onlyB: number
  /** Two-sided. */
  readonly p: number
  /** McNemar's exact two-sided p; NaN where patients repeat. */
  readonly exactP: number
  readonly method: string
  readonly reason?: Reason
}

/**
 * Compares two rows of outcomes (1 right, 0 wrong) of the same cases.
 *
 * @param outcomesA 1 where classifier a is right about a case, else 0
 * @param outcomesB the same of classifier b, in the same order
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @param options.level confidence level; default 0.95
 * @returns the difference of the shares with limits and p
 * @throws `UserError` where an outcome is neither 0 nor 1, or lengths differ
 * @source McNemar 1947; Fagerland, Lydersen, Laake 2013; Obuchowski 1998; Newcombe 1998
 */
export function pairedDifference(
  outcomesA: readonly number[],
  outcomesB: readonly number[],
  { patients, level = 0.95 }: { patients?: readonly string[]; level?: number } = {},
): PairedDifference {
  requireCases(outcomesA, outcomesB, patients)
  const n = outcomesA.length
  const repeated = repeatedPatients(patients)
  const method = repeated
    ? 'Obuchowski 1998; Newcombe 1998 method 10 with design effects'
    : 'McNemar mid-p; Newcombe 1998 method 10'
  const onlyA = outcomesA.filter((right, i) => right === 1 && outcomesB[i] === 0).length
  const onlyB = outcomesB.filter((right, i) => right === 1 && outcomesA[i] === 0).length
  const nan = Number.NaN
  if (n === 0) {
    return { n, difference: nan, low: nan, high: nan, onlyA, onlyB, p: nan, exactP: nan, method, reason: 'no-case' }
  }
  const limits = squareAndAdd(outcomesA, outcomesB, repeated, level)
  const common = { n, difference: (onlyA - onlyB) / n, ...limits, onlyA, onlyB, method }
  const exactP = repeated ? nan : exactMcNemar(onlyA, onlyB)
  if (onlyA + onlyB === 0) return { ...common, p: 1, exactP, reason: 'equal-calls' }
  if (!repeated) return { ...common, p: midPMcNemar(onlyA, onlyB), exactP }
  const p = obuchowskiTest(outcomesA, outcomesB, repeated)
  const reason = Number.isNaN(p) ? 'one-patient' : undefined
  return { ...common, p, exactP, ...(reason ? { reason } : {}) }
}

/**
 * Sensitivity and specificity of two scores, each at its own cutoff, on the same cases. `yTrue`: 1 diseased, 0 healthy.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param scoreA scores of classifier a
 * @param scoreB scores of classifier b for the same cases
 * @param options `cutoffA` and `cutoffB`: scores at or above are called positive; `patients` as in `pairedDifference`
 * @returns the differences a - b in sensitivity and in specificity, with 95 % limits and p, as `pairedDifference` has them
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function pairedAccuracy(
  yTrue: readonly number[],
  scoreA: readonly number[],
  scoreB: readonly number[],
  { cutoffA, cutoffB, patients }: { cutoffA: number; cutoffB: number; patients?: readonly string[] },
): { sensitivity: PairedDifference; specificity: PairedDifference } {
  requireCases(yTrue, scoreA, patients)
  requireCases(yTrue, scoreB)
  const among = (label: number, missing: Reason) => {
    const cases = yTrue.flatMap((own, i) => (own === label ? [i] : []))
    const right = (scores: readonly number[], cutoff: number) =>
      cases.map((i) => Number(Number(scores[i] >= cutoff) === label))
    const difference = pairedDifference(right(scoreA, cutoffA), right(scoreB, cutoffB), {
      patients: patients && cases.map((i) => patients[i]),
    })
    return cases.length === 0 ? { ...difference, reason: missing } : difference
  }
  return { sensitivity: among(1, 'no-diseased-case'), specificity: among(0, 'no-healthy-case') }
}

/** Newcombe's method 10: `low = d - sqrt((pA-lA)^2 + (uB-pB)^2 - 2 r (pA-lA)(uB-pB))`, `high` likewise. */
function squareAndAdd(
  outcomesA: readonly number[],
  outcomesB: readonly number[],
  patients: readonly string[] | undefined,
  level: number,
): { low: number; high: number } {
  const one = (outcomes: readonly number[]) => {
    const successes = outcomes.reduce((sum, right) => sum + right, 0)
    const effect = patients ? designEffect(outcomes, patients) : 1
    const value = successes / outcomes.length
    return { value, effect, ...wilson(successes, outcomes.length, { level, designEffect: effect }) }
  }
  const [a, b] = [one(outcomesA), one(outcomesB)]
  const r = correlation(outcomesA, outcomesB, a, b, patients)
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y - 2 * r * x * y))
  const difference = a.value - b.value
  return {
    low: difference - reach(a.value - a.low, b.high - b.value),
    high: difference + reach(a.high - a.value, b.value - b.low),
  }
}

/** Of the calls; above 0 it is drawn towards it by half a case, as Newcombe does, so that equal calls don't seem certain. */
function correlation(
  outcomesA: readonly number[],
  outcomesB: readonly number[],
  a: { value: number; effect: number },
  b: { value: number; effect: number },
  patients: readonly string[] | undefined,
): number {
  const spread = Math.sqrt(a.value * (1 - a.value) * b.value * (1 - b.value))
  if (spread === 0) return 0
  const residualsA = outcomesA.map((right) => right - a.value)
  const residualsB = outcomesB.map((right) => right - b.value)
  const covariance = (x: readonly number[], y: readonly number[]) => clusteredCovariance(x, y, patients)
  const scale = Math.sqrt(covariance(residualsA, residualsA) * covariance(residualsB, residualsB))
  const r = scale > 0 ? covariance(residualsA, residualsB) / scale : 0
  const effective = outcomesA.length / Math.sqrt(a.effect * b.effect)
  return r > 0 ? Math.max(0, r - 1 / (2 * effective * spread)) : Math.max(-1, r)
}

/** Two-sided exact p: twice the smaller tail of Binomial(b + c, 1/2). */
function exactMcNemar(b: number, c: number): number {
  return Math.min(1, 2 * binomialHalf(b + c, Math.min(b, c)).below)
}

/** Twice the smaller tail with half of the observed outcome's own probability; equal counts: 1 less half of it. */
function midPMcNemar(b: number, c: number): number {
  const { below, at } = binomialHalf(b + c, Math.min(b, c))
  return b === c ? 1 - at / 2 : 2 * below - at
}

/** P(X <= k) and P(X = k) for X ~ Binomial(n, 1/2). */
function binomialHalf(n: number, k: number): { below: number; at: number } {
  let logAt = -n * Math.LN2
  let below = Math.exp(logAt)
  for (let i = 1; i <= k; i++) {
    logAt += Math.log((n - i + 1) / i)
    below += Math.exp(logAt)
  }
  return { below, at: Math.exp(logAt) }
}

function obuchowskiTest(
  outcomesA: readonly number[],
  outcomesB: readonly number[],
  patients: readonly string[],
): number {
  const n = outcomesA.length
  const differences = outcomesA.map((right, i) => (right - outcomesB[i]) / n)
  const variance = clusteredCovariance(differences, differences, patients)
  const difference = differences.reduce((sum, value) => sum + value, 0)
  if (Number.isNaN(variance)) return Number.NaN
  // Each patient's gains and losses cancel: no difference, and nothing that varies.
  return variance === 0 ? 1 : twoSided(difference / Math.sqrt(variance))
}
