/**
 * The trainable last layer on frozen features, for two classes: logit of the positive class = weights . features + bias.
 * A softmax over two outputs depends on the difference of the two alone, so one weight vector says it all.
 */
import type { NDArray } from '../base/ndarray.js'

export interface Head {
  /** One per feature, in the backbone's own (raw) feature space. */
  readonly weights: Float64Array
  readonly bias: number
}

/** Mean and deviation of each feature, the deviation never 0. */
export interface Standardisation {
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/** A head that was fitted, and how. */
export interface FittedHead {
  readonly head: Head
  /** Optimiser steps; null where it was fitted to convergence. */
  readonly steps: number | null
  /** L2 penalty chosen; null where there is none. */
  readonly penalty: number | null
}

/** Least deviation of a feature, as a share of the root mean square of all deviations. */
const leastDeviation = 0.1

/**
 * Mean and (population) deviation of every column of features [N, D]. A column that hardly varies is given a tenth of the
 * typical deviation: divided by its own, it would tower over all others on films unlike these (a feature that is 0 on
 * every training film came to 7,000 on a synthetic one), spoil the head and slow its fit a hundredfold.
 */
export function standardisation({ data, shape }: NDArray<'float32'>): Standardisation {
  const [n, d] = shape
  const mean = new Float64Array(d)
  const deviation = new Float64Array(d)
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] += data[i * d + j] / n
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) deviation[j] += (data[i * d + j] - mean[j]) ** 2 / n
  const typical = Math.sqrt(deviation.reduce((sum, variance) => sum + variance, 0) / d)
  const floor = typical > 0 ? leastDeviation * typical : 1
  for (let j = 0; j < d; j++) deviation[j] = Math.max(floor, Math.sqrt(deviation[j]))
  return { mean, deviation }
}

/** (x - mean) / deviation, column by column; a copy. */
export function standardised({ data, shape }: NDArray<'float32'>, by: Standardisation | null): Float32Array {
  if (by === null) return data
  const d = shape[1]
  const out = new Float32Array(data.length)
  for (let at = 0; at < data.length; at += d) {
    for (let j = 0; j < d; j++) out[at + j] = (data[at + j] - by.mean[j]) / by.deviation[j]
  }
  return out
}

/** A head fitted on standardised features as the same head on raw ones: the scaling is folded into the weights. */
export function foldStandardisation(weights: Float64Array, bias: number, by: Standardisation | null): Head {
  if (by === null) return { weights, bias }
  const raw = weights.map((w, j) => w / by.deviation[j])
  return { weights: raw, bias: bias - raw.reduce((sum, w, j) => sum + w * by.mean[j], 0) }
}

/** Logits of the positive class for features [N, D]. */
export function headLogits({ weights, bias }: Head, { data, shape }: NDArray<'float32'>): Float64Array {
  const [n, d] = shape
  return Float64Array.from({ length: n }, (_, i) => bias + dot(data, i * d, weights))
}

/** One head whose logits are the mean of the heads' logits. */
export function averageHeads(heads: readonly Head[]): Head {
  const weights = new Float64Array(heads[0].weights.length)
  for (const head of heads)
    head.weights.forEach((w, j) => {
      weights[j] += w / heads.length
    })
  return { weights, bias: heads.reduce((sum, head) => sum + head.bias / heads.length, 0) }
}

/** Row of `data` from `at`, times `weights`; four sums, so that the processor need not wait for each. */
export function dot(data: Float32Array, at: number, weights: Float64Array): number {
  const d = weights.length
  let a = 0
  let b = 0
  let c = 0
  let e = 0
  let j = 0
  for (; j + 3 < d; j += 4) {
    a += data[at + j] * weights[j]
    b += data[at + j + 1] * weights[j + 1]
    c += data[at + j + 2] * weights[j + 2]
    e += data[at + j + 3] * weights[j + 3]
  }
  for (; j < d; j++) a += data[at + j] * weights[j]
  return a + b + (c + e)
}
