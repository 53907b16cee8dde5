/** DenseNet-121, or its last block, as safetensors: arrays under their places in the tree. */
import { UserError } from '../../base/errors.js'
import type { NDArray } from '../../base/ndarray.js'
import { decodeSafetensors, encodeSafetensors } from '../../nn/safetensors.js'
import { flatten, type Tree, unflatten } from '../../tensor/tree.js'
import { type DenseNet, type DenseNetTop, densenetSpecs } from './densenet121.js'

export function encodeDensenet(net: DenseNet | DenseNetTop): Uint8Array {
  return encodeSafetensors(Object.fromEntries(flatten(net).map(({ path, leaf }) => [path, leaf])))
}

export function decodeDensenet(bytes: Uint8Array, source: string): DenseNet {
  const { arrays } = decodeSafetensors(bytes, source)
  return filled(densenetSpecs(arrays['conv0/weight']?.shape[2] ?? 3), arrays, source)
}

export function decodeDensenetTop(bytes: Uint8Array, source: string): DenseNetTop {
  const { denseblock4, norm5 } = densenetSpecs(3)
  return filled({ denseblock4, norm5 }, decodeSafetensors(bytes, source).arrays, source)
}

function filled<T>(specs: unknown, arrays: Readonly<Record<string, NDArray>>, source: string): T {
  const leaves = flatten(specs as Tree<NDArray>).map(({ path, leaf: { shape } }) => {
    const array = arrays[path]
    if (array?.dtype === 'float32' && array.shape.join() === shape.join()) return array
    throw new UserError(`${source} lacks '${path}' of a DenseNet-121; add the backbone again`)
  })
  return unflatten(specs, leaves) as T
}
