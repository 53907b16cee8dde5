/** What data preparation leaves of the films (private): enough to go on without reading the dataset again, and two tables of it. */
import { formatCsv } from '../../base/csv.js'
import { exists, readJson } from '../../base/files.js'
import { knownValue } from '../../base/own-value.js'
import type { Cohort } from '../../dataset/sample.js'
import { rectangleText } from '../../image/rectangle.js'
import type { FoldName, Result } from '../../record/result.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { requireWhole } from '../../record/seals.js'
import type { StageContext } from '../stage.js'
import type { PreparedFilm } from './film-set.js'

export type SetName = 'train' | 'tuning' | 'test'

/** Without the place of its file, which may change. */
export type StoredFilm = Omit<PreparedFilm, 'file'> & { patient: string; set: SetName | 'external' }

export interface StoredCohort {
  /** File within the dataset, region and label of every film found: a resumed run compares. */
  found: { name: string; label: string; roi?: string }[]
  films: StoredFilm[]
  maxValue: number
}

export interface Stored {
  internal: StoredCohort
  external: Record<string, StoredCohort>
  /** Set of every internal film, fold by fold. */
  folds: (FoldName & { sets: SetName[] })[]
  /** The inner fold that each internal film is scored in, from 1, null for test films; absent where other films choose K. */
  inner?: (number | null)[]
  dataset: Result['dataset']
}

/** Where the file of a film lies, by its set (`internal` or the name of another hospital) and its name in the dataset. */
export type FilmFiles = (set: string, name: string) => string

/** The films of a set: `internal` or the name of another hospital. Throws an `InternalError` for a set that was not prepared. */
export function cohortOf({ internal, external }: Stored, set: string): StoredCohort {
  return set === 'internal' ? internal : knownValue(external, set)
}

export function labelsFound(cohort: Cohort): StoredCohort['found'] {
  return cohort.films.map(({ name, label, roi }) => ({ name, label, ...(roi && { roi: rectangleText(roi) }) }))
}

/**
 * Where the run's films went, by the hash of their pixels: train, tuning, test or the name of another hospital's set;
 * undefined where the run's private folder is gone.
 */
export function placesOfFilms(directory: RunDirectory): Map<string, string> | undefined {
  if (!exists(directory.prepared)) return undefined
  requireWhole(directory, directory.prepared)
  const { internal, external } = readJson<Stored>(directory.prepared)
  const ofRun = internal.films.map((film) => [film.pixelHash, film.set] as const)
  const others = Object.entries(external).flatMap(([name, { films }]) =>
    films.map((film) => [film.pixelHash, name] as const),
  )
  return new Map([...others, ...ofRun])
}

/** The patient of each training film of the model that is handed over, in the rows of its features; undefined as above. */
export function patientsInTraining(directory: RunDirectory): string[] | undefined {
  if (!exists(directory.prepared)) return undefined
  requireWhole(directory, directory.prepared)
  const { films } = readJson<Stored>(directory.prepared).internal
  return films.flatMap(({ set, patientId }) => (set === 'train' ? [patientId] : []))
}

/** split.csv, and private/films.csv with the places of the files. */
export function writeFilmTables(
  { directory, seals }: Pick<StageContext, 'directory' | 'seals'>,
  stored: Stored,
  files: FilmFiles,
): void {
  const all = Object.entries({ internal: stored.internal, ...stored.external }).flatMap(([set, { films }]) =>
    films.map((film) => ({ ...film, file: files(set, film.name) })),
  )
  const { classes } = stored.dataset
  // With folds: the fold that tests the film, a column for each time.
  const times = [...new Set(stored.folds.map(({ time }) => time))]
  const testedIn = (row: number) =>
    times.map((time) => stored.folds.find((fold) => fold.time === time && fold.sets[row] === 'test')?.fold ?? '')
  seals.keep(
    directory.split,
    formatCsv(
      [
        ...['film', 'set', 'label', 'patient'],
        ...times.map((time) => (times.length === 1 ? 'fold' : `fold_${time}`)),
        ...(stored.inner ? ['inner_fold'] : []),
      ],
      stored.internal.films.map((film, row) => [
        film.id,
        film.set,
        classes[film.classIndex],
        film.patientId,
        ...testedIn(row),
        ...(stored.inner ? [stored.inner[row] ?? ''] : []),
      ]),
    ),
  )
  seals.keep(
    directory.films,
    formatCsv(
      ['film', 'set', 'label', 'patient', 'patient_key', 'region', 'file'],
      all.map((film) => [
        film.id,
        film.set,
        classes[film.classIndex],
        film.patientId,
        film.patient,
        film.roi ? rectangleText(film.roi) : '',
        film.file,
      ]),
    ),
  )
}
