/**
 * A convolution without bias, for a batch normalisation behind it: that takes the mean off, and a bias with it.
 * Padding as PyTorch's Conv2d(padding = (kernel - 1) / 2): equal on both sides.
 */
import type { NDArray } from '../base/ndarray.js'
import { extents } from '../base/ndarray.js'
import { conv2d } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { normalWeights, type WeightSpec } from './init.js'

export interface ConvParams<A = NDArray> {
  /** [kernel, kernel, inputs, outputs] */
  readonly weight: A
}

/** Normal weights. `kernel`: side of the square kernel, odd. */
export function convInit({
  kernel,
  inputs,
  outputs,
  deviation,
}: {
  kernel: number
  inputs: number
  outputs: number
  deviation: number
}): ConvParams<WeightSpec> {
  return { weight: normalWeights([kernel, kernel, inputs, outputs], deviation) }
}

/** x [N, H, W, inputs] -> [N, ceil(H / stride), ceil(W / stride), outputs] */
export function convApply({ weight }: ConvParams<Tensor>, x: Tensor, { stride }: { stride: number }): Tensor {
  const [height, width] = extents(weight, 4)
  const sides = [(height - 1) / 2, (width - 1) / 2] as const
  return conv2d(x, weight, { strides: [stride, stride], padding: { low: sides, high: sides } })
}
