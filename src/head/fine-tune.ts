/**
 * A backbone's top and the head, trained together from where they stand: Adam on cross-entropy, on what the network below has
 * made of each image (computed once, cached as any features are). Which of the top's arrays move is the top's to say. The head
 * begins as the one fitted on the features of the top as loaded, so that the first steps do not spoil it (Kumar et al., "Fine-tuning can distort pretrained features", ICLR 2022).
 */

import type { TopPlace } from '../backbone/top-features.js'
import type { TrainableTop } from '../backbone/trainable-top.js'
import { fromNumbers, type NDArray, ndarray, scalar, takeRows, zeros } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { type AdamState, adamInit, adamUpdate } from '../nn/adam.js'
import { equalWeights, type WeightSpec } from '../nn/init.js'
import { classLogLikelihood } from '../nn/losses.js'
import { compile } from '../runtime/compile.js'
import { grad } from '../tensor/grad.js'
import type { ArraySpec } from '../tensor/infer.js'
import { add, cast, constant, div, matmul, mean, mul, neg, reshape, softplus, sub } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { type MapLeaves, mapTree, type Tree } from '../tensor/tree.js'
import { foldStandardisation, type Head, type Standardisation } from './head.js'

export interface FineTuneOptions {
  /** Optimiser steps: the same for every trial, so that more images do not mean more training. */
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  /** Shuffles the images. */
  readonly rng: Rng
  readonly threads: number
}

export interface TunedModel {
  /** Weights of the top. */
  readonly top: Tree<NDArray>
  /** On the features of `top`, raw. */
  readonly head: Head
}

/** What moves. */
export interface Trained<A> {
  readonly top: unknown
  /** [features, outputs], on standardised features */
  readonly weight: A
  /** [outputs] */
  readonly bias: A
}

/**
 * @param place which top, and what it takes
 * @param start the top as it was loaded, and a head fitted on its (raw) features
 * @param cut [N, h * w * channels]: what the network below has made of each image
 * @param labels of two classes 0 and 1, else class indices
 * @param scaling mean and deviation of the frozen features, in whose units the head is trained
 */
export async function fineTune(
  { kind, input }: TopPlace,
  start: TunedModel,
  { cut, labels }: { cut: NDArray<'float32'>; labels: ArrayLike<number> },
  scaling: Standardisation,
  { steps, batchSize, learningRate, rng, threads }: FineTuneOptions,
): Promise<TunedModel> {
  const outputs = start.head.bias.length
  const n = cut.shape[0]
  let params = trainedPart(kind, start, scaling)
  const loss: LossOptions = { kind, loaded: start.top, scaling, outputs }
  const program = await compileStep(loss, params, { input, batchSize, learningRate, threads })
  try {
    let state = mapTree(({ shape }: WeightSpec) => zeros('float32', shape), adamInit(asWeights(params))) as unknown
    const order = shuffled(rng, n)
    for (let step = 1; step <= steps; step++) {
      const rows = Array.from({ length: batchSize }, () => order.next().value as number)
      const x = ndarray('float32', [batchSize, ...input], takeRows(cut, rows).data)
      const y = fromNumbers(
        'int32',
        [batchSize],
        rows.map((row) => labels[row]),
      )
      const next = await program.run({ params, state, step: scalar('float32', step), x, y } as never)
      ;({ params, state } = next as { params: Trained<NDArray>; state: unknown })
    }
  } finally {
    await program.close()
  }
  return finished(loss, params)
}

export interface LossOptions {
  readonly kind: TrainableTop
  /** The top as loaded, of which some arrays stay. */
  readonly loaded: Tree<NDArray>
  readonly scaling: Standardisation
  readonly outputs: number
}

/** Mean cross-entropy of a batch: cut features [B, h, w, channels], labels int32 [B]. */
export function batchLoss(trained: Trained<Tensor>, options: LossOptions, x: Tensor, y: Tensor): Tensor {
  const logits = standardLogits(trained, options, x)
  const { outputs } = options
  if (outputs > 1) return neg(classLogLikelihood(logits, y))
  const z = reshape(logits, [-1])
  return mean(sub(softplus(z), mul(z, cast(y, 'float32'))))
}

/** Logits [B, outputs] of cut features [B, h, w, channels]. */
function standardLogits(
  { top, weight, bias }: Trained<Tensor>,
  { kind, loaded, scaling: { mean: centre, deviation } }: LossOptions,
  x: Tensor,
): Tensor {
  const fixed = (values: Float64Array) => constant(fromNumbers('float32', [values.length], values))
  const features = kind.apply(kind.joined(top as Tree<Tensor>, loaded, constant), x)
  return add(matmul(div(sub(features, fixed(centre)), fixed(deviation)), weight), bias)
}

/** One step: the gradient over a batch, and Adam. */
function compileStep(
  loss: LossOptions,
  params: Trained<NDArray>,
  {
    input,
    batchSize,
    learningRate,
    threads,
  }: { input: TopPlace['input']; batchSize: number; learningRate: number; threads: number },
) {
  const weights = asWeights(params)
  const specs = {
    params: weights,
    state: adamInit(weights),
    step: { shape: [], dtype: 'float32' } satisfies ArraySpec,
    x: { shape: [batchSize, ...input], dtype: 'float32' } satisfies ArraySpec,
    y: { shape: [batchSize], dtype: 'int32' } satisfies ArraySpec,
  }
  const step = (inputs: unknown) => {
    const { params, state, step, x, y } = inputs as StepInputs
    const grads = grad((trained: Trained<Tensor>) => batchLoss(trained, loss, x, y))(params)
    return adamUpdate(params, grads, state, { learningRate, beta1: 0.9 }, step)
  }
  return compile(step, specs, { threads })
}

interface StepInputs {
  readonly params: Trained<Tensor>
  readonly state: AdamState<Trained<Tensor>>
  readonly step: Tensor
  readonly x: Tensor
  readonly y: Tensor
}

function asWeights<P>(params: P): MapLeaves<P, WeightSpec> {
  return mapTree(({ shape }: NDArray) => equalWeights(shape, 0), params)
}

/** Indices 0..n-1 in ever new orders, one behind the other. */
function* shuffled(rng: Rng, n: number): Generator<number> {
  for (let round = 0; ; round++) yield* rng.at(round).permutation(n)
}

/** What of a model is trained: what a step moves of the top, and the head in standardised units. */
export function trainedPart(kind: TrainableTop, { top, head }: TunedModel, scaling: Standardisation): Trained<NDArray> {
  const outputs = head.bias.length
  const d = kind.features
  const weight = Float32Array.from({ length: d * outputs }, (_, at) => {
    const [feature, output] = [Math.floor(at / outputs), at % outputs]
    return head.weights[output * d + feature] * scaling.deviation[feature]
  })
  const bias = Float32Array.from(head.bias, (b, output) =>
    scaling.mean.reduce((sum, centre, j) => sum + head.weights[output * d + j] * centre, b),
  )
  return {
    top: kind.trained(top),
    weight: ndarray('float32', [d, outputs], weight),
    bias: ndarray('float32', [outputs], bias),
  }
}

function finished({ kind, loaded, scaling }: LossOptions, { top, weight, bias }: Trained<NDArray>): TunedModel {
  const outputs = bias.shape[0]
  const d = kind.features
  const rows = Float64Array.from(
    { length: d * outputs },
    (_, at) => weight.data[(at % d) * outputs + Math.floor(at / d)],
  )
  const head = foldStandardisation({ weights: rows, bias: Float64Array.from(bias.data) }, scaling)
  return { top: kind.joined(top as Tree<NDArray>, loaded, (array) => array), head }
}
