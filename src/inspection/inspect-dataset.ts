/**
 * What a dataset holds and what may go wrong with it, before an experiment. Films are decoded once; of each a few
 * kilobytes are kept. Problems of films are part of the answer, not thrown.
 */
import { elementAt } from '../base/element-at.js'
import { throwProblems, UserError } from '../base/errors.js'
import { groupBy } from '../base/group-by.js'
import { Rng } from '../base/random.js'
import { range } from '../base/range.js'
import { type AuditedCohort, type AuditedFilm, examineCohorts, releaseFilms } from '../dataset/audit.js'
import { type OpenOptions, openDataset } from '../dataset/open.js'
import { resolvePositive } from '../dataset/positive.js'
import { countedSteps } from '../dataset/reading.js'
import type { Cohort } from '../dataset/sample.js'
import { whiteOf } from '../image/raster.js'
import type { DatasetInspection, PixelKind, SetInspection, Tally } from '../record/inspection.js'
import { problemsOfSetNames } from '../record/set-name.js'
import { type ClueFilm, judgeClues } from './clues.js'
import { drawFilms } from './draw-films.js'
import { type FilmMeasures, measureFilm, shownHistogram, shownSteps } from './film-measures.js'
import { type FilmToCompare, nearDuplicates } from './near-duplicates.js'
import { picturesOf } from './pair-pictures.js'

