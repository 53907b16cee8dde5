/** Weights of a network, or of a part of it, as safetensors: arrays under their places in the tree. */
import { UserError } from '../base/errors.js'
import type { NDArray } from '../base/ndarray.js'
import { decodeSafetensors, encodeSafetensors } from '../nn/safetensors.js'
import type { ArraySpec } from '../tensor/infer.js'
import { flatten, type Tree, unflatten } from '../tensor/tree.js'
import type { TopWeights, TrainableTop } from './trainable-top.js'

export function encodeWeights(weights: Tree<NDArray>): Uint8Array {
  return encodeSafetensors(Object.fromEntries(flatten(weights).map(({ path, leaf }) => [path, leaf])))
}

/** The form of weights, given the arrays of their file. */
export type SpecsOf = (arrays: Readonly<Record<string, NDArray>>) => Tree<ArraySpec>

/**
 * Weights of the form of the specs that `specsOf` gives for the file's arrays. Throws a `UserError` that names the first array
 * that is missing or of another shape; `of` says what they are the weights of.
 */
export function decodeWeights(bytes: Uint8Array, source: string, of: string, specsOf: SpecsOf): Tree<NDArray> {
  const { arrays } = decodeSafetensors(bytes, source)
  const specs = specsOf(arrays)
  const leaves = flatten(specs).map(({ path, leaf: { shape } }) => {
    const array = arrays[path]
    if (array?.dtype === 'float32' && array.shape.join() === shape.join()) return array
    throw new UserError(`${source} lacks '${path}' of ${of}; add the backbone again`)
  })
  return unflatten(specs, leaves) as Tree<NDArray>
}

/** Weights of a top. */
export function decodeTop({ id, specs }: TrainableTop, bytes: Uint8Array, source: string): TopWeights {
  return decodeWeights(bytes, source, id, () => specs)
}
