/**
 * DenseNet-121 in the tensor language: a stem, four blocks whose layers each see everything before them in the block,
 * transitions that halve channels and sides, a last normalisation, ReLU and the mean over the image: 1024 features.
 * CheXNet is this network. Source: Huang et al., "Densely connected convolutional networks", CVPR 2017; names, padding
 * and order as in torchvision's `densenet121`. Batch normalisation uses its running statistics throughout.
 */
import type { NDArray } from '../../base/ndarray.js'
import { extents } from '../../base/ndarray.js'
import { knownValue } from '../../base/own-value.js'
import { type BatchNormParams, type BatchNormState, batchNormApply } from '../../nn/batch-norm.js'
import { type ConvParams, convApply } from '../../nn/conv.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { emitOnnx } from '../../tensor/onnx/emit.js'
import { averagePool2d, concat, constant, maxPool2d, relu, reshape } from '../../tensor/ops.js'
import { simplify } from '../../tensor/simplify.js'
import { type Tensor, traceProgram } from '../../tensor/trace.js'
import { mapTree } from '../../tensor/tree.js'

/** Channels that every layer adds. */
const growth = 32
/** Channels between the two convolutions of a layer. */
const bottleneck = 4 * growth
/** Features of an image. */
export const densenetFeatures = 1024
/** Channels of what the last block takes. */
export const densenetTopChannels = 512

/** A batch normalisation with its running statistics, each [channels]. */
export type Norm<A = NDArray> = BatchNormParams<A> & BatchNormState<A>

export interface DenseLayer<A = NDArray> {
  readonly norm1: Norm<A>
  /** [1, 1, channels so far, 128] */
  readonly conv1: ConvParams<A>
  readonly norm2: Norm<A>
  /** [3, 3, 128, 32] */
  readonly conv2: ConvParams<A>
}

export interface Transition<A = NDArray> {
  readonly norm: Norm<A>
  /** [1, 1, channels, channels / 2] */
  readonly conv: ConvParams<A>
}

/** Layers `denselayer1`, `denselayer2` and so on. */
export type DenseBlock<A = NDArray> = Readonly<Record<string, DenseLayer<A>>>

/** From the image to the input of the last block. */
export interface DenseNetTrunk<A = NDArray> {
  /** [7, 7, image channels, 64] */
  readonly conv0: ConvParams<A>
  readonly norm0: Norm<A>
  readonly denseblock1: DenseBlock<A>
  readonly transition1: Transition<A>
  readonly denseblock2: DenseBlock<A>
  readonly transition2: Transition<A>
  readonly denseblock3: DenseBlock<A>
  readonly transition3: Transition<A>
}

/** The last block with what follows it. */
export interface DenseNetTop<A = NDArray> {
  readonly denseblock4: DenseBlock<A>
  readonly norm5: Norm<A>
}

export type DenseNet<A = NDArray> = DenseNetTrunk<A> & DenseNetTop<A>

/** The network's arrays for images of so many channels, by shape. */
export function densenetSpecs(imageChannels: number): DenseNet<ArraySpec> {
  const spec = (...shape: number[]): ArraySpec => ({ shape, dtype: 'float32' })
  const norm = (channels: number): Norm<ArraySpec> => {
    const each = spec(channels)
    return { scale: each, shift: each, mean: each, variance: each }
  }
  const block = (channels: number, layers: number): DenseBlock<ArraySpec> =>
    Object.fromEntries(
      Array.from({ length: layers }, (_, i) => {
        const before = channels + i * growth
        const layer: DenseLayer<ArraySpec> = {
          norm1: norm(before),
          conv1: { weight: spec(1, 1, before, bottleneck) },
          norm2: norm(bottleneck),
          conv2: { weight: spec(3, 3, bottleneck, growth) },
        }
        return [`denselayer${i + 1}`, layer]
      }),
    )
  const halved = (channels: number): Transition<ArraySpec> => ({
    norm: norm(channels),
    conv: { weight: spec(1, 1, channels, channels / 2) },
  })
  return {
    conv0: { weight: spec(7, 7, imageChannels, 64) },
    norm0: norm(64),
    denseblock1: block(64, 6),
    transition1: halved(256),
    denseblock2: block(128, 12),
    transition2: halved(512),
    denseblock3: block(256, 24),
    transition3: halved(1024),
    denseblock4: block(densenetTopChannels, 16),
    norm5: norm(densenetFeatures),
  }
}

/** Images [N, H, W, channels] -> [N, H / 16 / 2, W / 16 / 2, 512] (each halving rounds down): the input of the last block. */
export function densenetTrunk(net: DenseNetTrunk<Tensor>, images: Tensor): Tensor {
  const stem = normRelu(net.norm0, convApply(net.conv0, images, { stride: 2 }))
  const pooled = maxPool2d(stem, { window: [3, 3], strides: [2, 2], padding: { low: [1, 1], high: [1, 1] } })
  const first = transition(net.transition1, denseBlock(net.denseblock1, pooled))
  const second = transition(net.transition2, denseBlock(net.denseblock2, first))
  return transition(net.transition3, denseBlock(net.denseblock3, second))
}

/** [N, h, w, 512] -> features [N, 1024] */
export function densenetTop(net: DenseNetTop<Tensor>, x: Tensor): Tensor {
  const last = normRelu(net.norm5, denseBlock(net.denseblock4, x))
  const [, height, width, channels] = extents(last, 4)
  return reshape(averagePool2d(last, { window: [height, width], strides: [1, 1] }), [-1, channels])
}

/** Images [N, H, W, channels] -> features [N, 1024] */
function densenetApply(net: DenseNet<Tensor>, images: Tensor): Tensor {
  return densenetTop(net, densenetTrunk(net, images))
}

function denseBlock(block: DenseBlock<Tensor>, x: Tensor): Tensor {
  const layers = Object.keys(block).length
  let all = x
  for (let i = 1; i <= layers; i++) {
    const { norm1, conv1, norm2, conv2 } = knownValue(block, `denselayer${i}`)
    const narrow = convApply(conv1, normRelu(norm1, all), { stride: 1 })
    all = concat([all, convApply(conv2, normRelu(norm2, narrow), { stride: 1 })], -1)
  }
  return all
}

function transition({ norm, conv }: Transition<Tensor>, x: Tensor): Tensor {
  return averagePool2d(convApply(conv, normRelu(norm, x), { stride: 1 }), { window: [2, 2], strides: [2, 2] })
}

function normRelu(norm: Norm<Tensor>, x: Tensor): Tensor {
  return relu(batchNormApply(norm, norm, x, { training: false }).output)
}

export const densenetInput = 'images'
export const densenetOutput = 'features'

/**
 * The network as an ONNX model, images [N, H, W, channels] of any size from 32 x 32 in, features [N, 1024] out.
 * Nothing in it depends on the size that it is traced with.
 */
export function emitDensenet(net: DenseNet, metadata: Readonly<Record<string, string>>, side = 64): Uint8Array {
  const [, , channels] = extents(net.conv0.weight, 4)
  const { graph } = traceProgram(
    (images: Tensor) => densenetApply(mapTree((array: NDArray) => constant(array), net) as DenseNet<Tensor>, images),
    { shape: [2, side, side, channels], dtype: 'float32' },
  )
  return emitOnnx(simplify(graph), {
    inputNames: [densenetInput],
    outputNames: [densenetOutput],
    dynamicBatch: true,
    openImageSize: true,
    metadata,
  })
}
