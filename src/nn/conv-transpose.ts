/**
 * Transposed convolution with bias, kernel 5 x 5, stride 2, doubling the image (PyTorch's
 * ConvTranspose2d(5, stride 2, padding 2, output_padding 1)). x [N, h, w, I] -> [N, 2h, 2w, O].
 * The kernel [5, 5, O, I] is that of the convolution it is the adjoint of.
 */
import type { Rng } from '../base/random.js'
import { add, convTranspose2d } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { filled, normalWeights, type Weights } from './init.js'

export type ConvTranspose<T> = { kernel: T; bias: T }

const strides = [2, 2] as const
const padding = { low: [2, 2], high: [2, 2] } as const

export function convTransposeInit(
  rng: Rng,
  inputs: number,
  outputs: number,
  deviation: number,
): ConvTranspose<Weights> {
  return { kernel: normalWeights(rng, [5, 5, outputs, inputs], deviation), bias: filled([outputs], 0) }
}

export function convTransposeApply({ kernel, bias }: ConvTranspose<Tensor>, x: Tensor): Tensor {
  const outputSize: [number, number] = [2 * x.shape[1], 2 * x.shape[2]]
  return add(convTranspose2d(x, kernel, { strides, padding, outputSize }), bias)
}
