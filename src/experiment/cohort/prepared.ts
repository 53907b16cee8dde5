/** The films of a run as sets, from what data preparation has stored: those that the search may see, the test sets sealed. */
import { takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import type { FoldName, Result } from '../../record/result.js'
import type { StageContext } from '../stage.js'
import { cohortOf, type FilmFiles, type SetName, type Stored } from './film-record.js'
import { type FilmSet, SealedTestSets, type SearchData, type SelectionSet, type TestSet } from './film-set.js'

/** What an outer fold may see, and behind a seal what it may not. */
export interface FoldData extends FoldName {
  readonly search: SearchData
  readonly sealed: SealedTestSets
}

export interface Prepared {
  /** Films of the model that is handed over. */
  readonly search: SearchData
  readonly sealed: SealedTestSets
  /** Outer folds, assembled one at a time; none without resampling. */
  readonly folds: readonly (() => FoldData)[]
  /** Inner folds of its training films, assembled one at a time; none where other films choose K. */
  readonly inner: readonly (() => SearchData)[]
  /** Facts for the result. */
  readonly dataset: Result['dataset']
}

/** Assembles the sets; pixels are read from the run's folder, and of a fold when it is asked for. */
export function assemble(
  context: Pick<StageContext, 'directory' | 'config'>,
  stored: Stored,
  files: FilmFiles,
): Prepared {
  const { classes, positive } = stored.dataset
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  const internalSet = (sets: readonly string[], set: SetName) =>
    filmSet(context, stored, files, 'internal', (row) => sets[row] === set)
  const internalTest = (sets: readonly string[]): TestSet => ({ ...internalSet(sets, 'test'), name: 'internal' })
  const externalTests = Object.keys(stored.external).map(
    (name): TestSet => ({ ...filmSet(context, stored, files, name, () => true), name }),
  )
  const handedOver = stored.internal.films.map((film) => film.set)
  const { selectOn } = context.config.search
  const train = internalSet(handedOver, 'train')
  const numbers = [...new Set(stored.inner)].filter((fold) => fold !== null).sort((a, b) => a - b)
  const innerSet = (belongs: (fold: number) => boolean) =>
    filmSet(context, stored, files, 'internal', (row) => {
      const fold = stored.inner?.[row] ?? null
      return fold !== null && belongs(fold)
    })
  return {
    search: {
      classes,
      positiveIndex,
      train,
      // The paper's own curve is attainable only on its test set; the run is then tagged optimistic and has no verdict.
      selection:
        selectOn === 'inner'
          ? overFolds(
              train,
              numbers.map((n) => innerSet((fold) => fold === n)),
            )
          : internalSet(handedOver, selectOn),
    },
    inner: numbers.map((n) => () => ({
      classes,
      positiveIndex,
      train: innerSet((fold) => fold !== n),
      selection: innerSet((fold) => fold === n),
    })),
    // With folds every internal film is tested in one of them.
    sealed: new SealedTestSets([...(stored.folds.length > 0 ? [] : [internalTest(handedOver)]), ...externalTests]),
    folds: stored.folds.map(({ fold, time, sets }) => () => ({
      fold,
      time,
      search: { classes, positiveIndex, train: internalSet(sets, 'train'), selection: internalSet(sets, 'tuning') },
      sealed: new SealedTestSets([internalTest(sets)]),
    })),
    dataset: stored.dataset,
  }
}

/** The training films once more, fold by fold. */
function overFolds(train: FilmSet, folds: readonly FilmSet[]): SelectionSet {
  const films = folds.flatMap((fold) => fold.films)
  const rowOf = new Map(train.films.map(({ id }, row) => [id, row]))
  const pixels = takeRows(
    train.pixels,
    films.map(({ id }) => rowOf.get(id) as number),
  )
  return { ...train, films, pixels, folds: folds.flatMap((fold, i) => fold.films.map(() => i + 1)) }
}

/** Films of a cohort by their rows, with pixels on the common path. */
function filmSet(
  { directory }: Pick<StageContext, 'directory'>,
  stored: Stored,
  files: FilmFiles,
  name: string,
  belongs: (row: number) => boolean,
): FilmSet {
  const cohort = cohortOf(stored, name)
  const chosen = [...cohort.films.entries()].filter(([row]) => belongs(row))
  const films = chosen.map(([, film]) => ({ ...film, file: files(name, film.name) }))
  const rows = chosen.map(([row]) => row)
  const pixels = takeRows(readNpy(directory.privateArray(name), 'uint8'), rows)
  return { films, pixels, maxValue: cohort.maxValue }
}
