/**
 * The films of a run, ready for work: labels as class indices, pixels on the common path (one size, 8 bits).
 * Test films sit behind a seal: the search and everything before it is handed types that have no place for them.
 */
import { InternalError } from '../../base/errors.js'
import { hashArray } from '../../base/hash.js'
import { type NDArray, rows, takeRows } from '../../base/ndarray.js'
import type { ImageInFile } from '../../dataset/sample.js'
import type { Rectangle } from '../../image/rectangle.js'
import type { ScoredSet } from '../../scoring/set-scores.js'
import type { Config } from '../config/schema.js'

export interface PreparedFilm extends ImageInFile {
  /** Shown: film-0001. */
  readonly id: string
  /** Shown: patient-0001. */
  readonly patientId: string
  /** Private: where the film lies. */
  readonly file: string
  /** Private: its path within the dataset. */
  readonly name: string
  readonly classIndex: number
  /** Of the decoded pixels of what counts of the film: equal exactly for equal images. */
  readonly pixelHash: string
  /** The part of the image that counts; absent for the whole image. */
  readonly roi?: Rectangle
}

/** The same film, in messages to the user at the terminal: by its id in the run, and its name in the dataset. */
export function namedForUser<F extends Pick<PreparedFilm, 'id' | 'name'>>(film: F): F {
  return { ...film, name: `${film.id} (${film.name})` }
}

export interface FilmSet {
  readonly films: readonly PreparedFilm[]
  /** uint8 [N, H, W, C], one row a film. */
  readonly pixels: NDArray<'uint8'>
  /** Largest grey value of the films' source; native-size decoding scales by it. */
  readonly maxValue: number
}

/** What the search may see. */
export interface SearchData {
  readonly classes: readonly string[]
  /** The class that is looked for; null where there are more than two. */
  readonly positiveIndex: number | null
  readonly train: FilmSet
  /** Cases that score every trial. */
  readonly selection: SelectionSet
}

export interface SelectionSet extends FilmSet {
  /** Where these are the training films: the inner fold that scores each, films in the order of the folds. */
  readonly folds?: readonly number[]
}

export interface TestSet extends FilmSet {
  /** 'internal' or the name of another hospital. */
  readonly name: string
}

/** Films by what they show, to tell whether an image is one of them: as decoded, or on the common pixel path. */
export class FilmIndex {
  readonly #hashes: ReadonlySet<string>

  constructor(...sets: readonly FilmSet[]) {
    this.#hashes = new Set(
      sets.flatMap((set) =>
        set.films.flatMap((film, row) => [film.pixelHash, hashArray(rows(set.pixels, row, row + 1))]),
      ),
    )
  }

  /** Whether an image [1, H, W, C] on the common path, with the hash of its decoded pixels, equals a film. */
  holds(pixelHash: string, image: NDArray<'uint8'>): boolean {
    return this.#hashes.has(pixelHash) || this.#hashes.has(hashArray(image))
  }
}

/** Test sets, closed. The evaluation opens them, when every choice has been made. */
export class SealedTestSets {
  readonly #sets: readonly TestSet[]

  constructor(sets: readonly TestSet[]) {
    this.#sets = sets
  }

  get names(): string[] {
    return this.#sets.map((set) => set.name)
  }

  /** Films of all sets together. */
  get size(): number {
    return this.#sets.reduce((sum, set) => sum + set.films.length, 0)
  }

  /** Tells of an image whether it is a film of each set, and nothing else of what is behind the seal. */
  indices(): { readonly name: string; readonly index: FilmIndex }[] {
    return this.#sets.map((set) => ({ name: set.name, index: new FilmIndex(set) }))
  }

  /** Breaks the seal. Who opens it has to hold a chosen K: without one the choice would still be ahead. */
  open({ kOptimal }: { readonly kOptimal: number }): readonly TestSet[] {
    if (!(kOptimal >= 1)) throw new InternalError(`test sets opened with K = ${kOptimal}, before one was chosen`)
    return this.#sets
  }
}

/** What a head learns: of two classes 1 for the positive one and 0 for the other, of more the class index. */
export function labelOf(classIndex: number, positiveIndex: number | null): number {
  if (positiveIndex === null) return classIndex
  return classIndex === positiveIndex ? 1 : 0
}

/** Labels of a set's films. */
export function labelsOf(set: FilmSet, positiveIndex: number | null): number[] {
  return set.films.map((film) => labelOf(film.classIndex, positiveIndex))
}

/** Shown patient of every film. */
export function patientsOf({ films }: FilmSet): string[] {
  return films.map((film) => film.patientId)
}

/** A test set as scores stand on it. */
export function scoredSetOf(
  set: TestSet,
  { classes, positiveIndex }: Pick<SearchData, 'classes' | 'positiveIndex'>,
): ScoredSet {
  return {
    set: set.name,
    classes,
    films: set.films.map((film) => film.id),
    yTrue: labelsOf(set, positiveIndex),
    patients: patientsOf(set),
  }
}

/** Films that the search may see and no generator has seen; null where there are none. */
export function unseenFilms({ search }: Pick<Config, 'search'>, { selection }: SearchData): FilmSet | null {
  // A test film serves no other end than the one that it was taken for.
  return search.selectOn === 'test' || selection.folds ? null : selection
}

/** Training films of one class on the common pixel path. */
export function originalsOf({ train }: SearchData, classIndex: number): NDArray<'uint8'> {
  return takeRows(
    train.pixels,
    train.films.flatMap((film, row) => (film.classIndex === classIndex ? [row] : [])),
  )
}

/** Films of each class, by class index. */
export function classCounts(set: FilmSet, classes: readonly string[]): number[] {
  return classes.map((_, index) => set.films.filter((film) => film.classIndex === index).length)
}
