/**
 * The one door to every AUC: Mann and Whitney's statistic as a whole number, divided once. Scores that rank cases alike give
 * the very same double, so that a tie between two of them is a tie.
 */

/** Ranks from 1, tied values sharing the mean of theirs. */
export function midranks(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort()
  const ranks = new Float64Array(sorted.length)
  for (let i = 0; i < ranks.length; i++)
    ranks[i] = (countBelow(sorted, values[i], false) + 1 + countBelow(sorted, values[i], true)) / 2
  return ranks
}

/** How many of ascending values are smaller than one, or no larger. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (orEqual ? sorted[middle] <= value : sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Twice the number of (diseased, healthy) pairs that scores put in order, a tie counting one half, of so many pairs.
 * A whole number, exact while there are fewer than 2^51 pairs.
 */
export interface RankStatistic {
  readonly twiceOrdered: number
  readonly positives: number
  readonly negatives: number
}

/** @param yTrue 1 diseased, 0 healthy */
export function rankStatistic(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  ranks: Float64Array = midranks(yScore),
): RankStatistic {
  let positives = 0
  let twiceRanks = 0
  for (let i = 0; i < yTrue.length; i++) {
    if (yTrue[i] === 1) {
      positives++
      twiceRanks += 2 * ranks[i]
    }
  }
  return {
    twiceOrdered: twiceRanks - positives * (positives + 1),
    positives,
    negatives: yTrue.length - positives,
  }
}

/** The share of pairs in order, 0..1; NaN where one class only is present. */
export function areaOf({ twiceOrdered, positives, negatives }: RankStatistic): number {
  return positives === 0 || negatives === 0 ? Number.NaN : twiceOrdered / (2 * positives * negatives)
}