export interface InspectOptions extends Pick<OpenOptions, 'patientFrom' | 'encoding'> {
  /** Other hospitals: name and path. */
  readonly external?: Readonly<Record<string, string>>
  /** Annotation files with regions of interest: of the dataset (`internal`), of external sets by name. */
  readonly roi?: Readonly<Record<string, string>>
  readonly skipUnreadable?: boolean
  /** Called once with the dataset as it was opened, before any film is decoded. */
  readonly onOpened?: (cohort: Cohort) => void
  /** Called once with the number of films, then with the number done since the last call; a further film waits for a promise that it returns. */
  readonly onFilms?: (films: number) => void
  readonly onProgress?: (more: number) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** A film with what was measured of it. */
interface MeasuredFilm {
  readonly film: AuditedFilm
  readonly measures: FilmMeasures
}

export interface Inspected {
  readonly facts: DatasetInspection
  /** Small pictures of the films of the first pairs, by id, as `data:` addresses: for a page that stays where the films are. */
  picturePairs(): Promise<Record<string, string>>
}

/** Opens and inspects a dataset. Throws a `UserError` where it is no dataset at all (no class folders, no manifest, one class). */
export async function inspectDataset(dataset: string, options: InspectOptions = {}): Promise<Inspected> {
  const {
    patientFrom,
    encoding,
    roi = {},
    external: others = {},
    skipUnreadable,
    onOpened,
    onFilms,
    onProgress,
    signal,
  } = options
  throwProblems('external sets', problemsOfSetNames(Object.keys(others)))
  const internal = openDataset(dataset, { patientFrom, encoding, roi: roi.internal })
  onOpened?.(internal)
  const external: Record<string, Cohort> = {}
  for (const [name, file] of Object.entries(others))
    external[name] = openDataset(file, { patientFrom, encoding, roi: roi[name], name, idPrefix: `${name}-` })
  onFilms?.([internal, ...Object.values(external)].reduce((sum, cohort) => sum + cohort.films.length, 0))

  const measured = new Map<string, FilmMeasures>()
  const { problems, audited } = await examineCohorts(
    { internal, external },
    { skipUnreadable, onProgress, signal, observe: (seen) => measured.set(seen.film.id, measureFilm(seen)) },
  ).finally(() => releaseFilms({ internal, external }))
  const withMeasures = ({ cohort }: AuditedCohort) =>
    cohort.films.map((film): MeasuredFilm => ({ film, measures: measured.get(film.id) as FilmMeasures }))
  const own = withMeasures(audited.internal)
  const theirs = Object.entries(audited.external).map(([name, cohort]) => ({
    name,
    cohort,
    films: withMeasures(cohort),
  }))
  const judged = filmsToJudge(own, audited.internal)
  const clues = judgeClues(judged, internal.classes, {
    external: Object.fromEntries(
      theirs
        .filter(({ films }) => films.length > 0)
        .map(({ name, cohort, films }) => [name, filmsToJudge(films, cohort)]),
    ),
    seed: 1,
  })
  const facts: DatasetInspection = {
    dataset,
    positive: positiveOf(internal.classes),
    ...describe(audited.internal, own),
    external: Object.fromEntries(theirs.map(({ name, cohort, films }) => [name, describe(cohort, films)])),
    nearDuplicates: nearDuplicates([
      ...own.map((film) => toCompare('internal', audited.internal, film)),
      ...theirs.flatMap(({ name, cohort, films }) => films.map((film) => toCompare(name, cohort, film))),
    ]),
    clues,
    clueFilms: judged.length,
    warnings: [
      ...audited.internal.cohort.warnings.map(String),
      ...Object.entries(audited.external).flatMap(([name, e]) => e.cohort.warnings.map((text) => `${name}: ${text}`)),
    ],
    remarks: [
      ...internal.remarks,
      ...Object.entries(external).flatMap(([name, { remarks }]) => remarks.map((text) => `${name}: ${text}`)),
    ],
    problems,
  }
  const films = [...own, ...theirs.flatMap(({ films }) => films)].map(({ film }) => film)
  return {
    facts,
    picturePairs: () => picturesOf(facts.nearDuplicates, films).finally(() => releaseFilms({ internal, external })),
  }
}

function describe({ cohort, maxValue, colour }: AuditedCohort, films: readonly MeasuredFilm[]): SetInspection {
  const { classes, patientSource, flow } = cohort
  const ofClass = (label: string) => films.filter(({ film }) => film.label === label)
  const tally = (fact: (film: MeasuredFilm) => string | null) => tallyOf(films, fact)
  return {
    classes: Object.fromEntries(
      classes.map((label) => [label, { films: ofClass(label).length, patients: patientsOf(ofClass(label)) }]),
    ),
    films: films.length,
    patients: patientsOf(films),
    patientSource,
    mixedPatients: patientSource === 'image' ? 0 : mixedPatients(films),
    pixels: pixelKinds(films.map(({ film }) => film)),
    colour,
    maxValue,
    formats: tally(({ measures }) => measures.format),
    steps: countedSteps(films.map(({ film }) => film)),
    makers: tally(({ measures }) => measures.maker),
    views: tally(({ measures }) => measures.view),
    histograms: Object.fromEntries(classes.map((label) => [label, meanHistogram(ofClass(label), maxValue)])),
    flow,
  }
}

/** Clues are judged on so many films of a set: a standard error of their AUC of 0.006. More would cost time and memory. */
const mostJudged = 10_000

function filmsToJudge(films: readonly MeasuredFilm[], { maxValue }: AuditedCohort): ClueFilm[] {
  const rng = new Rng(1).split('films that clues are judged on')
  return drawFilms(films, ({ film }) => film, { most: mostJudged, rng }).map((film) => clueFilm(film, maxValue))
}

function clueFilm({ film, measures }: MeasuredFilm, maxValue: number): ClueFilm {
  const { width, height, channels, bitDepth } = film
  const full = whiteOf(film, maxValue)
  const { mean, deviation, border } = measures
  return {
    label: film.label,
    patient: film.patient,
    values: {
      size: [height, width, height * width, height / width],
      'pixel format': [`${measures.format}, ${channels} x ${bitDepth} bit, white at ${measures.fullWhite}`],
      brightness: [mean / full, deviation / full],
      border: border.flatMap((side) => [side.mean / full, side.deviation / full]),
      maker: [measures.maker ?? 'not said'],
      view: [measures.view ?? 'not said'],
    },
  }
}

function toCompare(set: string, { cohort }: AuditedCohort, { film, measures }: MeasuredFilm): FilmToCompare {
  const { id, name, label, patient, split, pixelHash } = film
  const { fingerprint } = measures
  return {
    id,
    set,
    name,
    label,
    patient,
    split,
    pixelHash,
    fingerprint,
    patientKnown: cohort.patientSource !== 'image',
  }
}

function tallyOf(films: readonly MeasuredFilm[], fact: (film: MeasuredFilm) => string | null): Tally {
  const tally: Record<string, Record<string, number>> = {}
  for (const one of films) {
    const value = fact(one)
    if (value === null) continue
    tally[value] ??= {}
    tally[value][one.film.label] = (tally[value][one.film.label] ?? 0) + 1
  }
  return tally
}

function meanHistogram(films: readonly MeasuredFilm[], maxValue: number): number[] {
  const shares = films.map(({ film, measures }) => shownHistogram(measures, whiteOf(film, maxValue)))
  return range(shownSteps).map((step) =>
    shares.reduce((mean, ofFilm) => mean + elementAt(ofFilm, step) / films.length, 0),
  )
}

function patientsOf(films: readonly MeasuredFilm[]): number {
  return new Set(films.map(({ film }) => film.patient)).size
}

function mixedPatients(films: readonly MeasuredFilm[]): number {
  const labels = new Map<string, Set<string>>()
  for (const { film } of films) labels.set(film.patient, (labels.get(film.patient) ?? new Set()).add(film.label))
  return [...labels.values()].filter((own) => own.size > 1).length
}

function positiveOf(classes: readonly string[]): string | null {
  try {
    return resolvePositive(classes)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

function pixelKinds(films: readonly AuditedFilm[]): PixelKind[] {
  const kinds = groupBy(films, ({ channels, bitDepth }) => `${channels} x ${bitDepth}`)
  return [...kinds.values()].map((alike) => {
    const { channels, bitDepth: bits } = elementAt(alike, 0)
    return {
      films: alike.length,
      channels,
      bits,
      rows: extent(alike.map((film) => film.height)),
      columns: extent(alike.map((film) => film.width)),
    }
  })
}

function extent(values: readonly number[]): { least: number; most: number } {
  const sorted = values.toSorted((a, b) => a - b)
  return { least: elementAt(sorted, 0), most: elementAt(sorted, sorted.length - 1) }
}
