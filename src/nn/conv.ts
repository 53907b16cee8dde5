/**
 * Convolution with bias, stride 2, one row of zeros around (PyTorch's Conv2d(kernel 3, stride 2, padding 1)).
 * x [N, H, W, I] -> [N, ceil(H/2), ceil(W/2), O]; kernel [3, 3, I, O].
 */
import type { Rng } from '../base/random.js'
import { add, conv2d } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { filled, normalWeights, type Weights } from './init.js'

export type Conv<T> = { kernel: T; bias: T }

const strides = [2, 2] as const
const padding = { low: [1, 1], high: [1, 1] } as const

export function convInit(rng: Rng, inputs: number, outputs: number, deviation: number): Conv<Weights> {
  return { kernel: normalWeights(rng, [3, 3, inputs, outputs], deviation), bias: filled([outputs], 0) }
}

export function convApply({ kernel, bias }: Conv<Tensor>, x: Tensor): Tensor {
  return add(conv2d(x, kernel, { strides, padding }), bias)
}
