/**
 * Principal components of a class's films, by the eigenvectors of the films' inner products: a matrix of films by films,
 * never of pixels by pixels. With X the centred films [n, P] and XX' u = s^2 u, the direction X'u / sqrt(n - 1) is the
 * component, as long as its standard deviation over the films.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import type { Rng } from '../../base/random.js'
import type { ClassFilms } from './class-films.js'

/** Films of a class that components are computed from, at most: time grows with their cube (1,000 take some seconds). */
const mostFilms = 1000

/**
 * The components of largest variance.
 *
 * @param films of one class
 * @param count components wanted; there are at most n - 1, and further rows are 0
 * @param rng chooses the films where there are more than can be taken
 * @returns [count, P], a row a component times its standard deviation, in grey levels
 */
export function principalComponents({ count: n, mean, centred }: ClassFilms, count: number, rng: Rng): Float64Array {
  const size = mean.length
  const taken =
    n > mostFilms ? rng.permutation(n).subarray(0, mostFilms).sort() : Uint32Array.from({ length: n }, (_, i) => i)
  const directions = new Float64Array(count * size)
  if (taken.length < 2) return directions
  const film = (i: number) => centred.subarray(taken[i] * size, (taken[i] + 1) * size)
  const products = new Matrix(taken.length, taken.length)
  for (let i = 0; i < taken.length; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(film(i), film(j))
      products.set(i, j, product)
      products.set(j, i, product)
    }
  }
  // Eigenvalues come in ascending order.
  const { eigenvectorMatrix: vectors } = new EigenvalueDecomposition(products, { assumeSymmetric: true })
  const degrees = Math.sqrt(taken.length - 1)
  for (let k = 0; k < Math.min(count, taken.length - 1); k++) {
    const column = taken.length - 1 - k
    const direction = directions.subarray(k * size, (k + 1) * size)
    // An eigenvector's sign is anybody's; the same films give the same films everywhere by the sign of its largest entry.
    let largest = 0
    for (let i = 0; i < taken.length; i++) {
      const entry = vectors.get(i, column)
      if (Math.abs(entry) > Math.abs(largest)) largest = entry
    }
    for (let i = 0; i < taken.length; i++) {
      const weight = (Math.sign(largest) * vectors.get(i, column)) / degrees
      const values = film(i)
      for (let p = 0; p < size; p++) direction[p] += weight * values[p]
    }
  }
  return directions
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
