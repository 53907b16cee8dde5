/**
 * Pairs of rows of two feature matrices: dot products and squared distances, row against row, without ever holding the
 * whole table of pairs. Four rows at a time, so that the processor need not wait for each sum.
 * Distances are sums of squared differences, not |a|^2 + |b|^2 - 2ab: equal rows are exactly 0 apart.
 */
import { InternalError } from '../base/errors.js'
import type { NDArray } from '../base/ndarray.js'

/** Features [N, D], one row an image. */
export type FeatureMatrix = NDArray<'float32' | 'float64'>

/** The four nearest-neighbour and distance measures are over rows of the same length. Throws where they differ. */
export function featureCount(a: FeatureMatrix, b: FeatureMatrix): number {
  const [, d] = a.shape
  if (a.shape.length !== 2 || b.shape.length !== 2 || b.shape[1] !== d || d === 0) {
    throw new InternalError(`feature matrices [${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit`)
  }
  return d
}

/** Dot products of row `i` of `a` with rows `from` and later of `b`, written to `out` at the rows' numbers. */
export function dotProducts(a: FeatureMatrix, i: number, b: FeatureMatrix, from: number, out: Float64Array): void {
  const [n, d] = b.shape
  const x = a.data.subarray(i * d, (i + 1) * d)
  const y = b.data
  let row = from
  for (; row + 3 < n; row += 4) {
    const at0 = row * d
    const at1 = at0 + d
    const at2 = at1 + d
    const at3 = at2 + d
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let j = 0; j < d; j++) {
      const value = x[j]
      s0 += value * y[at0 + j]
      s1 += value * y[at1 + j]
      s2 += value * y[at2 + j]
      s3 += value * y[at3 + j]
    }
    out[row] = s0
    out[row + 1] = s1
    out[row + 2] = s2
    out[row + 3] = s3
  }
  for (; row < n; row++) {
    let sum = 0
    for (let j = 0; j < d; j++) sum += x[j] * y[row * d + j]
    out[row] = sum
  }
}

/** Squared Euclidean distances of row `i` of `a` to rows `from` and later of `b`, written likewise. */
export function squaredDistances(a: FeatureMatrix, i: number, b: FeatureMatrix, from: number, out: Float64Array): void {
  const [n, d] = b.shape
  const x = a.data.subarray(i * d, (i + 1) * d)
  const y = b.data
  let row = from
  for (; row + 3 < n; row += 4) {
    const at0 = row * d
    const at1 = at0 + d
    const at2 = at1 + d
    const at3 = at2 + d
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let j = 0; j < d; j++) {
      const value = x[j]
      const d0 = value - y[at0 + j]
      const d1 = value - y[at1 + j]
      const d2 = value - y[at2 + j]
      const d3 = value - y[at3 + j]
      s0 += d0 * d0
      s1 += d1 * d1
      s2 += d2 * d2
      s3 += d3 * d3
    }
    out[row] = s0
    out[row + 1] = s1
    out[row + 2] = s2
    out[row + 3] = s3
  }
  for (; row < n; row++) {
    let sum = 0
    for (let j = 0; j < d; j++) sum += (x[j] - y[row * d + j]) ** 2
    out[row] = sum
  }
}
