/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1) in PyTorch's form:
 * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * p = p - rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
 */
import { add, constant, div, exp, mul, neg, type Operand, sqrt, square, sub, tanh } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { type MapLeaves, mapTree } from '../tensor/tree.js'
import { equalWeights, type WeightSpec } from './init.js'

export interface AdamOptions {
  readonly learningRate: Operand
  readonly beta1: number
  /** Default 0.999. */
  readonly beta2?: number
  /** Default 1e-8. */
  readonly epsilon?: number
}

/** Running means of the gradients and of their squares, trees like the parameters. */
export interface AdamState<P> {
  readonly first: P
  readonly second: P
}

/** Zeros for a tree of weights. */
export function adamInit<P>(params: P): AdamState<P> {
  const none = mapTree(({ shape }: WeightSpec) => equalWeights(shape, 0), params) as P
  return { first: none, second: none }
}

/** One update. `step` is a float scalar, 1 for the first update; all trees are built alike. */
export function adamUpdate<P>(
  params: P,
  grads: P,
  state: AdamState<P>,
  { learningRate, beta1, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  step: Tensor,
): { params: P; state: AdamState<P> } {
  const first = mapTree((m: Tensor, g: Tensor) => decayed(m, g, beta1), state.first, grads) as P
  const second = mapTree((v: Tensor, g: Tensor) => decayed(v, square(g), beta2), state.second, grads) as P
  // m / (sqrt(v) / c + epsilon) = c m / (sqrt(v) + c epsilon): one division over all weights less.
  const correction = sqrt(oneMinusPower(beta2, step))
  const rate = div(mul(correction, learningRate), oneMinusPower(beta1, step))
  const floor = mul(correction, epsilon)
  const moved = mapTree(
    (p: Tensor, m: Tensor, v: Tensor) => sub(p, mul(div(m, add(sqrt(v), floor)), rate)),
    params,
    first,
    second,
  )
  return { params: moved as MapLeaves<P, Tensor> as P, state: { first, second } }
}

function decayed(mean: Tensor, newest: Tensor, beta: number): Tensor {
  // One product over all weights less, and the same number: halves are exact.
  if (beta === 0.5) return mul(add(mean, newest), 0.5)
  return add(mul(mean, beta), mul(newest, 1 - beta))
}

/** 1 - beta^t without cancellation where beta^t is near 1: 1 - e^x = -tanh(x / 2) (e^x + 1). */
function oneMinusPower(beta: number, t: Tensor): Tensor {
  if (beta === 0) return constant(1, t.dtype)
  const x = mul(t, Math.log(beta))
  return neg(mul(tanh(mul(x, 0.5)), add(exp(x), 1)))
}
