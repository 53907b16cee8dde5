/**
 * Weights before they are drawn: shape, centre and deviation of each array. The same tree says what a program takes and
 * how its arrays begin. Normal weights as DCGAN draws them (Radford et al. 2016, section 3).
 */
import { type NDArray, ndarray, type Shape, sizeOf } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import type { ArraySpec } from '../tensor/infer.js'
import { flatten, type MapLeaves, type Tree, unflatten } from '../tensor/tree.js'

/** An array of independent normal numbers, or of one number where the deviation is 0. */
export interface WeightSpec extends ArraySpec {
  readonly dtype: 'float32'
  readonly centre: number
  readonly deviation: number
}

export function normalWeights(shape: Shape, deviation: number): WeightSpec {
  return { shape, dtype: 'float32', centre: 0, deviation }
}

export function equalWeights(shape: Shape, value: number): WeightSpec {
  return { shape, dtype: 'float32', centre: value, deviation: 0 }
}

/** Draws every array of a tree; each from its own generator, named by its path. */
export function drawWeights<P>(rng: Rng, specs: P): MapLeaves<P, NDArray> {
  const arrays = flatten(specs as Tree<WeightSpec>).map(({ path, leaf: { shape, centre, deviation } }): NDArray => {
    const values = deviation === 0 ? new Float32Array(sizeOf(shape)) : rng.split(path).normals(sizeOf(shape))
    return ndarray(
      'float32',
      shape,
      values.map((value) => centre + deviation * value),
    )
  })
  return unflatten(specs, arrays)
}
