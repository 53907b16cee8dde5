/**
 * How much synthetic data: pure functions of scores and policy.
 *
 * ```ts run
 * import { slidingWindow } from 'kopt/search'
 * const scores = new Map([[1, 0.8], [2, 0.9], [3, 0.85], [4, 0.86]])
 * console.log(slidingWindow(scores, { windowSize: 2, multiples: [1, 2, 3, 4, 5] }))
 * ```
 *
 * ```text
 * { state: 'stopped', kOptimal: 2, stoppedAt: 4, converged: true }
 * ```
 */
export type { EarlierChoice } from './earlier-choice.js'
export { indistinguishable } from './indistinguishable.js'
export { type NullReason, type SearchNull, searchNull, signFlipNull } from './null-distribution.js'
export { oneStandardError } from './one-standard-error.js'
export { applyRule, type SearchPolicy, type SearchScores, type Stop } from './policy.js'
export { differenceError, repeatSpread, scoreError } from './score-error.js'
export { type SlidingWindowPolicy, type SlidingWindowState, slidingWindow } from './sliding-window.js'
