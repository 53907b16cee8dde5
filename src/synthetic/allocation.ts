/**
 * How many images of each class a multiple K asks for (paper, "Synthetic data augmentation"; n(K) = 304 K there).
 * K = 1 is the balanced set: every class filled up to the largest. The set for K holds K times the balanced set.
 */
import { elementAt } from '../base/element-at.js'

/** Decimals of K that count: as many as a configuration may give. */
const decimals = 1e4

/**
 * Images of each class in the set for K: K times the size of the largest class, to the nearest whole number, halves up. The
 * same for every class, and no smaller for a larger K.
 */
export function classSize(originals: readonly number[], k: number): number {
  // In whole numbers: 1.005 x 100 is a half, and as doubles less than one.
  return Math.round((Math.round(k * decimals) * Math.max(...originals)) / decimals)
}

/** Those of the multiples for which no class needs more images than it has; none where not even the first can be filled. */
export function multiplesFilled(
  originals: readonly number[],
  available: readonly number[],
  multiples: readonly number[],
): number[] {
  return multiples.filter((k) => additions(originals, k).every((more, c) => more <= elementAt(available, c)))
}

/** Images to add per class, so that each class reaches K times the balanced class size. 152 + 126 at K = 1: 0 and 26. */
export function additions(originals: readonly number[], k: number): number[] {
  const size = classSize(originals, k)
  return originals.map((n) => size - n)
}
