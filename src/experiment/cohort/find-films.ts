/**
 * The films of a run that goes on, found again: where the dataset now says otherwise, that is said before anything is done.
 * Films that are still to be read (or that lie elsewhere by now) must show what they showed when the run began.
 */
import path from 'node:path'
import { throwProblems, UserError } from '../../base/errors.js'
import { exists } from '../../base/files.js'
import { shownPath } from '../../base/shown-path.js'
import { mapBounded } from '../../dataset/bounded.js'
import { readAgain } from '../../dataset/load.js'
import { releaseArrays } from '../../dataset/npz-arrays.js'
import { firstFew } from '../../dataset/reader.js'
import type { Cohort } from '../../dataset/sample.js'
import { progressOf } from '../../record/progress.js'
import type { StageContext } from '../stage.js'
import { openExternal, openInternal } from './cohorts.js'
import {
  cohortOf,
  type FilmFiles,
  labelsFound,
  type Stored,
  type StoredCohort,
  type StoredFilm,
} from './film-record.js'
import { namedForUser } from './film-set.js'

export interface FilmsContext extends StageContext {
  /** Whether films lie elsewhere than when the run was last at work. */
  readonly moved: boolean
}

export async function findFilms(context: FilmsContext, stored: Stored): Promise<FilmFiles> {
  const { config, moved, run } = context
  const sets = [
    { name: 'internal', place: config.dataset, option: '--dataset FILMS', open: () => openInternal(config) },
    ...Object.entries(config.external).map(([name, place]) => ({
      name,
      place,
      option: `--external ${name}=FILMS`,
      open: () => openExternal(config, name),
    })),
  ]
  const found = new Map<string, ReadonlyMap<string, string>>()
  const files: FilmFiles = (set, name) =>
    found.get(set)?.get(name) ?? path.join(config.external[set] ?? config.dataset, name)
  for (const { name, place, option, open } of sets) {
    if (exists(place)) {
      const cohort = open()
      refuseChangedLabels(name, cohortOf(stored, name), cohort)
      found.set(name, new Map(cohort.films.map((film) => [film.name, film.file])))
    } else if (moved || filmsAhead(context, stored, name).length > 0) {
      const set = name === 'internal' ? 'the dataset' : `the external set ${name}`
      throw new UserError(
        `${set} (${path.basename(place)}) is no longer where this run last saw it, and it is needed; put it back, or say where it lies now: kopt resume ${shownPath(run.root)} ${option}`,
      )
    }
  }
  const again = sets.flatMap(({ name }) => {
    const films = moved ? cohortOf(stored, name).films : filmsAhead(context, stored, name)
    return films.map((film) => namedForUser({ ...film, file: files(name, film.name) }))
  })
  await requireSameFilms(context, again)
  return files
}

/** Films of which some features are still to be taken from their files. */
function filmsAhead(
  { directory, seals }: Pick<StageContext, 'directory' | 'seals'>,
  stored: Stored,
  set: string,
): StoredFilm[] {
  const { films } = cohortOf(stored, set)
  const done = (matrix: string) => seals.holds(directory.featureMatrix(matrix))
  return films.filter((film) => {
    if (film.set === 'train') return !done('train-native')
    // What the search selects on may be the test films.
    if (film.set === 'tuning') return !done('selection-native')
    return stored.folds.length === 0 || set !== 'internal' ? !done(`native-test-${set}`) : false
  })
}

async function requireSameFilms(
  context: Pick<StageContext, 'emit' | 'signal'>,
  films: readonly (StoredFilm & { readonly file: string })[],
): Promise<void> {
  if (films.length === 0) return
  const progress = progressOf(context, 'prepare-data', films.length, 'films')
  const results = await mapBounded(
    films,
    async (film) => {
      try {
        await readAgain(film)
        return []
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        return [error.message]
      } finally {
        progress(1)
      }
    },
    context.signal,
  ).finally(() => releaseArrays(films.map(({ file }) => file)))
  throwProblems(
    `these are not the films that the run began with; put those back and resume, or start a new run with another --out`,
    results.flat().length > 5 ? [firstFew(results.flat(), 5)] : results.flat(),
  )
}

function refuseChangedLabels(set: string, before: StoredCohort, cohort: Cohort): void {
  const placeOf = ({ name, roi }: StoredCohort['found'][number]) => `${name}${roi ? ` (region ${roi})` : ''}`
  const now = new Map(labelsFound(cohort).map((film) => [placeOf(film), film.label]))
  for (const film of before.found) {
    const { label } = film
    const today = now.get(placeOf(film))
    if (today === label) continue
    const change = today === undefined ? 'is no longer there' : `is now labelled ${today}`
    const where = set === 'internal' ? '' : `${set}: `
    const id = before.films.find(({ name }) => name === film.name)?.id
    throw new UserError(
      `${where}${id ? `${id} ` : ''}(${placeOf(film)}) was labelled ${label} when this run began and ${change}; put it back to resume, or start a new run with another --out`,
    )
  }
}
