/** A dense layer: y = x W + b. */
import type { NDArray } from '../base/ndarray.js'
import { add, matmul } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { equalWeights, normalWeights, type WeightSpec } from './init.js'

export interface LinearParams<A = NDArray> {
  /** [inputs, outputs] */
  readonly weight: A
  /** [outputs] */
  readonly bias: A
}

/** Normal weights, zero bias. */
export function linearInit({
  inputs,
  outputs,
  deviation,
}: {
  inputs: number
  outputs: number
  deviation: number
}): LinearParams<WeightSpec> {
  return { weight: normalWeights([inputs, outputs], deviation), bias: equalWeights([outputs], 0) }
}

/** x [N, inputs] -> [N, outputs] */
export function linearApply({ weight, bias }: LinearParams<Tensor>, x: Tensor): Tensor {
  return add(matmul(x, weight), bias)
}
