/** What units name, fetched once for all units of one process, and what is made of it. */
import { InternalError } from '../../base/errors.js'
import { type NDArray, rowCount, rows, takeRows } from '../../base/ndarray.js'
import { decodeNpy } from '../../base/npy.js'
import type { ContentSource } from './content-source.js'
import type { MatrixRows, Rows } from './unit.js'

export class Contents {
  readonly #source: ContentSource
  readonly #made = new Map<string, Promise<unknown>>()

  constructor(source: ContentSource) {
    this.#source = source
  }

  /** A whole matrix [N, D]. */
  matrix(hash: string): Promise<NDArray<'float32'>> {
    return this.once(`matrix ${hash}`, async () => decodeFeatures(await this.#source.fetch(hash), hash))
  }

  /** Rows of a matrix, to be read and not written. */
  async rows({ matrix, rows }: MatrixRows): Promise<NDArray<'float32'>> {
    return selectRows(await this.matrix(matrix), rows)
  }

  /** The content of this name. */
  bytes(hash: string): Promise<Uint8Array> {
    return this.#source.fetch(hash)
  }

  /** What `make` gives, made once for each name. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(name) as Promise<T> | undefined
    if (known) return known
    const made = make()
    this.#made.set(name, made)
    // What could not be fetched may be there at the next attempt.
    made.catch(() => this.#made.delete(name))
    return made
  }
}

/** Rows of a matrix, sharing its memory where they can. */
export function selectRows(matrix: NDArray<'float32'>, which: Rows): NDArray<'float32'> {
  if (which === 'all') return matrix
  const n = rowCount(matrix)
  if ('count' in which) {
    if (which.from + which.count > n) throw outside(n)
    return rows(matrix, which.from, which.from + which.count)
  }
  if (which.some((row) => row >= n)) throw outside(n)
  return takeRows(matrix, which)
}

function outside(n: number): InternalError {
  return new InternalError(`a unit names rows past the ${n} of its matrix`)
}

function decodeFeatures(bytes: Uint8Array, hash: string): NDArray<'float32'> {
  const matrix = decodeNpy(bytes, `content ${hash}`)
  if (matrix.dtype === 'float32' && matrix.shape.length === 2) return matrix as NDArray<'float32'>
  throw new InternalError(`content ${hash} is no matrix of features, but ${matrix.dtype} [${matrix.shape.join(', ')}]`)
}
