import { isBetter } from './tie.js'

/**
 * The one-standard-error rule (Breiman et al. 1984): the smallest K whose score lies within one standard error of the
 * best one's. The error is that of the difference of the two, over cases and repeats (STATISTICS 2), not the spread
 * over repeats alone, which vanishes as repeats grow.
 *
 * @param ks the K that were scored, ascending
 * @param means score of each
 * @param error standard error of the difference of the scores at two positions
 * @returns the chosen K
 * @source Breiman et al., "Classification and regression trees", 1984, section 3.4.3
 */
export function oneStandardError(
  ks: readonly number[],
  means: ArrayLike<number>,
  error: (a: number, b: number) => number,
): number {
  let best = 0
  for (let i = 1; i < ks.length; i++) if (isBetter(means[i], means[best])) best = i
  for (let i = 0; i < best; i++) if (means[best] - means[i] <= error(best, i)) return ks[i]
  return ks[best]
}
