/** What the child of `looks.ts` runs: films are listed, then inspected, unless they were before and have not changed. */
import { setTimeout } from 'node:timers/promises'
import { letOthersGoFirst } from '../../../base/background.js'
import { serveChild } from '../../../base/child-process.js'
import { Interrupted, UserError } from '../../../base/errors.js'
import { fileStamp } from '../../../base/files.js'
import { hashBytes } from '../../../base/hash.js'
import { findFilms } from '../../../dataset/open.js'
import type { FoundFilm } from '../../../dataset/reader.js'
import type { Film } from '../../../dataset/sample.js'
import { inspectDataset } from '../../../inspection/inspect-dataset.js'
import type { DatasetInspection } from '../../../record/inspection.js'
import type { FilmEntry } from './film-entry.js'

export interface LookJob {
  readonly dataset: string
  readonly patientFrom?: string
  /** Of the films when they were inspected last. */
  readonly known?: string
}

export type LookMessage =
  | {
      readonly kind: 'films'
      readonly films: readonly FilmEntry[]
      readonly classes: readonly string[]
      readonly stamp: string
    }
  | { readonly kind: 'looked'; readonly more: number }

/** `as before`: nothing has changed since. */
export type LookResult =
  | { readonly kind: 'facts'; readonly facts: DatasetInspection }
  | { readonly kind: 'as before' }
  | { readonly kind: 'unusable'; readonly problem: string }

/** For so long after it was told of somebody who scrolls no further film is looked at. */
const restMs = 500

let restUntil = 0

serveChild<LookJob, LookMessage, LookResult>(look, () => {
  restUntil = Date.now() + restMs
})

async function look(
  { dataset, patientFrom, known }: LookJob,
  send: (message: LookMessage) => void,
): Promise<LookResult> {
  const unchanged = new AbortController()
  const tell = (films: readonly (Film | FoundFilm)[], classes: readonly string[]) => {
    const stamp = stampOf(films)
    send({ kind: 'films', films: entriesOf(films), classes, stamp })
    // The films can be looked at from now on, which somebody does.
    letOthersGoFirst()
    if (stamp === known) unchanged.abort()
  }
  try {
    const { facts } = await inspectDataset(dataset, {
      patientFrom,
      onOpened: ({ films, classes }) => tell(films, classes),
      onProgress: async (more) => {
        send({ kind: 'looked', more })
        for (let left = restUntil - Date.now(); left > 0; left = restUntil - Date.now()) await setTimeout(left)
      },
      signal: unchanged.signal,
    })
    return { kind: 'facts', facts }
  } catch (error) {
    if (error instanceof Interrupted) return { kind: 'as before' }
    if (!(error instanceof UserError)) throw error
    const films = filmsAnyhow(dataset)
    if (films.length > 0) tell(films, [])
    return { kind: 'unusable', problem: error.message }
  }
}

/** What can be shown of a dataset that can't be opened. */
function filmsAnyhow(dataset: string): readonly FoundFilm[] {
  try {
    return findFilms(dataset)
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}

function entriesOf(films: readonly (Film | FoundFilm)[]): FilmEntry[] {
  const seen = new Map<string, number>()
  return films.map((film) => {
    // Of one file, several regions may each be a film.
    const count = (seen.get(film.name) ?? 0) + 1
    seen.set(film.name, count)
    const { file, name, label, array, frame, voi, roi, region, split } = film
    return {
      id: hashBytes(`${name}\0${count}`).slice(0, 16),
      name,
      label,
      patient: 'patientId' in film ? film.patientId : '',
      split: split ?? '',
      file,
      array,
      frame,
      voi,
      roi,
      region,
    }
  })
}

/** Changes when a film is added, removed, named otherwise or written anew. */
function stampOf(films: readonly (Film | FoundFilm)[]): string {
  const stamps = new Map<string, string>()
  const ofFile = (file: string) => {
    const known = stamps.get(file) ?? fileStamp(file)
    stamps.set(file, known)
    return known
  }
  const lines = films.map((film) =>
    JSON.stringify([film.name, film.label, film.frame, film.roi, film.patient, ofFile(film.file)]),
  )
  return hashBytes(lines.join('\n')).slice(0, 16)
}
