/**
 * When one score is better than another. Equal ranks give equal scores to the bit, but a mean over repeats or classes is a
 * sum of rounded numbers: what lies closer than a billionth is a tie, and a tie keeps the smaller K.
 */
const closest = 1e-9

/** What sums of scores of this size may differ by though they are the same; on scores from 0.5 to 1, about 1e-12. */
export function roundingOf(means: readonly number[]): number {
  return 1e-12 * means.reduce((largest, mean) => Math.max(largest, Math.min(1, Math.abs(mean))), 0)
}

export function isBetter(score: number, best: number): boolean {
  return score - best > closest * Math.max(Math.abs(score), Math.abs(best))
}
