/**
 * Batch normalisation over N, H, W (Ioffe and Szegedy 2015): y = (x - mean) / sqrt(variance + 1e-5) * scale + shift.
 * Training uses the batch's own mean and (biased) variance and returns new running ones, 0.9 old + 0.1 batch, the
 * variance unbiased there; generation uses the running ones. Epsilon, momentum and the two variances as PyTorch's.
 */
import { add, constant, div, mean, mul, sqrt, square, stopGradient, sub } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { filled, type Weights } from './init.js'

export type BatchNorm<T> = { scale: T; shift: T }
export type RunningStatistics<T> = { mean: T; variance: T }

const epsilon = 1e-5
const momentum = 0.1

export function batchNormInit(channels: number): BatchNorm<Weights> {
  return { scale: filled([channels], 1), shift: filled([channels], 0) }
}

export function runningInit(channels: number): RunningStatistics<Weights> {
  return { mean: filled([channels], 0), variance: filled([channels], 1) }
}

/** Training: normalises x [N, H, W, C] by its own statistics; the new running statistics come back beside it. */
export function batchNormTrain(
  { scale, shift }: BatchNorm<Tensor>,
  running: RunningStatistics<Tensor>,
  x: Tensor,
): { output: Tensor; running: RunningStatistics<Tensor> } {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis)
  const count = x.shape.slice(0, -1).reduce((a, b) => a * b, 1)
  const centre = mean(x, axes)
  const deviations = sub(x, centre)
  const variance = mean(square(deviations), axes)
  const factor = div(scale, sqrt(add(variance, epsilon)))
  const moved = (old: Tensor, batch: Tensor) => add(mul(old, 1 - momentum), mul(stopGradient(batch), momentum))
  return {
    output: add(mul(deviations, factor), shift),
    running: {
      mean: moved(running.mean, centre),
      variance: moved(running.variance, mul(variance, constant(count / (count - 1)))),
    },
  }
}

/** Generation: normalises by the running statistics, so that an image does not depend on its batch. */
export function batchNormRun(
  { scale, shift }: BatchNorm<Tensor>,
  running: RunningStatistics<Tensor>,
  x: Tensor,
): Tensor {
  const factor = div(scale, sqrt(add(running.variance, epsilon)))
  return add(mul(sub(x, running.mean), factor), shift)
}
