/**
 * When one score is better than another. Equal ranks give equal scores to the bit, but a mean over repeats or classes is a
 * sum of rounded numbers: what lies closer than a billionth is a tie, and a tie keeps the smaller K.
 */
const closest = 1e-9

export function isBetter(score: number, best: number): boolean {
  return score - best > closest * Math.max(Math.abs(score), Math.abs(best))
}
