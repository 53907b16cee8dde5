/** How far probabilities are from what happened. */
import { requireCases } from './cases.js'

/** Brier score (1950): mean squared difference of probability and outcome, 0..1, smaller is better; NaN without cases. */
export function brier(yTrue: ArrayLike<number>, yScore: ArrayLike<number>): number {
  requireCases(yTrue, yScore)
  let sum = 0
  for (let i = 0; i < yTrue.length; i++) sum += (yScore[i] - yTrue[i]) ** 2
  return sum / yTrue.length
}
