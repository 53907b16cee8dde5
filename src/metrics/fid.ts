/**
 * Fréchet distance of two feature matrices (FID; Heusel et al. 2017): between the normal distributions that have their
 * means and covariances (n - 1),
 *   |mu_x - mu_y|^2 + tr(Sx) + tr(Sy) - 2 tr((Sx Sy)^(1/2)).
 * With Sx = A'A and Sy = B'B, where A and B are the centred rows over sqrt(n - 1), the last trace is the sum of the
 * singular values of A B', which needs no root of a matrix and holds for fewer rows than columns.
 *
 * Biased upwards in small samples, the more the fewer the images: two halves of the same films are far from 0. Compare
 * FIDs of equal numbers of images alone, and with `fidOfHalves` as what nothing at all would give.
 */
import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix'
import { type NDArray, ndarray, takeRows } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { dotProducts, type FeatureMatrix, featureCount } from './feature-matrix.js'

/**
 * FID of features [M, D] and [N, D]; null where a set has fewer than two rows. At least 0 but for rounding.
 *
 * @param x features [M, D]
 * @param y features [N, D], by the same backbone
 * @returns the squared distance in the features' squared unit, or null
 * @throws `InternalError` where the matrices differ in D
 * @source Heusel et al., NeurIPS 2017
 */
export function fid(x: FeatureMatrix, y: FeatureMatrix): number | null {
  const d = featureCount(x, y)
  if (x.shape[0] < 2 || y.shape[0] < 2) return null
  const a = centred(x)
  const b = centred(y)
  let distance = 0
  for (let j = 0; j < d; j++) distance += (a.mean[j] - b.mean[j]) ** 2
  return distance + squares(a.rows) + squares(b.rows) - 2 * nuclearNorm(reduced(a.rows), reduced(b.rows))
}

/**
 * FID between two random halves of one set, averaged over a few ways to halve it: the floor that the number of images
 * sets. Rows of one patient stay together. Null with fewer than four units.
 *
 * @param x features [M, D]
 * @param rng halves the rows
 * @param options `patients`: patient of every row; `times`: ways to halve, default 3
 * @returns the mean FID of two halves, or null
 */
export function fidOfHalves(
  x: FeatureMatrix,
  rng: Rng,
  { patients, times = 3 }: { patients?: readonly string[]; times?: number } = {},
): number | null {
  const [n] = x.shape
  const names = patients ?? Array.from({ length: n }, (_, i) => String(i))
  const units = [...new Set(names)]
  if (units.length < 4) return null
  let sum = 0
  for (let time = 0; time < times; time++) {
    const first = new Set(
      rng
        .at(time)
        .shuffle(units)
        .slice(0, units.length >> 1),
    )
    const half = (inFirst: boolean) =>
      takeRows(
        x,
        names.flatMap((name, row) => (first.has(name) === inFirst ? [row] : [])),
      )
    const distance = fid(half(true), half(false))
    if (distance === null) return null
    sum += distance
  }
  return sum / times
}

type Rows = NDArray<'float64'>

function centred({ data, shape }: FeatureMatrix): { mean: Float64Array; rows: Rows } {
  const [n, d] = shape
  const mean = new Float64Array(d)
  for (let at = 0; at < data.length; at += d) for (let j = 0; j < d; j++) mean[j] += data[at + j]
  for (let j = 0; j < d; j++) mean[j] /= n
  const scale = 1 / Math.sqrt(n - 1)
  const rows = new Float64Array(data.length)
  for (let at = 0; at < data.length; at += d)
    for (let j = 0; j < d; j++) rows[at + j] = (data[at + j] - mean[j]) * scale
  return { mean, rows: ndarray('float64', [n, d], rows) }
}

/** Sum of squares: the trace of the covariance. */
function squares({ data }: Rows): number {
  let sum = 0
  for (const value of data) sum += value * value
  return sum
}

/** More rows than columns: the triangular factor, whose product with its transpose from the left is the same. */
function reduced(rows: Rows): Rows {
  const [n, d] = rows.shape
  if (n <= d) return rows
  const triangle = new QrDecomposition(Matrix.from1DArray(n, d, rows.data)).upperTriangularMatrix
  return ndarray('float64', [d, d], Float64Array.from(triangle.to1DArray()))
}

/** Sum of the singular values of A B'. */
function nuclearNorm(a: Rows, b: Rows): number {
  const [m, n] = [a.shape[0], b.shape[0]]
  const product = new Matrix(m, n)
  const row = new Float64Array(n)
  for (let i = 0; i < m; i++) {
    dotProducts(a, i, b, 0, row)
    product.setRow(i, row)
  }
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true }
  const values = new SingularValueDecomposition(product, options).diagonal
  return values.reduce((sum, value) => sum + value, 0)
}
