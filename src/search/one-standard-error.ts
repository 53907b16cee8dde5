import { isBetter } from './tie.js'

/**
 * The one-standard-error rule (Breiman et al. 1984): the smallest K whose score lies within one standard error of the
 * best one's. The error is that of the difference of the two, over cases and repeats (STATISTICS 2), not the spread
 * over repeats alone, which vanishes as repeats grow.
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
