/**
 * Batch normalisation over all axes but the last: y = (x - mean) / sqrt(variance + epsilon) * scale + shift.
 * Source: Ioffe and Szegedy, ICML 2015. Epsilon, momentum and the unbiased running variance as PyTorch's BatchNorm2d.
 */
import { type NDArray, sizeOf } from '../base/ndarray.js'
import { add, div, mean, mul, sqrt, square, stopGradient, sub } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { equalWeights, type WeightSpec } from './init.js'

const epsilon = 1e-5
/** Weight of the newest batch in the running statistics. */
const momentum = 0.1

export interface BatchNormParams<A = NDArray> {
  /** [channels] */
  readonly scale: A
  /** [channels] */
  readonly shift: A
}

/** Running statistics, for use without a batch. */
export interface BatchNormState<A = NDArray> {
  /** [channels] */
  readonly mean: A
  /** [channels] */
  readonly variance: A
}

export function batchNormInit(channels: number): BatchNormParams<WeightSpec> {
  return { scale: equalWeights([channels], 1), shift: equalWeights([channels], 0) }
}

export function batchNormState(channels: number): BatchNormState<WeightSpec> {
  return { mean: equalWeights([channels], 0), variance: equalWeights([channels], 1) }
}

/**
 * x [..., channels] -> the same shape. In training the batch's own statistics are used and move the running ones;
 * else the running statistics are used and stay.
 */
export function batchNormApply(
  { scale, shift }: BatchNormParams<Tensor>,
  state: BatchNormState<Tensor>,
  x: Tensor,
  { training }: { training: boolean },
): { output: Tensor; state: BatchNormState<Tensor> } {
  if (!training) {
    const factor = div(scale, sqrt(add(state.variance, epsilon)))
    return { output: add(mul(x, factor), sub(shift, mul(state.mean, factor))), state }
  }
  const axes = x.shape.slice(0, -1).map((_, axis) => axis)
  const count = sizeOf(x.shape.slice(0, -1))
  const batchMean = mean(x, axes)
  const centred = sub(x, batchMean)
  // A variance does not change with the mean that it is taken around, so nothing flows back that way.
  const batchVariance = mean(square(sub(x, stopGradient(batchMean))), axes)
  const moved = (running: Tensor, batch: Tensor, factor: number) =>
    add(mul(running, 1 - momentum), mul(batch, momentum * factor))
  return {
    output: add(mul(centred, div(scale, sqrt(add(batchVariance, epsilon)))), shift),
    state: {
      mean: moved(state.mean, batchMean, 1),
      variance: moved(state.variance, batchVariance, count / (count - 1)),
    },
  }
}
