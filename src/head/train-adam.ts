/**
 * The paper's head: a softmax over the classes with cross-entropy on one-hot targets, Adam in shuffled batches,
 * rate_t = rate / (1 + decay t) with decay = rate / epochs and t in steps (Keras' form of the paper's "decay").
 *
 * Of two classes only the difference of the two outputs' weights is kept. The gradients of the two are each other's negative, so Adam's
 * moments are too (first) or equal (second), and the two weights move by the same amount in opposite directions, whatever
 * they began with: the difference moves by twice the step. Adam as PyTorch writes it (Kingma and Ba 2015, epsilon 1e-8).
 */
import type { NDArray } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { crossEntropy } from './cross-entropy.js'
import { dot, type FittedHead, foldStandardisation, outputRows, type Standardisation, standardised } from './head.js'

const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8

export interface AdamOptions {
  /** 1 for two classes (labels 0 and 1), else one per class (labels are class indices). */
  readonly outputs: number
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
  /** Steps in place of whole epochs (equal-steps controls); null: epochs. */
  readonly steps: number | null
  readonly rng: Rng
  readonly standardise: Standardisation | null
  /**
   * Weights at the start [outputs, D], for two classes the difference of the two; default: Glorot's uniform for every
   * class (Keras' Dense).
   */
  readonly initial?: Float64Array
}

/** Fits a head on features [N, D] and their labels. */
export function fitAdamHead(
  features: NDArray<'float32'>,
  labels: ArrayLike<number>,
  { outputs, learningRate, batchSize, epochs, steps, rng, standardise, initial }: AdamOptions,
): FittedHead {
  const [n, d] = features.shape
  const x = standardised(features, standardise)
  const size = outputs * d
  const point = new Float64Array(size + outputs) // weights, then biases
  point.set(initial ?? glorot(d, outputs, rng.split('initial')))
  const gradient = new Float64Array(point.length)
  const first = new Float64Array(point.length)
  const second = new Float64Array(point.length)
  const rows = outputRows(point.subarray(0, size), outputs)
  const gradientRows = outputRows(gradient.subarray(0, size), outputs)
  const logits = new Float64Array(outputs)
  const errors = new Float64Array(outputs)
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
    for (let i = start; i < end; i++) {
      const at = order[i] * d
      for (let output = 0; output < outputs; output++) logits[output] = dot(x, at, rows[output]) + point[size + output]
      crossEntropy(logits, labels[order[i]], errors)
      for (let output = 0; output < outputs; output++) {
        const row = gradientRows[output]
        const error = errors[output] / (end - start)
        for (let j = 0; j < d; j++) row[j] += error * x[at + j]
        gradient[size + output] += error
      }
    }
    const rate = learningRate / (1 + decay * t)
    const stepSize = ((outputs === 1 ? 2 : 1) * rate) / (1 - beta1 ** (t + 1))
    const rootCorrection = Math.sqrt(1 - beta2 ** (t + 1))
    for (let j = 0; j < point.length; j++) {
      const g = gradient[j]
      const m = beta1 * first[j] + (1 - beta1) * g
      const v = beta2 * second[j] + (1 - beta2) * g * g
      first[j] = m
      second[j] = v
      point[j] -= (stepSize * m) / (Math.sqrt(v) / rootCorrection + epsilon)
    }
  }
  const fitted = { weights: point.slice(0, size), bias: point.slice(size) }
  return { head: foldStandardisation(fitted, standardise), steps: total, penalty: null, converged: true }
}

function glorot(d: number, outputs: number, rng: Rng): Float64Array {
  const limit = Math.sqrt(6 / (d + Math.max(2, outputs)))
  const uniform = () => limit * (2 * rng.uniform() - 1)
  return Float64Array.from({ length: outputs * d }, () => (outputs === 1 ? uniform() - uniform() : uniform()))
}
