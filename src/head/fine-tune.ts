/**
 * The last block of DenseNet-121 and the head, trained together from where they stand: Adam on cross-entropy, on what the
 * trunk below has made of each image (computed once, cached as any features are). Batch statistics stay those of the
 * checkpoint; scales, shifts and kernels move. The head begins as the one fitted on the frozen features, so that the first
 * steps do not spoil the block (Kumar et al., "Fine-tuning can distort pretrained features", ICLR 2022).
 */

import { type DenseNetTop, densenetFeatures, densenetTop, type Norm } from '../backbone/networks/densenet121.js'
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
import { type MapLeaves, mapTree } from '../tensor/tree.js'
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
  readonly top: DenseNetTop
  /** On the features of `top`, raw. */
  readonly head: Head
}

/** What moves: of each normalisation its scale and shift. */
export interface Trained<A> {
  readonly top: unknown
  /** [1024, outputs], on standardised features */
  readonly weight: A
  /** [outputs] */
  readonly bias: A
}

/**
 * @param start the block as it was loaded, and a head fitted on its (raw) features
 * @param cut [N, h * w * 512], h x w as in `size`: what the trunk made of each image
 * @param labels of two classes 0 and 1, else class indices
 * @param scaling mean and deviation of the frozen features, in whose units the head is trained
 */
export async function fineTune(
  start: TunedModel,
  { cut, size, labels }: { cut: NDArray<'float32'>; size: readonly [number, number]; labels: ArrayLike<number> },
  scaling: Standardisation,
  { steps, batchSize, learningRate, rng, threads }: FineTuneOptions,
): Promise<TunedModel> {
  const outputs = start.head.bias.length
  const n = cut.shape[0]
  let params = trainedPart(start, scaling)
  const program = await compileStep(start.top, params, { size, batchSize, outputs, learningRate, scaling, threads })
  try {
    let state = mapTree(({ shape }: WeightSpec) => zeros('float32', shape), adamInit(asWeights(params))) as unknown
    const order = shuffled(rng, n)
    for (let step = 1; step <= steps; step++) {
      const rows = Array.from({ length: batchSize }, () => order.next().value as number)
      const x = ndarray('float32', [batchSize, ...size, cut.shape[1] / (size[0] * size[1])], takeRows(cut, rows).data)
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
  return finished(start.top, params, scaling)
}

/** Mean cross-entropy of a batch: cut features [B, h, w, 512], labels int32 [B]. */
export function batchLoss(
  trained: Trained<Tensor>,
  { frozen, scaling, outputs }: { frozen: DenseNetTop; scaling: Standardisation; outputs: number },
  x: Tensor,
  y: Tensor,
): Tensor {
  const logits = standardLogits(trained, frozen, scaling, x)
  if (outputs > 1) return neg(classLogLikelihood(logits, y))
  const z = reshape(logits, [-1])
  return mean(sub(softplus(z), mul(z, cast(y, 'float32'))))
}

/** Logits [B, outputs] of cut features [B, h, w, 512]. */
function standardLogits(
  { top, weight, bias }: Trained<Tensor>,
  frozen: DenseNetTop,
  { mean: centre, deviation }: Standardisation,
  x: Tensor,
): Tensor {
  const fixed = (values: Float64Array) => constant(fromNumbers('float32', [values.length], values))
  const features = densenetTop(withStatistics(top, frozen, (array) => constant(array)) as DenseNetTop<Tensor>, x)
  return add(matmul(div(sub(features, fixed(centre)), fixed(deviation)), weight), bias)
}

/** One step: the gradient over a batch, and Adam. */
function compileStep(
  frozen: DenseNetTop,
  params: Trained<NDArray>,
  options: {
    size: readonly [number, number]
    batchSize: number
    outputs: number
    learningRate: number
    scaling: Standardisation
    threads: number
  },
) {
  const { size, batchSize, outputs, learningRate, scaling, threads } = options
  const weights = asWeights(params)
  const specs = {
    params: weights,
    state: adamInit(weights),
    step: { shape: [], dtype: 'float32' } satisfies ArraySpec,
    x: { shape: [batchSize, ...size, 512], dtype: 'float32' } satisfies ArraySpec,
    y: { shape: [batchSize], dtype: 'int32' } satisfies ArraySpec,
  }
  const step = (inputs: unknown) => {
    const { params, state, step, x, y } = inputs as StepInputs
    const grads = grad((trained: Trained<Tensor>) => batchLoss(trained, { frozen, scaling, outputs }, x, y))(params)
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

const isNorm = (node: object): node is Norm => 'variance' in node

/** What of a model is trained: normalisations without their statistics, the head in standardised units. */
export function trainedPart({ top, head }: TunedModel, scaling: Standardisation): Trained<NDArray> {
  const strip = (node: object): object => {
    if ('dtype' in node) return node
    if (isNorm(node)) return { scale: node.scale, shift: node.shift }
    return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, strip(child)]))
  }
  const outputs = head.bias.length
  const d = densenetFeatures
  const weight = Float32Array.from({ length: d * outputs }, (_, at) => {
    const [feature, output] = [Math.floor(at / outputs), at % outputs]
    return head.weights[output * d + feature] * scaling.deviation[feature]
  })
  const bias = Float32Array.from(head.bias, (b, output) =>
    scaling.mean.reduce((sum, centre, j) => sum + head.weights[output * d + j] * centre, b),
  )
  return {
    top: strip(top),
    weight: ndarray('float32', [d, outputs], weight),
    bias: ndarray('float32', [outputs], bias),
  }
}

/** The whole block again: trained arrays in their place, the statistics of `frozen` through `take`. */
function withStatistics(trained: unknown, frozen: DenseNetTop, take: (array: NDArray) => unknown): unknown {
  const join = (node: Record<string, unknown>, other: object): unknown => {
    if ('dtype' in other) return node
    if (isNorm(other)) return { ...node, mean: take(other.mean), variance: take(other.variance) }
    return Object.fromEntries(
      Object.entries(other).map(([name, child]) => [name, join(node[name] as Record<string, unknown>, child)]),
    )
  }
  return join(trained as Record<string, unknown>, frozen)
}

function finished(frozen: DenseNetTop, { top, weight, bias }: Trained<NDArray>, scaling: Standardisation): TunedModel {
  const outputs = bias.shape[0]
  const d = densenetFeatures
  const rows = Float64Array.from(
    { length: d * outputs },
    (_, at) => weight.data[(at % d) * outputs + Math.floor(at / d)],
  )
  const head = foldStandardisation({ weights: rows, bias: Float64Array.from(bias.data) }, scaling)
  return { top: withStatistics(top, frozen, (array) => array) as DenseNetTop, head }
}
