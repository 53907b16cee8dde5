/**
 * The films that a plan may look at: those of the training and the tuning set. There is no place here for a test film:
 * of the test sets a plan knows how many films and patients they have, and nothing else.
 */
import { type NDArray, takeRows } from '../../base/ndarray.js'

export interface DevelopmentSet {
  /** Common pixel path, uint8 [N, H, W, C]. */
  readonly pixels: NDArray<'uint8'>
  /** Class of each film, by index and by name. */
  readonly classIndices: readonly number[]
  readonly classes: readonly string[]
  /** Shown names. */
  readonly patients: readonly string[]
}

/** Features of the films, and of one flipped and turned copy of each, row by row. */
export interface DevelopmentFeatures {
  readonly films: NDArray<'float32'>
  readonly copies: NDArray<'float32'>
}

export function subset(set: DevelopmentSet, rows: readonly number[]): DevelopmentSet {
  return {
    ...set,
    pixels: takeRows(set.pixels, rows),
    classIndices: rows.map((row) => set.classIndices[row]),
    patients: rows.map((row) => set.patients[row]),
  }
}
