/** What draws new feature vectors in place of films: no image is made, and no backbone asked again. */
import type { NDArray } from '../base/ndarray.js'

/** Feature vectors of the training films of each class [N, D], in the order of the classes; each class has at least one. */
export type ClassFeatures = readonly NDArray<'float32'>[]

export interface FeatureSampler {
  /** Vectors `start` to `start + count - 1` of a class and seed [count, D]; each depends on seed, class and its number alone. */
  draw(what: { classIndex: number; seed: number; start: number; count: number }): NDArray<'float32'>
  /** Classes of a single film whose vectors are that film's again and again. */
  readonly repeated: readonly number[]
}

/** Learns from the training films' features. */
export type OpenFeatureSampler = (classes: ClassFeatures) => FeatureSampler
