/** Films read and divided: what a run and a plan begin with. Every problem of the films is found here; no pixels are kept. */
import { elementAt } from '../../base/element-at.js'
import { type Audited, type AuditedCohort, type AuditedFilm, auditCohorts } from '../../dataset/audit.js'
import { readingOf } from '../../dataset/reading.js'
import type { Film } from '../../dataset/sample.js'
import type { Split } from '../../dataset/split.js'
import { shownWarning } from '../../dataset/warning.js'
import type { Result } from '../../record/result.js'
import type { Config } from '../config/schema.js'
import type { OpenedCohorts } from './cohorts.js'
import { type Division, divide } from './division.js'

export interface ReadCohorts {
  readonly opened: OpenedCohorts
  readonly audited: Audited
  readonly division: Division<AuditedFilm>
  /** Of the common pixel path. */
  readonly channels: 1 | 3
}

export interface ReadingOptions {
  /** Called with the number of films done since the last call. */
  readonly onProgress: (more: number) => void
  readonly signal?: AbortSignal
}

/** Decodes every film once and divides them. Throws one `UserError` with every problem of the films. */
export async function readCohorts(
  opened: OpenedCohorts,
  config: Config,
  { onProgress, signal }: ReadingOptions,
): Promise<ReadCohorts> {
  const audited = await auditCohorts(opened, { skipUnreadable: config.skipUnreadable, onProgress, signal })
  const division = divide(audited.internal.cohort.films, config)
  const channels = config.image.channels === 'auto' ? (audited.colour ? 3 : 1) : config.image.channels
  return { opened, audited, division, channels }
}

/** Facts of the dataset as result.json has them. */
export function datasetFacts({ opened, audited, division, channels }: ReadCohorts, config: Config): Result['dataset'] {
  const { classes, positive } = opened
  const { cohort } = audited.internal
  const { split } = division
  const [height, width] = config.image.size
  const ofEachSet = <T>(value: (films: readonly Film[]) => T) => ({
    train: value(split.train),
    tuning: value(split.tuning),
    test: value(split.test),
  })
  const ofExternal = <T>(value: (set: AuditedCohort) => T) =>
    Object.fromEntries(Object.entries(audited.external).map(([name, set]) => [name, value(set)]))
  const byClass = (films: readonly Film[]) => namedCounts(classes, films)
  return {
    name: cohort.name,
    classes,
    positive,
    split: ofEachSet(byClass),
    patients: ofEachSet(patientCount),
    patientSource: cohort.patientSource,
    external: ofExternal((set) => byClass(set.cohort.films)),
    externalPatients: ofExternal((set) => patientCount(set.cohort.films)),
    flow: [
      { set: 'internal', ...cohort.flow },
      ...Object.entries(audited.external).map(([name, set]) => ({ set: name, ...set.cohort.flow })),
    ],
    warnings: [...division.warnings, ...warningsOf(audited), ...remarksOn(audited)],
    readings: { internal: readingOf(cohort.films), ...ofExternal((set) => readingOf(set.cohort.films)) },
    splitGiven: division.given,
    imageSize: [height, width, channels],
  }
}

/** Warnings about the films, those of other hospitals with the name of the set. */
export function warningsOf({ internal, external }: Audited): string[] {
  return [
    ...internal.cohort.warnings.map(shownWarning),
    ...Object.entries(external).flatMap(([name, { cohort }]) =>
      cohort.warnings.map((warning) => `${name}: ${shownWarning(warning)}`),
    ),
  ]
}

/** What is plain to see in each dataset and asks for nothing. */
export function remarksOn({ internal, external }: Audited): string[] {
  return [
    ...internal.cohort.remarks,
    ...Object.entries(external).flatMap(([name, { cohort }]) => cohort.remarks.map((text) => `${name}: ${text}`)),
  ]
}

/** Films of each class, in the order of the classes. */
export function countsByClass(classes: readonly string[], films: readonly Film[]): number[] {
  return classes.map((label) => films.filter((film) => film.label === label).length)
}

/** The same by the classes' names. */
export function namedCounts(classes: readonly string[], films: readonly Film[]): Record<string, number> {
  const counts = countsByClass(classes, films)
  return Object.fromEntries(classes.map((label, c) => [label, elementAt(counts, c)]))
}

export function patientCount(films: readonly Film[]): number {
  return new Set(films.map((film) => film.patientId)).size
}

/** The set that each film of a split is in. */
export function setsOf(split: Split): Map<Film, 'train' | 'tuning' | 'test'> {
  const names = ['train', 'tuning', 'test'] as const
  return new Map(names.flatMap((name) => split[name].map((film) => [film, name] as const)))
}
