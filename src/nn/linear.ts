/** y = x W + b. x [N, I], W [I, O], b [O] -> y [N, O]. */
import type { Rng } from '../base/random.js'
import { add, matmul } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { filled, normalWeights, type Weights } from './init.js'

export type Linear<T> = { weight: T; bias: T }

export function linearInit(rng: Rng, inputs: number, outputs: number, deviation: number): Linear<Weights> {
  return { weight: normalWeights(rng, [inputs, outputs], deviation), bias: filled([outputs], 0) }
}

export function linearApply({ weight, bias }: Linear<Tensor>, x: Tensor): Tensor {
  return add(matmul(x, weight), bias)
}
