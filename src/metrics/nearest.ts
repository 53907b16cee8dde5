/** Nearest neighbours among rows of feature matrices, by squared Euclidean distance; ties go to the lower row. */
import { type FeatureMatrix, featureCount, squaredDistances } from './feature-matrix.js'

/** For each row of `a` its nearest row of `b`. */
export interface Nearest {
  readonly index: Int32Array
  /** Euclidean distance. */
  readonly distance: Float64Array
}

/** Nearest row of `b` for each row of `a`; `b` has at least one row. */
export function nearestRows(a: FeatureMatrix, b: FeatureMatrix): Nearest {
  featureCount(a, b)
  const [n, m] = [a.shape[0], b.shape[0]]
  const index = new Int32Array(n)
  const distance = new Float64Array(n)
  const squared = new Float64Array(m)
  for (let i = 0; i < n; i++) {
    squaredDistances(a, i, b, 0, squared)
    let best = 0
    for (let j = 1; j < m; j++) if (squared[j] < squared[best]) best = j
    index[i] = best
    distance[i] = Math.sqrt(squared[best])
  }
  return { index, distance }
}

/**
 * Distance of each row to its nearest other row of the same matrix; with `groups`, to the nearest row of another group
 * (films of one patient are no neighbours). Infinity where there is none.
 */
export function nearestOthers(x: FeatureMatrix, groups?: readonly string[]): Float64Array {
  const apart = (i: number, j: number) => groups === undefined || groups[i] !== groups[j]
  const nearest = nearestSquares(x, 1, apart)
  return nearest.map(Math.sqrt)
}

/** Squared distance of each row to its k-th nearest other row. Infinity where there are fewer than k others. */
export function kthNearestSquares(x: FeatureMatrix, k: number): Float64Array {
  const nearest = nearestSquares(x, k, () => true)
  return Float64Array.from({ length: x.shape[0] }, (_, i) => nearest[i * k + k - 1])
}

/** The k smallest squared distances of each row to others, in order, [N, k]; each pair is computed once. */
function nearestSquares(x: FeatureMatrix, k: number, counts: (i: number, j: number) => boolean): Float64Array {
  const [n] = x.shape
  const nearest = new Float64Array(n * k).fill(Number.POSITIVE_INFINITY)
  const squared = new Float64Array(n)
  const keep = (row: number, value: number) => {
    let at = row * k + k - 1
    if (value >= nearest[at]) return
    for (; at > row * k && nearest[at - 1] > value; at--) nearest[at] = nearest[at - 1]
    nearest[at] = value
  }
  for (let i = 0; i < n; i++) {
    squaredDistances(x, i, x, i + 1, squared)
    for (let j = i + 1; j < n; j++) {
      if (!counts(i, j)) continue
      keep(i, squared[j])
      keep(j, squared[j])
    }
  }
  return nearest
}
