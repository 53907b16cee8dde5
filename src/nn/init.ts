/** Initial weights: normal numbers as DCGAN draws them (Radford et al. 2016, section 3), zeros and ones. */
import { fromNumbers, type NDArray, ndarray, type Shape, sizeOf } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'

/** Normal numbers around 0. */
export function normalInit(rng: Rng, shape: Shape, deviation: number): NDArray<'float32'> {
  const values = rng.normals(sizeOf(shape))
  for (let i = 0; i < values.length; i++) values[i] *= deviation
  return ndarray('float32', shape, values)
}

/** One number everywhere. */
export function constantInit(shape: Shape, value: number): NDArray<'float32'> {
  return fromNumbers('float32', shape, new Float32Array(sizeOf(shape)).fill(value))
}
