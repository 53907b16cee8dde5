/**
 * The paper's stop rule, as METHOD pins it down: train one multiple after the other; once more than w values exist look at
 * the last w + 1 of them; stop when the oldest is the maximum, and return it. It equals patience w on the running best.
 * A tie (`tie.ts`) keeps the smaller K. In the paper K = 1, 2, 3, ...: with w = 12 a best at 14 stops at 26, the earliest stop
 * is K = 13. Over other multiples the window counts them, not the distance between them.
 *
 * A pure function of the scores so far: it answers "score K next" or "stop", whatever order scores arrived in.
 */
import { UserError } from '../base/errors.js'
import { isBetter } from './tie.js'

export interface SlidingWindowPolicy {
  /** Multiples without a new best before the search stops. */
  readonly windowSize: number
  /**
   * The multiples K that may be tried, strictly ascending. Where the last is reached without a stop the search has not
   * converged and the best so far is returned.
   */
  readonly multiples: readonly number[]
}

export type SlidingWindowState =
  | { readonly state: 'continue'; readonly next: number }
  | { readonly state: 'stopped'; readonly kOptimal: number; readonly stoppedAt: number; readonly converged: boolean }

/**
 * What to do next: score another K, or stop.
 *
 * @param scores score by K, as far as scored
 * @param policy `windowSize`: multiples without a new best before the search stops (12 in the paper); `multiples`: those that
 *   may be tried, strictly ascending
 * @returns `continue` with the next K, or `stopped` with the chosen one
 * @throws `UserError` for a window or multiples that can't be, and for a score that is not a number
 * @source Kong et al., Scientific Reports 2022
 */
export function slidingWindow(
  scores: ReadonlyMap<number, number>,
  { windowSize, multiples }: SlidingWindowPolicy,
): SlidingWindowState {
  if (!Number.isInteger(windowSize) || windowSize < 1)
    throw new UserError(`a window of ${windowSize} is none; give a whole number of at least 1`)
  if (multiples.length === 0) throw new UserError('there is no multiple K to try; give at least one')
  const descent = multiples.findIndex((k, i) => i > 0 && !(k > multiples[i - 1]))
  if (descent > 0)
    throw new UserError(
      `K = ${multiples[descent]} stands after K = ${multiples[descent - 1]}; give each multiple once, the smaller first`,
    )
  let best = 0
  for (const [at, k] of multiples.entries()) {
    const score = scores.get(k)
    if (score === undefined) return { state: 'continue', next: k }
    if (Number.isNaN(score))
      throw new UserError(`the score of K = ${k} is not a number; leave it out or score it again`)
    if (isBetter(score, scores.get(multiples[best]) as number)) best = at
    if (at - best >= windowSize) return { state: 'stopped', kOptimal: multiples[best], stoppedAt: k, converged: true }
  }
  return { state: 'stopped', kOptimal: multiples[best], stoppedAt: multiples[multiples.length - 1], converged: false }
}
