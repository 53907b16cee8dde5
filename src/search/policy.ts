/** What a search may be told, and the scores it works on. The search knows no metric, no model, no disk. */
import { InternalError } from '../base/errors.js'
import { oneStandardError } from './one-standard-error.js'
import { slidingWindow } from './sliding-window.js'

export interface SearchPolicy {
  /** sliding-window: the paper's; one-standard-error: the smallest K within one error of the best; fixed: `fixedK`. */
  readonly rule: 'sliding-window' | 'one-standard-error' | 'fixed'
  /** Multiples without a new best before the sliding window stops; 12 in the paper. */
  readonly windowSize: number
  readonly fixedK: number | null
}

/** Scores of every K on one set of cases. */
export interface SearchScores {
  /** The multiples that were scored, strictly ascending. */
  readonly ks: readonly number[]
  /** theta[i][r]: score of ks[i] in repeat r. */
  readonly theta: readonly (readonly number[])[]
  /** u[i][p]: influence of patient p on the score of ks[i] (mean over repeats). */
  readonly u: readonly Float64Array[]
}

export interface Stop {
  readonly kOptimal: number
  /** Last K that the rule looked at. */
  readonly stoppedAt: number
  /** Whether the rule stopped by itself before the largest K ended the search. */
  readonly converged: boolean
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/**
 * Applies a rule to mean scores. `error(a, b)`: standard error of the difference of two positions' scores.
 *
 * @param ks the K that were scored, ascending
 * @param means score of each
 * @param policy the rule and its numbers
 * @param error standard error of the difference of the scores at two positions; asked by one-standard-error alone
 * @returns the chosen K, the last one looked at, and whether the rule stopped by itself
 * @throws `InternalError` where scores that the rule needs are missing
 */
export function applyRule(
  ks: readonly number[],
  means: ArrayLike<number>,
  policy: SearchPolicy,
  error: (a: number, b: number) => number,
): Stop {
  const last = ks[ks.length - 1]
  switch (policy.rule) {
    case 'sliding-window': {
      const state = slidingWindow(new Map(ks.map((k, i) => [k, means[i]])), {
        windowSize: policy.windowSize,
        multiples: ks,
      })
      if (state.state === 'continue') throw new InternalError(`the search still wants K = ${state.next}`)
      const { kOptimal, stoppedAt, converged } = state
      return { kOptimal, stoppedAt, converged }
    }
    case 'one-standard-error':
      return { kOptimal: oneStandardError(ks, means, error), stoppedAt: last, converged: true }
    case 'fixed': {
      const k = policy.fixedK as number
      if (!ks.includes(k)) throw new InternalError(`K = ${k} was not scored`)
      return { kOptimal: k, stoppedAt: last, converged: true }
    }
  }
}
