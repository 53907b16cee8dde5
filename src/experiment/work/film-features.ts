/**
 * Features of the run's films: the backbone sees each film once a run, and what an outer fold takes of it are rows of the run's own
 * matrices. A film is known by what it shows (the hash of its decoded pixels); the backbone is the run's.
 */
import { InternalError } from '../../base/errors.js'
import { concatRows, type NDArray, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { FilmSet, SearchData } from '../cohort/film-set.js'

/** On the common pixel path, or at the backbone's own size. */
export type PixelPath = 'common' | 'native'

/** Names of the matrices of the films that a search sees. */
export function filmMatrix(set: 'train' | 'selection', path: PixelPath): string {
  return path === 'native' ? `${set}-native` : set
}

export class FilmFeatures {
  readonly #directory: RunDirectory
  readonly #rows: ReadonlyMap<string, number>

  /** `directory`: of a run whose matrices of the films in `data` stand. */
  constructor(directory: RunDirectory, { train, selection }: Pick<SearchData, 'train' | 'selection'>) {
    this.#directory = directory
    this.#rows = new Map([...train.films, ...selection.films].map(({ pixelHash }, row) => [pixelHash, row]))
  }

  /** Features [N, D] of a set's films, a row each. Throws where one of them is none of the run's. */
  of({ films }: FilmSet, path: PixelPath): NDArray<'float32'> {
    const sets = (['train', 'selection'] as const).map((set) =>
      readNpy(this.#directory.featureMatrix(filmMatrix(set, path)), 'float32'),
    )
    const rows = films.map(({ id, pixelHash }) => {
      const row = this.#rows.get(pixelHash)
      if (row === undefined) throw new InternalError(`${id} is none of the films that the run has extracted`)
      return row
    })
    return takeRows(concatRows(sets), rows)
  }
}
