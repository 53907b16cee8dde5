/** Initial weights: normal with a given deviation (Radford et al. 2015 use 0.02), and constants. */
import { type NDArray, ndarray, type Shape, sizeOf, zeros } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'

export type Weights = NDArray<'float32'>

export function normalWeights(rng: Rng, shape: Shape, deviation: number): Weights {
  return ndarray(
    'float32',
    shape,
    rng.normals(sizeOf(shape)).map((z) => z * deviation),
  )
}

export function filled(shape: Shape, value: number): Weights {
  const array = zeros('float32', shape)
  array.data.fill(value)
  return array
}
