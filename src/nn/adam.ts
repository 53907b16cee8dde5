/**
 * Adam (Kingma and Ba 2015, algorithm 1) as PyTorch writes it:
 * m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
 * w = w - rate / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
 */
import { zeros } from '../base/ndarray.js'
import { add, constant, div, exp, mul, sqrt, square, sub } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { flatten, type Tree, unflatten } from '../tensor/tree.js'
import type { Weights } from './init.js'

export interface AdamOptions {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** First and second moments, a tree each like the parameters. */
export type AdamState<P> = { first: P; second: P }

export function adamInit<P>(params: P): AdamState<P> {
  const blank = () => {
    const leaves = flatten(params as Tree<Weights>).map(({ leaf }) => zeros('float32', leaf.shape))
    return unflatten(params as unknown, leaves) as P
  }
  return { first: blank(), second: blank() }
}

/** One update of a tree of tensors. `step`: float32 scalar, counted from 1. */
export function adamUpdate<P>(
  params: P,
  grads: P,
  state: AdamState<P>,
  { learningRate, beta1, beta2, epsilon }: AdamOptions,
  step: Tensor,
): { params: P; state: AdamState<P> } {
  const list = (tree: P) => flatten(tree as Tree<Tensor>).map(({ leaf }) => leaf)
  const one = constant(1)
  const power = (beta: number) => (beta === 0 ? constant(0) : exp(mul(step, Math.log(beta))))
  const rate = div(constant(learningRate), sub(one, power(beta1)))
  const rootCorrection = sqrt(sub(one, power(beta2)))
  const [w, g, m, v] = [list(params), list(grads), list(state.first), list(state.second)]
  const first = g.map((gradient, i) => add(mul(m[i], beta1), mul(gradient, 1 - beta1)))
  const second = g.map((gradient, i) => add(mul(v[i], beta2), mul(square(gradient), 1 - beta2)))
  const moved = w.map((weight, i) => {
    const denominator = add(div(sqrt(second[i]), rootCorrection), epsilon)
    return sub(weight, div(mul(first[i], rate), denominator))
  })
  const tree = (leaves: Tensor[]) => unflatten(params as unknown, leaves) as P
  return { params: tree(moved), state: { first: tree(first), second: tree(second) } }
}
