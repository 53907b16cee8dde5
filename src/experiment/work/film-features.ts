/**
 * Features of the run's films: the backbone sees each film once a run, and what a fold takes of it are rows of the run's own
 * matrices. A film is known by what it shows (the hash of its decoded pixels); the backbone is the run's.
 */
import { InternalError } from '../../base/errors.js'
import { concatRows, type NDArray, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { FilmSet, SearchData } from '../cohort/film-set.js'

/** On the common pixel path, or at the backbone's own size. */
export type PixelPath = 'common' | 'native'

/** Sets of films that have matrices of their own. */
export type SetOfMatrix = 'train' | 'selection'

/** Names of the matrices of the films that a search sees. */
export function filmMatrix(set: SetOfMatrix, path: PixelPath): string {
  return path === 'native' ? `${set}-native` : set
}

/** The sets of which there are matrices: where inner folds choose K, the films that they score are the training films. */
export function setsWithMatrix({ train, selection }: FilmsOfSearch): { name: SetOfMatrix; set: FilmSet }[] {
  return [{ name: 'train', set: train }, ...(selection.folds ? [] : [{ name: 'selection' as const, set: selection }])]
}

type FilmsOfSearch = Pick<SearchData, 'train' | 'selection'>

export class FilmFeatures {
  readonly #directory: RunDirectory
  readonly #sets: readonly SetOfMatrix[]
  readonly #rows: ReadonlyMap<string, number>

  /** `directory`: of a run whose matrices of the films in `data` stand. */
  constructor(directory: RunDirectory, data: FilmsOfSearch) {
    const sets = setsWithMatrix(data)
    this.#directory = directory
    this.#sets = sets.map(({ name }) => name)
    this.#rows = new Map(sets.flatMap(({ set }) => set.films).map(({ pixelHash }, row) => [pixelHash, row]))
  }

  /** Features [N, D] of a set's films, a row each. Throws where one of them is none of the run's. */
  of({ films }: FilmSet, path: PixelPath): NDArray<'float32'> {
    const sets = this.#sets.map((set) => readNpy(this.#directory.featureMatrix(filmMatrix(set, path)), 'float32'))
    const rows = films.map(({ id, pixelHash }) => {
      const row = this.#rows.get(pixelHash)
      if (row === undefined) throw new InternalError(`${id} is none of the films that the run has extracted`)
      return row
    })
    return takeRows(concatRows(sets), rows)
  }
}
