/**
 * A transposed convolution that enlarges by its stride, with a bias where no batch normalisation follows.
 * Padding as PyTorch's ConvTranspose2d(padding = (kernel - 1) / 2, output_padding = stride - 1).
 */
import type { NDArray } from '../base/ndarray.js'
import { extents } from '../base/ndarray.js'
import { add, convTranspose2d } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { equalWeights, normalWeights, type WeightSpec } from './init.js'

export interface ConvTransposeParams<A = NDArray> {
  /** [kernel, kernel, outputs, inputs]: the kernel of the convolution that this is the adjoint of. */
  readonly weight: A
  /** [outputs] */
  readonly bias?: A
}

/** Normal weights, zero bias. `kernel`: side of the square kernel, odd. */
export function convTransposeInit({
  kernel,
  inputs,
  outputs,
  deviation,
  bias,
}: {
  kernel: number
  inputs: number
  outputs: number
  deviation: number
  bias: boolean
}): ConvTransposeParams<WeightSpec> {
  const weight = normalWeights([kernel, kernel, outputs, inputs], deviation)
  return bias ? { weight, bias: equalWeights([outputs], 0) } : { weight }
}

/** x [N, h, w, inputs] -> [N, h * stride, w * stride, outputs] */
export function convTransposeApply(
  { weight, bias }: ConvTransposeParams<Tensor>,
  x: Tensor,
  { stride }: { stride: number },
): Tensor {
  const [, height, width] = extents(x, 4)
  const [kernelHeight, kernelWidth] = extents(weight, 4)
  const low = [(kernelHeight - 1) / 2, (kernelWidth - 1) / 2] as const
  const high = [low[0] - (stride - 1), low[1] - (stride - 1)] as const
  const y = convTranspose2d(x, weight, {
    strides: [stride, stride],
    padding: { low, high },
    outputSize: [height * stride, width * stride],
  })
  return bias ? add(y, bias) : y
}
