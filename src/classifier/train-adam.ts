/**
 * The paper's head: a softmax over two outputs with cross-entropy on one-hot targets, Adam in shuffled batches,
 * rate_t = rate / (1 + decay t) with decay = rate / epochs and t in steps (Keras' form of the paper's "decay").
 *
 * Only the difference of the two outputs' weights is kept. The gradients of the two are each other's negative, so Adam's
 * moments are too (first) or equal (second), and the two weights move by the same amount in opposite directions, whatever
 * they began with: the difference moves by twice the step. Adam as PyTorch writes it (Kingma and Ba 2015, epsilon 1e-8).
 */
import type { NDArray } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { dot, type FittedHead, foldStandardisation, type Standardisation, standardised } from './head.js'

const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8

export interface AdamOptions {
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
  /** Steps in place of whole epochs (equal-steps controls); null: epochs. */
  readonly steps: number | null
  readonly rng: Rng
  readonly standardise: Standardisation | null
  /** Difference of the two outputs' weights at the start; default: Glorot's uniform for both (Keras' Dense). */
  readonly initial?: Float64Array
}

/** Fits a head on features [N, D] and labels 0 or 1. */
export function fitAdamHead(
  features: NDArray<'float32'>,
  labels: ArrayLike<number>,
  { learningRate, batchSize, epochs, steps, rng, standardise, initial }: AdamOptions,
): FittedHead {
  const [n, d] = features.shape
  const x = standardised(features, standardise)
  const weights = initial?.slice() ?? glorotDifference(d, rng.split('initial'))
  const gradient = new Float64Array(d)
  const first = new Float64Array(d)
  const second = new Float64Array(d)
  let bias = 0
  let biasFirst = 0
  let biasSecond = 0
  const batches = Math.ceil(n / batchSize)
  const total = steps ?? batches * epochs
  const decay = learningRate / epochs
  const shuffles = rng.split('batches')
  let order: Uint32Array = new Uint32Array(0)
  for (let t = 0; t < total; t++) {
    const batch = t % batches
    if (batch === 0) order = shuffles.at(t / batches).permutation(n)
    const start = batch * batchSize
    const end = Math.min(n, start + batchSize)
    gradient.fill(0)
    let biasGradient = 0
    for (let i = start; i < end; i++) {
      const row = order[i]
      const at = row * d
      const logit = dot(x, at, weights) + bias
      const error = (1 / (1 + Math.exp(-logit)) - labels[row]) / (end - start)
      biasGradient += error
      for (let j = 0; j < d; j++) gradient[j] += error * x[at + j]
    }
    const rate = learningRate / (1 + decay * t)
    const stepSize = (2 * rate) / (1 - beta1 ** (t + 1))
    const rootCorrection = Math.sqrt(1 - beta2 ** (t + 1))
    for (let j = 0; j < d; j++) {
      const g = gradient[j]
      const m = beta1 * first[j] + (1 - beta1) * g
      const v = beta2 * second[j] + (1 - beta2) * g * g
      first[j] = m
      second[j] = v
      weights[j] -= (stepSize * m) / (Math.sqrt(v) / rootCorrection + epsilon)
    }
    biasFirst = beta1 * biasFirst + (1 - beta1) * biasGradient
    biasSecond = beta2 * biasSecond + (1 - beta2) * biasGradient * biasGradient
    bias -= (stepSize * biasFirst) / (Math.sqrt(biasSecond) / rootCorrection + epsilon)
  }
  return { head: foldStandardisation(weights, bias, standardise), steps: total, penalty: null }
}

function glorotDifference(d: number, rng: Rng): Float64Array {
  const limit = Math.sqrt(6 / (d + 2))
  const uniform = () => limit * (2 * rng.uniform() - 1)
  return Float64Array.from({ length: d }, () => uniform() - uniform())
}
