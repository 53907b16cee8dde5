/** DenseNet-121 as safetensors. */
import type { NDArray } from '../../base/ndarray.js'
import { decodeWeights, type SpecsOf } from '../weights-file.js'
import { type DenseNet, densenetSpecs } from './densenet121.js'

export function decodeDensenet(bytes: Uint8Array, source: string): DenseNet {
  const specs = (arrays: Readonly<Record<string, NDArray>>) => densenetSpecs(arrays['conv0/weight']?.shape[2] ?? 3)
  return decodeWeights(bytes, source, 'a DenseNet-121', specs as unknown as SpecsOf) as unknown as DenseNet
}
