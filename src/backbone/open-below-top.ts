/** A backbone opened for training its top: what lies below the top as a backbone of its own, and the top as it was loaded. */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { ownValue } from '../base/own-value.js'
import { type Backbone, type BackboneOptions, openModel } from './backbone.js'
import type { BackboneContract } from './contract.js'
import { findContract } from './find-contract.js'
import { storedBackbone, storedWeights } from './store.js'
import { trainableNetwork } from './tops.js'
import { cutOutput, type TopInput, type TopWeights, type TrainableTop } from './trainable-top.js'

export interface LoadedTop {
  readonly kind: TrainableTop
  readonly weights: TopWeights
  readonly input: TopInput
}

export interface OpenedBelow {
  /** Its features are what the top takes, [N, height * width * channels]. */
  readonly below: Backbone
  readonly top: LoadedTop
  /** Of the whole network. */
  readonly contract: BackboneContract
}

/**
 * Opens an added backbone below one of its tops. `unfreeze`: the name of the top. Throws a `UserError` where the backbone has none
 * of that name.
 */
export async function openBelowTop(name: string, unfreeze: string, options: BackboneOptions): Promise<OpenedBelow> {
  const file = storedWeights(name)
  const model = storedBackbone(name)
  const { called, tops } = trainableNetwork
  const kind = ownValue(tops, unfreeze)
  if (kind === undefined) {
    throw new UserError(
      `backbone.unfreeze ${unfreeze}: ${called} has no part of that name that can be trained; set one of none, ${Object.keys(tops).join(', ')}`,
    )
  }
  if (!file || !model) {
    throw new UserError(
      `backbone.unfreeze ${unfreeze} needs the weights of ${called} that was added (kopt backbone add chexnet --from FILE); ` +
        `${name} has none: add one, or set backbone.unfreeze=none`,
    )
  }
  const modelBytes = readBytes(model)
  const contract = findContract(modelBytes, model)
  const inputSize = options.inputSize ?? contract.inputSize
  const { onnx, input, weights } = trainableNetwork.cut(readBytes(file), file, unfreeze, inputSize)
  const below = await openModel(onnx, { ...contract, outputName: cutOutput }, name, options)
  return {
    below,
    top: { kind, weights, input },
    contract: {
      ...below.contract,
      outputName: contract.outputName,
      features: kind.features,
      hash: hashBytes(modelBytes),
    },
  }
}
