/**
 * The discriminator: image to source (real?) and class, as logits. Source: Kong et al. 2022, Fig. 5. Four convolutions
 * 3 x 3 with stride 2, each with batch normalisation and leaky ReLU, dropout behind the first three; flattened into
 * one dense layer for the source and one for the class.
 */
import { elementAt } from '../../base/element-at.js'
import { extents, type NDArray, rowCount, sizeOf } from '../../base/ndarray.js'
import {
  type BatchNormParams,
  type BatchNormState,
  batchNormApply,
  batchNormInit,
  batchNormState,
} from '../../nn/batch-norm.js'
import { type ConvParams, convApply, convInit } from '../../nn/conv.js'
import { dropoutFactors, dropoutWords } from '../../nn/dropout.js'
import type { WeightSpec } from '../../nn/init.js'
import { type LinearParams, linearApply, linearInit } from '../../nn/linear.js'
import { leakySlope, mul, reshape, transpose } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { type AcganOptions, channelWidths } from './options.js'

export interface DiscriminatorParams<A = NDArray> {
  readonly blocks: readonly { readonly conv: ConvParams<A>; readonly norm: BatchNormParams<A> }[]
  readonly source: LinearParams<A>
  readonly class: LinearParams<A>
}

/** Running statistics of the four batch normalisations. */
export type DiscriminatorNorms<A = NDArray> = readonly BatchNormState<A>[]

/** Height, width and channels behind each convolution. */
function mapSizes(options: AcganOptions): [number, number, number][] {
  let [height, width] = options.imageSize
  return channelWidths(options).discriminator.map((channels) => {
    height = Math.ceil(height / 2)
    width = Math.ceil(width / 2)
    return [height, width, channels]
  })
}

export function discriminatorInit(options: AcganOptions): DiscriminatorParams<WeightSpec> {
  const { initDeviation: deviation } = options
  const sizes = mapSizes(options)
  const inputs = sizeOf(sizes.at(-1) ?? [])
  let channels: number = options.channels
  return {
    blocks: sizes.map(([, , outputs]) => {
      const conv = convInit({ kernel: 3, inputs: channels, outputs, deviation })
      channels = outputs
      return { conv, norm: batchNormInit(outputs) }
    }),
    source: linearInit({ inputs, outputs: 1, deviation }),
    class: linearInit({ inputs, outputs: options.classes.length, deviation }),
  }
}

export function discriminatorNorms(options: AcganOptions): DiscriminatorNorms<WeightSpec> {
  return channelWidths(options).discriminator.map(batchNormState)
}

/** Random words that the dropouts of one pass take, one number for each; none where nothing is dropped. */
export function dropoutSizes(options: AcganOptions): number[] {
  if (options.dropout === 0) return []
  return mapSizes(options)
    .slice(0, -1)
    .map((size) => dropoutWords(options.batchSize * sizeOf(size), options.dropout))
}

/**
 * One pass in training: images [N, H, W, channels] in [-1, 1] and random words as `dropoutSizes` has them
 * -> source logits [N] (above 0: real) and class logits [N, classes], with the running statistics moved.
 */
export function discriminatorApply(
  params: DiscriminatorParams<Tensor>,
  norms: DiscriminatorNorms<Tensor>,
  images: Tensor,
  words: readonly Tensor[],
  options: AcganOptions,
): { source: Tensor; class: Tensor; norms: DiscriminatorNorms<Tensor> } {
  const moved: BatchNormState<Tensor>[] = []
  let x = images
  for (const [i, block] of params.blocks.entries()) {
    const { output, state } = batchNormApply(block.norm, elementAt(norms, i), convApply(block.conv, x, { stride: 2 }), {
      training: true,
    })
    moved.push(state)
    // Leaky ReLU and dropout as one product, forwards and backwards.
    const slope = leakySlope(output, options.leakySlope)
    const random = words[i]
    x = mul(output, random === undefined ? slope : mul(slope, dropped(output, random, options.dropout)))
  }
  const count = rowCount(x)
  const flat = reshape(x, [count, -1])
  return {
    source: reshape(linearApply(params.source, flat), [count]),
    class: linearApply(params.class, flat),
    norms: moved,
  }
}

/** Factors for [N, H, W, C] whose words come in the order [C, H, W, N], in which the processor holds images. */
function dropped(maps: Tensor, words: Tensor, rate: number): Tensor {
  const [count, height, width, channels] = extents(maps, 4)
  const shape = [channels, height, width, count]
  return transpose(dropoutFactors({ shape, dtype: maps.dtype }, words, rate), [3, 1, 2, 0])
}
