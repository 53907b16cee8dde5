/**
 * Group normalisation (Wu and He, ECCV 2018): every image's channels in groups, each group to mean 0 and variance 1 over its
 * places and channels, then a scale and a shift of every channel. Epsilon as PyTorch's GroupNorm.
 */
import type { NDArray } from '../base/ndarray.js'
import { extents } from '../base/ndarray.js'
import { add, div, maximum, mean, mul, reshape, sqrt, square, sub } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { equalWeights, type WeightSpec } from './init.js'

const epsilon = 1e-5

export interface GroupNormParams<A = NDArray> {
  /** [channels] */
  readonly scale: A
  /** [channels] */
  readonly shift: A
}

export function groupNormInit(channels: number): GroupNormParams<WeightSpec> {
  return { scale: equalWeights([channels], 1), shift: equalWeights([channels], 0) }
}

/**
 * x [N, H, W, channels] -> the same shape. `groups` divides the channels; `moved`: further scales and shifts of each image and
 * channel [N, channels], scales around 0.
 */
export function groupNormApply(
  { scale, shift }: GroupNormParams<Tensor>,
  x: Tensor,
  groups: number,
  moved?: { readonly scales: Tensor; readonly shifts: Tensor },
): Tensor {
  const [count, , , channels] = extents(x, 4)
  const grouped = (ofChannels: Tensor) =>
    mean(reshape(ofChannels, [count, groups, channels / groups]), 2, { keepDims: true })
  // Moments of channels first, so that the image itself is passed over as few times as can be.
  const means = grouped(mean(x, [1, 2]))
  const variances = maximum(sub(grouped(mean(square(x), [1, 2])), square(means)), 0)
  const deviations = sqrt(add(variances, epsilon))
  const each = (ofGroups: Tensor, ofChannels: Tensor) =>
    reshape(mul(ofGroups, reshape(ofChannels, [1, groups, channels / groups])), [count, channels])
  let factor = each(div(1, deviations), scale)
  let offset = sub(shift, each(div(means, deviations), scale))
  if (moved) {
    const more = add(moved.scales, 1)
    factor = mul(factor, more)
    offset = add(mul(offset, more), moved.shifts)
  }
  const spread = (ofImages: Tensor) => reshape(ofImages, [count, 1, 1, channels])
  return add(mul(x, spread(factor)), spread(offset))
}
