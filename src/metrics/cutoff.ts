/**
 * A cutoff chosen on tuning data, and how far the choice could have fallen elsewhere. A case whose score is at or above the
 * cutoff is called positive. A cutoff stands half-way between two neighbouring scores, as pROC puts it.
 *
 * - youden: the largest sensitivity + specificity (Youden 1950); of equals the one with more sensitivity.
 * - sensitivity: the highest cutoff that finds at least the wanted share of the diseased.
 *
 * The figures at a cutoff on the data that chose it are too good; they are for the choice alone.
 */
import { UserError } from '../base/errors.js'
import type { Rng } from '../base/random.js'
import { requireCases } from './cases.js'
import { clusterBootstrap } from './cluster-bootstrap.js'
import type { Reason } from './reason.js'
import { rocCurve } from './roc.js'

export type CutoffRule = { readonly rule: 'youden' } | { readonly rule: 'sensitivity'; readonly wanted: number }

export interface ChosenCutoff {
  /** NaN where one class only is present. */
  readonly value: number
  /** On the cases that chose it. */
  readonly sensitivity: number
  readonly specificity: number
  readonly reason?: Reason
}

/**
 * Chooses a cutoff: half-way between two neighbouring scores, by one of the rules above.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param rule `youden`, or `sensitivity` with the share of the diseased that is `wanted`, above 0 and at most 1
 * @returns the cutoff on the scale of the scores, and sensitivity and specificity on these cases; NaN with `reason`
 *   where a class is missing
 * @throws `UserError` for a wanted sensitivity outside 0..1 (0 excluded), and where a label is neither 0 nor 1, a score is
 *   not a number, or lengths differ
 * @source Youden 1950
 */
export function chooseCutoff(yTrue: ArrayLike<number>, yScore: ArrayLike<number>, rule: CutoffRule): ChosenCutoff {
  if (rule.rule === 'sensitivity' && !(rule.wanted > 0 && rule.wanted <= 1))
    throw new UserError(`a sensitivity of ${rule.wanted} can't be wanted; give a share above 0 and at most 1`)
  const points = rocCurve(yTrue, yScore)
  if (points.length === 0) {
    const nan = Number.NaN
    return { value: nan, sensitivity: nan, specificity: nan, reason: 'one-class' }
  }
  // Sums of thirds and sevenths: equals must stay equal.
  const atLeast = (a: number, b: number) => a >= b - 1e-12
  let chosen = points.length - 1
  if (rule.rule === 'sensitivity') chosen = points.findIndex(({ tpr }) => atLeast(tpr, rule.wanted))
  else {
    const best = points.reduce((most, { tpr, fpr }) => Math.max(most, tpr - fpr), Number.NEGATIVE_INFINITY)
    chosen = points.findLastIndex(({ tpr, fpr }) => atLeast(tpr - fpr, best))
  }
  const { tpr, fpr, cutoff } = points[chosen]
  const below = points[chosen + 1]?.cutoff
  const value = below === undefined ? cutoff : Number.isFinite(cutoff) ? (cutoff + below) / 2 : nextAbove(below)
  const useless = rule.rule === 'youden' && !atLeast(tpr - fpr, 1e-9)
  return {
    value,
    sensitivity: tpr,
    specificity: 1 - fpr,
    ...(useless ? { reason: 'no-telling-cutoff' } : {}),
  }
}

/** The number next above: nothing at or below `score` reaches it. */
function nextAbove(score: number): number {
  return score + Math.max(Math.abs(score), 2 ** -1022) * 2 ** -52
}

/**
 * Limits within which the cutoff falls when the patients that choose it are drawn again (95 %).
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param rule how the cutoff is chosen
 * @param options `patients` of every case, `draws` of the bootstrap (default 999), and `rng`
 * @returns 95 % limits on the scale of the scores
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function cutoffLimits(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  rule: CutoffRule,
  { patients, draws = 999, rng }: { patients?: readonly string[]; draws?: number; rng: Rng },
): { low: number; high: number } {
  requireCases(yTrue, yScore, patients)
  const choose = (positions: readonly number[]) =>
    chooseCutoff(
      positions.map((i) => yTrue[i]),
      positions.map((i) => yScore[i]),
      rule,
    ).value
  const { low, high } = clusterBootstrap(yTrue, choose, { patients, draws, rng })
  return { low, high }
}
