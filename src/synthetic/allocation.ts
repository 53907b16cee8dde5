/**
 * How many images of each class a multiple K asks for (paper, "Synthetic data augmentation"; n(K) = 304 K there).
 * K = 1 is the balanced set: every class filled up to the largest. The set for K holds K times the balanced set.
 */

/** Images per class in the balanced set: the size of the largest class. */
function balancedClassSize(originals: readonly number[]): number {
  return Math.max(...originals)
}

/** The largest K for which no class needs more images than it has; 0 where not even the balanced set can be filled. */
export function largestMultiple(originals: readonly number[], available: readonly number[]): number {
  const balanced = balancedClassSize(originals)
  return Math.min(...originals.map((n, c) => Math.floor((n + available[c]) / balanced)))
}

/** Images to add per class, so that each class reaches K times the balanced class size. 152 + 126 at K = 1: 0 and 26. */
export function additions(originals: readonly number[], k: number): number[] {
  const target = k * balancedClassSize(originals)
  return originals.map((n) => target - n)
}
