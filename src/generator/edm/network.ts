/**
 * The network of the denoiser, a small U-Net (Ronneberger et al. 2015; Song et al. 2021, appendix H, in its shape): 2 x 2 pixels
 * become one place, the map is halved twice, and on the way back each size sees what it was before. It answers how the film
 * differs from what is expected of a normal one, in units of the deviation around that.
 */
import { elementAt } from '../../base/element-at.js'
import type { NDArray } from '../../base/ndarray.js'
import { extents } from '../../base/ndarray.js'
import { type ConvParams, convApply, convInit } from '../../nn/conv.js'
import { type GroupNormParams, groupNormApply, groupNormInit } from '../../nn/group-norm.js'
import { equalWeights, type WeightSpec } from '../../nn/init.js'
import { type LinearParams, linearApply, linearInit } from '../../nn/linear.js'
import { channelsToPixels, doubled, pixelsToChannels } from '../../nn/patches.js'
import { add, averagePool2d, cast, concat, mul, oneHot, relu, slice } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { channelWidths, type EdmOptions } from './options.js'
import { variantNumbers } from './variants.js'

/** A convolution with a bias. */
interface BiasedConv<A> extends ConvParams<A> {
  /** [outputs] */
  readonly bias: A
}

/** Two convolutions beside a straight way; between them channels are normalised, and scaled and shifted by level, class and variant. */
interface BlockParams<A> {
  readonly first: ConvParams<A>
  readonly norm: GroupNormParams<A>
  /** [conditionSize] -> scales and shifts of each channel. */
  readonly condition: LinearParams<A>
  readonly second: BiasedConv<A>
  /** 1 x 1, where the block changes the number of channels. */
  readonly straight?: ConvParams<A>
}

export interface NetworkParams<A = NDArray> {
  readonly conditions: readonly LinearParams<A>[]
  readonly input: BiasedConv<A>
  /** At a half, a quarter and an eighth of the image's size. */
  readonly down: readonly BlockParams<A>[]
  readonly middle: BlockParams<A>
  /** From an eighth to a half. */
  readonly up: readonly BlockParams<A>[]
  readonly output: BiasedConv<A>
}

const patch = 2
const conditionSize = 128
/** Of channels that are normalised together; every number of channels divides by it. */
const groups = 8
/** Waves that tell the network the noise level: 32 frequencies from 1 to 50, of each sine and cosine. */
export const levelWaves = 64

/** Normal weights whose output is as large as the input (He et al. 2015); `zero`: weights that begin at 0. */
function convolution(kernel: number, inputs: number, outputs: number, zero = false): ConvParams<WeightSpec> {
  if (zero) return { weight: equalWeights([kernel, kernel, inputs, outputs], 0) }
  return convInit({ kernel, inputs, outputs, deviation: Math.sqrt(2 / (kernel * kernel * inputs)) })
}

function biased(weights: ConvParams<WeightSpec>): BiasedConv<WeightSpec> {
  return { ...weights, bias: equalWeights([elementAt(weights.weight.shape, 3)], 0) }
}

function dense(inputs: number, outputs: number, gain: number): LinearParams<WeightSpec> {
  return linearInit({ inputs, outputs, deviation: gain / Math.sqrt(inputs) })
}

function blockInit(inputs: number, outputs: number): BlockParams<WeightSpec> {
  return {
    first: convolution(3, inputs, outputs),
    norm: groupNormInit(outputs),
    condition: dense(conditionSize, 2 * outputs, 1),
    // The block begins as its straight way alone.
    second: biased(convolution(3, outputs, outputs, true)),
    ...(inputs !== outputs && {
      straight: convInit({ kernel: 1, inputs, outputs, deviation: 1 / Math.sqrt(inputs) }),
    }),
  }
}

export function networkInit(options: EdmOptions): NetworkParams<WeightSpec> {
  const { channels, classes } = options
  const [a, b, c] = channelWidths(options)
  const pixels = patch * patch * channels
  return {
    conditions: [
      dense(levelWaves + classes.length + variantNumbers, conditionSize, Math.SQRT2),
      dense(conditionSize, conditionSize, Math.SQRT2),
    ],
    input: biased(convolution(3, 2 * pixels, a)),
    down: [blockInit(a, a), blockInit(a, b), blockInit(b, c)],
    middle: blockInit(c, c),
    up: [blockInit(2 * c, b), blockInit(2 * b, a), blockInit(2 * a, a)],
    output: biased(convolution(3, a, pixels, true)),
  }
}

function convolve({ bias, ...params }: BiasedConv<Tensor>, x: Tensor): Tensor {
  return add(convApply(params, x, { stride: 1 }), bias)
}

function blockApply(
  { first, norm, condition, second, straight }: BlockParams<Tensor>,
  x: Tensor,
  told: Tensor,
): Tensor {
  const inner = convApply(first, relu(x), { stride: 1 })
  const [count, , , channels] = extents(inner, 4)
  const scalesAndShifts = linearApply(condition, told)
  const each = (from: number) => slice(scalesAndShifts, [0, from], [count, from + channels])
  const normal = groupNormApply(norm, inner, groups, { scales: each(0), shifts: each(channels) })
  const passed = straight ? convApply(straight, x, { stride: 1 }) : x
  return mul(add(passed, convolve(second, relu(normal))), Math.SQRT1_2)
}

function halved(x: Tensor): Tensor {
  return averagePool2d(x, { window: [2, 2], strides: [2, 2] })
}

/** What a run of the network is told besides its images. */
export interface Conditions<A = NDArray> {
  /** [N, levelWaves]: `wavesOf` the noise levels. */
  readonly waves: A
  /** int32 [N] */
  readonly labels: A
  /** [N, variantNumbers]; zeros: films as they are. */
  readonly variants: A
}

/** images [N, H, W, 2 x channels], the noisy ones and what is expected of them -> [N, H, W, channels] */
export function networkApply(
  params: NetworkParams<Tensor>,
  images: Tensor,
  { waves, labels, variants }: Conditions<Tensor>,
  { classes }: Pick<EdmOptions, 'classes'>,
): Tensor {
  const known = concat([waves, cast(oneHot(labels, classes.length), waves.dtype), variants], 1)
  const told = params.conditions.reduce((x, layer) => relu(linearApply(layer, x)), known)
  const seen: Tensor[] = []
  let x = convolve(params.input, pixelsToChannels(images, patch))
  for (const [i, block] of params.down.entries()) {
    x = blockApply(block, i === 0 ? x : halved(x), told)
    seen.push(x)
  }
  x = blockApply(params.middle, x, told)
  for (const [i, block] of params.up.entries()) {
    const before = elementAt(seen, seen.length - 1 - i)
    x = blockApply(block, concat([i === 0 ? x : doubled(x), before], 3), told)
  }
  return channelsToPixels(convolve(params.output, relu(x)), patch)
}

/** [N, levelWaves] of the logarithms of noise levels: sines and cosines of a quarter of them, at all frequencies. */
export function wavesOf(logLevels: ArrayLike<number>): Float64Array {
  const half = levelWaves / 2
  const waves = new Float64Array(logLevels.length * levelWaves)
  Array.from(logLevels).forEach((logLevel, i) => {
    for (let k = 0; k < half; k++) {
      const angle = (logLevel / 4) * 50 ** (k / (half - 1))
      waves[i * levelWaves + k] = Math.sin(angle)
      waves[i * levelWaves + half + k] = Math.cos(angle)
    }
  })
  return waves
}
