/** Films that a finished run has never seen, read on its pixel path; none of its own may be among them. */

import { throwProblems, UserError } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { type AuditedCohort, auditCohorts } from '../../dataset/audit.js'
import { loadPixels } from '../../dataset/load.js'
import { openDataset } from '../../dataset/open.js'
import { firstFew } from '../../dataset/reader.js'
import type { EventSink } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { refuseUnknownClasses } from '../cohort/cohorts.js'
import { placesOfFilms } from '../cohort/film-record.js'
import type { TestSet } from '../cohort/film-set.js'
import type { FinishedRun } from './finished-run.js'

export interface FilmsRequest {
  readonly dataset: string
  readonly patientFrom?: string
  /** Code page of tables that are not UTF-8. */
  readonly encoding?: string
  /** Annotations that films are cut to. */
  readonly roi?: string
  readonly skipUnreadable?: boolean
}

export interface NewFilms {
  readonly set: TestSet
  readonly cohort: AuditedCohort['cohort']
  /** Whether the films could be held against those of the run. */
  readonly overlapChecked: boolean
}

/** Reads a dataset as a set of that name. Throws a `UserError` with all problems of its films. */
export async function readNewFilms(
  { directory, config, result }: FinishedRun,
  name: string,
  { dataset, patientFrom, encoding, roi, skipUnreadable }: FilmsRequest,
  { onEvent, signal }: { readonly onEvent: EventSink; readonly signal?: AbortSignal },
): Promise<NewFilms> {
  const { classes, imageSize } = result.dataset
  const opened = openDataset(dataset, {
    patientFrom: patientFrom ?? config.patientFrom ?? undefined,
    encoding: encoding ?? config.encoding ?? undefined,
    roi,
    name,
    idPrefix: `${name}-`,
  })
  refuseUnknownClasses(dataset, opened, 'the run knows', classes)
  const progress = progressOf({ emit: onEvent }, 'prepare-data', opened.films.length, 'films', 2)
  const { internal } = await auditCohorts(
    { internal: opened, external: {} },
    { forSplit: false, skipUnreadable, onProgress: progress, signal },
  )
  const { cohort, maxValue } = internal
  if ('internal' in config.roi && cohort.films.every((film) => film.roi === undefined)) {
    throw new UserError(
      `the run was made on regions cut out of films, and ${dataset} holds whole films; say where to look: --roi FILE`,
    )
  }
  const [height, width, channels] = imageSize
  const target = { height, width, channels: channels as 1 | 3, maxValue }
  const pixels = await loadPixels(cohort.films, target, progress, signal)
  const films = cohort.films.map((film) => ({ ...film, classIndex: classes.indexOf(film.label) }))
  const set = { name, films, pixels, maxValue }
  return { set, cohort, overlapChecked: refuseKnownFilms(directory, dataset, set) }
}

const setWords: Record<string, string> = { train: 'training', tuning: 'tuning', test: 'test' }

/** A film that the run trained on, chose with or was tested on would flatter it. False where that can't be told. */
function refuseKnownFilms(directory: RunDirectory, dataset: string, { films }: TestSet): boolean {
  const places = placesOfFilms(directory)
  if (!places) return false
  const namesByPlace = new Map<string, string[]>()
  for (const { name, pixelHash } of films) {
    const place = places.get(pixelHash)
    if (place !== undefined) namesByPlace.set(place, [...(namesByPlace.get(place) ?? []), name])
  }
  throwProblems(
    `${dataset} holds films of the run itself, and new ones are wanted; take them out, or mark them in an exclude column`,
    [...namesByPlace].map(
      ([place, names]) => `${counted(names.length, `${setWords[place] ?? place} film`)}: ${firstFew(names)}`,
    ),
  )
  return true
}
