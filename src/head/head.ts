/**
 * The trainable last layer on frozen features. Two classes: one output, logit of the positive class = weights . features +
 * bias (a softmax over two outputs depends on the difference of the two alone). More classes: one output each.
 */
import type { NDArray } from '../base/ndarray.js'

export interface Head {
  /** [outputs, D], output by output, in the backbone's own (raw) feature space. */
  readonly weights: Float64Array
  /** One per output: a single one for two classes, else one per class. */
  readonly bias: Float64Array
}

/** Outputs that a head for so many classes has. */
export function outputsFor(classes: number): number {
  return classes === 2 ? 1 : classes
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
  /** Whether a fit to convergence got there before its steps ran out; true where none was meant. */
  readonly converged: boolean
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

/** (x - mean) / deviation, column by column, in a new array; the data itself without `by`. */
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
export function foldStandardisation({ weights, bias }: Head, by: Standardisation | null): Head {
  if (by === null) return { weights, bias }
  const d = by.mean.length
  const raw = weights.map((w, at) => w / by.deviation[at % d])
  const shifts = bias.map((_, output) => by.mean.reduce((sum, mean, j) => sum + raw[output * d + j] * mean, 0))
  return { weights: raw, bias: bias.map((b, output) => b - shifts[output]) }
}

/** Weights of each output, views of one array. */
export function outputRows(weights: Float64Array, outputs: number): Float64Array[] {
  const d = weights.length / outputs
  return Array.from({ length: outputs }, (_, output) => weights.subarray(output * d, (output + 1) * d))
}

/** Logits [N, outputs] of features [N, D], case by case; of one output: those of the positive class. */
export function headLogits({ weights, bias }: Head, { data, shape }: NDArray<'float32'>): Float64Array {
  const [n, d] = shape
  const outputs = bias.length
  const rows = outputRows(weights, outputs)
  return Float64Array.from({ length: n * outputs }, (_, at) => {
    const output = at % outputs
    return bias[output] + dot(data, ((at - output) / outputs) * d, rows[output])
  })
}

/** One head whose logits are the mean of the heads' logits. */
export function averageHeads(heads: readonly Head[]): Head {
  const mean = (values: readonly Float64Array[]) => {
    const out = new Float64Array(values[0].length)
    for (const value of values)
      value.forEach((w, j) => {
        out[j] += w / values.length
      })
    return out
  }
  return { weights: mean(heads.map((head) => head.weights)), bias: mean(heads.map((head) => head.bias)) }
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
