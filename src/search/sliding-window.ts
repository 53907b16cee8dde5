/**
 * The paper's stop rule, as METHOD pins it down: train K = 1, 2, 3, ...; once more than w values exist look at the last
 * w + 1 of them; stop when the oldest is the maximum, and return it. It equals patience w on the running best.
 * A tie (`tie.ts`) keeps the smaller K. With w = 12 a best at 14 stops at 26; the earliest stop is K = w + 1.
 *
 * A pure function of the scores so far: it answers "score K next" or "stop", whatever order scores arrived in.
 */
import { UserError } from '../base/errors.js'
import { isBetter } from './tie.js'

export interface SlidingWindowPolicy {
  readonly windowSize: number
  readonly firstK: number
  /** Largest K; where it is reached without a stop the search has not converged and the best so far is returned. */
  readonly kMax: number
}

export type SlidingWindowState =
  | { readonly state: 'continue'; readonly next: number }
  | { readonly state: 'stopped'; readonly kOptimal: number; readonly stoppedAt: number; readonly converged: boolean }

/**
 * What to do next: score another K, or stop.
 *
 * @param scores score by K, as far as scored
 * @param policy `windowSize`: K without a new best before the search stops (12 in the paper); `firstK` and `kMax`:
 *   first and largest K
 * @returns `continue` with the next K, or `stopped` with the chosen one
 * @throws `UserError` for a window or a range that can't be, and for a score that is not a number
 * @source Kong et al., Scientific Reports 2022
 */
export function slidingWindow(
  scores: ReadonlyMap<number, number>,
  { windowSize, firstK, kMax }: SlidingWindowPolicy,
): SlidingWindowState {
  if (!Number.isInteger(windowSize) || windowSize < 1)
    throw new UserError(`a window of ${windowSize} is none; give a whole number of at least 1`)
  if (!(Number.isInteger(firstK) && Number.isInteger(kMax) && firstK <= kMax))
    throw new UserError(`no K from ${firstK} to ${kMax}; give whole numbers, the smaller first`)
  let best = firstK
  for (let k = firstK; k <= kMax; k++) {
    const score = scores.get(k)
    if (score === undefined) return { state: 'continue', next: k }
    if (Number.isNaN(score))
      throw new UserError(`the score of K = ${k} is not a number; leave it out or score it again`)
    if (isBetter(score, scores.get(best) as number)) best = k
    if (k - best >= windowSize) return { state: 'stopped', kOptimal: best, stoppedAt: k, converged: true }
  }
  return { state: 'stopped', kOptimal: best, stoppedAt: kMax, converged: false }
}
