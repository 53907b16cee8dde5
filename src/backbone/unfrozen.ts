/**
 * A DenseNet-121 cut before its last block: the trunk as a backbone whose features are what the block takes, and the block
 * itself, to be trained and to be put behind the trunk again.
 */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { type NDArray, ndarray, zeros } from '../base/ndarray.js'
import { openSession } from '../runtime/session.js'
import { composeOnnx } from '../tensor/onnx/compose.js'
import { emitOnnx } from '../tensor/onnx/emit.js'
import { concat, constant, reshape } from '../tensor/ops.js'
import { simplify } from '../tensor/simplify.js'
import { type Tensor, traceProgram } from '../tensor/trace.js'
import { mapTree } from '../tensor/tree.js'
import { type Backbone, type BackboneOptions, openModel } from './backbone.js'
import type { BackboneContract } from './contract.js'
import { findContract } from './find-contract.js'
import { decodeDensenet } from './networks/densenet-file.js'
import {
  type DenseNet,
  type DenseNetTop,
  type DenseNetTrunk,
  densenetFeatures,
  densenetInput,
  densenetTop,
  densenetTrunk,
} from './networks/densenet121.js'
import { storedBackbone, storedWeights } from './store.js'

export interface CutNetwork {
  /** Its features are [N, h * w * 512]. */
  readonly trunk: Backbone
  /** Of the whole network. */
  readonly contract: BackboneContract
  readonly block: DenseNetTop
  /** h and w. */
  readonly size: readonly [number, number]
}

/** Channels of what the last block takes. */
const cutChannels = 512
const cutOutput = 'cut'
/** Images in one call of the block. */
const batch = 64

/** Opens an added DenseNet-121 as trunk and block. Throws a `UserError` where the backbone is none. */
export async function openCut(name: string, options: BackboneOptions): Promise<CutNetwork> {
  const weights = storedWeights(name)
  const model = storedBackbone(name)
  if (!weights || !model) {
    throw new UserError(
      `backbone.unfreeze block4 needs the weights of a DenseNet-121 that was added (kopt backbone add chexnet --from FILE); ` +
        `${name} has none: add one, or set backbone.unfreeze=none`,
    )
  }
  const net = decodeDensenet(readBytes(weights), weights)
  const modelBytes = readBytes(model)
  const contract = findContract(modelBytes, model)
  const inputSize = options.inputSize ?? contract.inputSize
  const { onnx, size } = emitTrunk(net, inputSize)
  const trunk = await openModel(onnx, { ...contract, outputName: cutOutput }, name, options)
  const { denseblock4, norm5 } = net
  const described = {
    ...trunk.contract,
    outputName: contract.outputName,
    features: densenetFeatures,
    hash: hashBytes(modelBytes),
  }
  return { trunk, contract: described, block: { denseblock4, norm5 }, size }
}

function emitTrunk(net: DenseNet, [height, width]: readonly [number, number]) {
  const channels = net.conv0.weight.shape[2]
  let size: [number, number] = [0, 0]
  const { graph } = traceProgram(
    (images: Tensor) => {
      const cut = densenetTrunk(asConstants(net) as DenseNetTrunk<Tensor>, images)
      size = [cut.shape[1], cut.shape[2]]
      return reshape(cut, [-1, size[0] * size[1] * cutChannels])
    },
    { shape: [2, height, width, channels], dtype: 'float32' },
  )
  const names = { inputNames: [densenetInput], outputNames: [cutOutput] }
  return { onnx: emitOnnx(simplify(graph), { ...names, dynamicBatch: true }), size }
}

function asConstants(net: unknown): unknown {
  return mapTree((array: NDArray) => constant(array), net)
}

/** Blocks side by side: [N, h * w * 512] -> their features, one behind the other, [N, blocks * 1024]. */
function emitBlocks(blocks: readonly DenseNetTop[], [height, width]: readonly [number, number]): Uint8Array {
  const { graph } = traceProgram(
    (cut: Tensor) => {
      const x = reshape(cut, [-1, height, width, cutChannels])
      return concat(
        blocks.map((block) => densenetTop(asConstants(block) as DenseNetTop<Tensor>, x)),
        1,
      )
    },
    { shape: [2, height * width * cutChannels], dtype: 'float32' },
  )
  return emitOnnx(simplify(graph), { inputNames: ['block_input'], outputNames: ['block_features'], dynamicBatch: true })
}

/** Features [N, 1024] of cut rows [N, h * w * 512], in batches of one size, so that a row's features do not depend on the other rows. */
export async function blockFeatures(
  block: DenseNetTop,
  cut: NDArray<'float32'>,
  size: readonly [number, number],
  threads: number,
): Promise<NDArray<'float32'>> {
  const session = await openSession(emitBlocks([block], size), { threads, name: 'the last block' })
  try {
    const [n, d] = cut.shape
    const out = zeros('float32', [n, densenetFeatures])
    for (let start = 0; start < n; start += batch) {
      const rows = zeros('float32', [batch, d])
      rows.data.set(cut.data.subarray(start * d, Math.min(n, start + batch) * d))
      const { block_features: found } = await session.run({ block_input: rows })
      const count = Math.min(batch, n - start) * densenetFeatures
      out.data.set(found.data.subarray(0, count), start * densenetFeatures)
    }
    return out
  } finally {
    await session.close()
  }
}

/** Features of several blocks, one behind the other: [N, blocks * 1024]. */
export async function joinedFeatures(
  blocks: readonly DenseNetTop[],
  cut: NDArray<'float32'>,
  size: readonly [number, number],
  threads: number,
): Promise<NDArray<'float32'>> {
  const parts: NDArray<'float32'>[] = []
  for (const block of blocks) parts.push(await blockFeatures(block, cut, size, threads))
  const n = cut.shape[0]
  const width = blocks.length * densenetFeatures
  const data = new Float32Array(n * width)
  parts.forEach((part, at) => {
    for (let i = 0; i < n; i++) {
      data.set(part.data.subarray(i * densenetFeatures, (i + 1) * densenetFeatures), i * width + at * densenetFeatures)
    }
  })
  return ndarray('float32', [n, width], data)
}

/** The trunk with trained blocks behind it, as a backbone for export. */
export function withBlocks(trunk: Backbone, blocks: readonly DenseNetTop[], size: readonly [number, number]) {
  const onnx = composeOnnx(trunk.onnx, emitBlocks(blocks, size), { block_input: cutOutput })
  return {
    onnx,
    contract: { ...trunk.contract, outputName: 'block_features', features: blocks.length * densenetFeatures },
  }
}
