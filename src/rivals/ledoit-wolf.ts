/**
 * Ledoit and Wolf's shrinkage of a covariance matrix (2004, J Multivar Anal 88:365) from few vectors of many features:
 *   (1 - share) S + share scale I,   S = X'X / n,   scale = trace(S) / D.
 * All that it takes are sums over vectors and over their inner products; S itself is never formed.
 */
import { ndarray } from '../base/ndarray.js'
import { dotProducts, type FeatureMatrix } from '../metrics/feature-matrix.js'

export interface Shrinkage {
  /** From 0 (S as it is) to 1 (a multiple of the identity). */
  readonly share: number
  /** Mean variance of the features. */
  readonly scale: number
}

/** The shrinkage for vectors that are centred already [n, D]: of scikit-learn's `LedoitWolf(assume_centered=True)`. */
export function ledoitWolf(centred: FeatureMatrix): Shrinkage {
  const [n, d] = centred.shape
  let trace = 0
  let fourth = 0
  for (let i = 0; i < n; i++) {
    let square = 0
    for (let j = 0; j < d; j++) square += centred.data[i * d + j] ** 2
    trace += square / n
    fourth += square ** 2
  }
  const scale = trace / d
  const squares = squaresOfProducts(n <= d ? centred : transposed(centred)) / n ** 2
  const distance = (squares - 2 * scale * trace + d * scale ** 2) / d
  const error = Math.min((fourth / n - squares) / (d * n), distance)
  return { share: error > 0 ? error / distance : 0, scale }
}

/** Sum of the squares of all inner products of rows: that of XX' is that of X'X. */
function squaresOfProducts(rows: FeatureMatrix): number {
  const [n] = rows.shape
  const products = new Float64Array(n)
  let sum = 0
  for (let i = 0; i < n; i++) {
    dotProducts(rows, i, rows, i, products)
    for (let j = i; j < n; j++) sum += (j > i ? 2 : 1) * products[j] ** 2
  }
  return sum
}

function transposed({ data, shape }: FeatureMatrix): FeatureMatrix {
  const [n, d] = shape
  const out = new Float64Array(n * d)
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) out[j * n + i] = data[i * d + j]
  return ndarray('float64', [d, n], out)
}
