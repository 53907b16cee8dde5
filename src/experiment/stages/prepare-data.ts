/**
 * Read, audit, split: from a dataset on disk to sets of films on the common pixel path, the test sets sealed.
 * Every problem of the data is found here, before any hours are spent.
 */
import path from 'node:path'
import { formatCsv } from '../../base/csv.js'
import { UserError } from '../../base/errors.js'
import { exists, readJson, writeAtomic, writeJson } from '../../base/files.js'
import { takeRows } from '../../base/ndarray.js'
import { readNpy, writeNpy } from '../../base/npy.js'
import { auditCohorts } from '../../dataset/audit.js'
import { loadPixels } from '../../dataset/load.js'
import { openDataset } from '../../dataset/open.js'
import { patientNames } from '../../dataset/patient-key.js'
import { settlePatients } from '../../dataset/patients/settle.js'
import { resolvePositive } from '../../dataset/positive.js'
import { readingOf } from '../../dataset/reading.js'
import { type Cohort, type Film, imageInFile } from '../../dataset/sample.js'
import type { Split } from '../../dataset/split.js'
import { shownWarning } from '../../dataset/warning.js'
import { rectangleText } from '../../image/rectangle.js'
import type { Result } from '../../record/result.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { Config } from '../config-schema.js'
import { divide, type FoldName } from '../division.js'
import { type FilmSet, type PreparedFilm, SealedTestSets, type SearchData, type TestSet } from '../film-set.js'
import { progressOf, type RunContext, runStage } from '../stage.js'

/** What an outer fold may see, and behind a seal what it may not. */
export interface FoldData extends FoldName {
  readonly search: SearchData
  readonly sealed: SealedTestSets
}

export interface Prepared {
  /** Films of the model that is handed over. */
  readonly search: SearchData
  /** The tuning films, also where the search selects on something else. */
  readonly tuning: FilmSet
  readonly sealed: SealedTestSets
  /** Outer folds, assembled one at a time; none without resampling. */
  readonly folds: readonly (() => FoldData)[]
  /** Facts for the result. */
  readonly dataset: Result['dataset']
}

type SetName = 'train' | 'tuning' | 'test'

/** What is kept on disk (private): enough to go on without reading the dataset again. */
interface StoredCohort {
  /** File within the dataset, region and label of every film found: a resumed run compares. */
  found: { name: string; label: string; roi?: string }[]
  films: (PreparedFilm & { patient: string; set: SetName | 'external' })[]
  maxValue: number
}

interface Stored {
  internal: StoredCohort
  external: Record<string, StoredCohort>
  /** Set of every internal film, fold by fold. */
  folds: (FoldName & { sets: SetName[] })[]
  dataset: Result['dataset']
}

export async function prepareData(context: RunContext): Promise<Prepared> {
  const { directory, config } = context
  if (exists(directory.prepared)) refuseChangedLabels(config, readJson<Stored>(directory.prepared))
  await runStage(context, 'prepare-data', () => readAndSplit(context))
  return assemble(context, readJson<Stored>(directory.prepared))
}

export interface ReadingOptions {
  /** Called once with the number of films. */
  readonly onFilms: (films: number) => void
  /** Called with the number of films done since the last call. */
  readonly onProgress: (more: number) => void
  readonly signal?: AbortSignal
}

/** Opened, audited and divided: what a run and a plan begin with. No pixels are kept. */
export async function readCohorts(config: Config, { onFilms, onProgress, signal }: ReadingOptions) {
  const cohorts = openCohorts(config)
  const classes = cohorts.internal.classes
  const positive = resolvePositive(classes, config.positive ?? undefined)
  settlePatients(cohorts.internal, config.split.by)
  for (const [name, cohort] of Object.entries(cohorts.external)) {
    const unknown = cohort.classes.filter((label) => !classes.includes(label))
    if (unknown.length > 0) {
      throw new UserError(
        `external set ${name} has class ${unknown.join(', ')}, but the dataset has ${classes.join(', ')}; rename its folders or labels to match`,
      )
    }
  }
  const total = [cohorts.internal, ...Object.values(cohorts.external)].reduce((sum, c) => sum + c.films.length, 0)
  onFilms(total)
  const audited = await auditCohorts(cohorts, { skipUnreadable: config.skipUnreadable, onProgress, signal })
  const channels: 1 | 3 = config.image.channels === 'auto' ? (audited.colour ? 3 : 1) : config.image.channels
  const division = divide(audited.internal.cohort.films, config)
  return { cohorts, classes, positive, audited, division, channels, films: total }
}

async function readAndSplit(context: RunContext): Promise<null> {
  const { config, directory, emit, signal } = context
  let progress: (more: number) => void = () => {}
  const { cohorts, classes, positive, audited, division, channels } = await readCohorts(config, {
    onFilms: (films) => {
      progress = progressOf(context, 'prepare-data', 2 * films, 'films')
    },
    onProgress: (more) => progress(more),
    signal,
  })
  const { internal, external } = audited
  const { films } = internal.cohort
  const { split, folds, warnings } = division
  const [height, width] = config.image.size

  const nameOf = patientNaming(context)
  const storeCohort = async (
    name: string,
    { cohort, maxValue }: (typeof audited)['internal'],
    setOf: (film: Film) => SetName | 'external',
  ) => {
    const pixels = await loadPixels(cohort.films, { height, width, channels, maxValue }, () => progress(1), signal)
    writeNpy(directory.privateArray(name), pixels)
    const films = cohort.films.map((film) => ({
      id: film.id,
      patientId: film.patientId,
      patient: nameOf(film),
      file: film.file,
      name: film.name,
      classIndex: classes.indexOf(film.label),
      pixelHash: film.pixelHash,
      ...imageInFile(film),
      ...(film.roi ? { roi: film.roi } : {}),
      set: setOf(film),
    }))
    return { found: labelsFound(name === 'internal' ? cohorts.internal : cohorts.external[name]), films, maxValue }
  }

  const where = setsOf(split)
  const stored: Stored = {
    internal: await storeCohort('internal', internal, (film) => where.get(film) as SetName),
    external: {},
    folds: folds.map(({ fold, time, split }) => {
      const sets = setsOf(split)
      return { fold, time, sets: films.map((film) => sets.get(film) as SetName) }
    }),
    dataset: {
      name: internal.cohort.name,
      classes,
      positive,
      split: {
        train: countByLabel(split.train, classes),
        tuning: countByLabel(split.tuning, classes),
        test: countByLabel(split.test, classes),
      },
      patients: {
        train: countPatients(split.train),
        tuning: countPatients(split.tuning),
        test: countPatients(split.test),
      },
      patientSource: internal.cohort.patientSource,
      external: Object.fromEntries(
        Object.entries(external).map(([name, e]) => [name, countByLabel(e.cohort.films, classes)]),
      ),
      externalPatients: Object.fromEntries(
        Object.entries(external).map(([name, e]) => [name, countPatients(e.cohort.films)]),
      ),
      flow: [
        { set: 'internal', ...internal.cohort.flow },
        ...Object.entries(external).map(([name, e]) => ({ set: name, ...e.cohort.flow })),
      ],
      warnings: [
        ...warnings,
        ...[internal, ...Object.values(external)].flatMap(({ cohort }) => cohort.warnings.map(shownWarning)),
      ],
      readings: {
        internal: readingOf(films),
        ...Object.fromEntries(Object.entries(external).map(([name, e]) => [name, readingOf(e.cohort.films)])),
      },
      splitGiven: division.given,
      imageSize: [height, width, channels],
    },
  }
  for (const [name, cohort] of Object.entries(external))
    stored.external[name] = await storeCohort(name, cohort, () => 'external')
  for (const text of stored.dataset.warnings) emit({ type: 'warning', text })
  writeTables(context, stored)
  writeJson(directory.prepared, stored)
  return null
}

/**
 * What stands for patients in private/: their keyed hash, unless the user keeps the ids. Where no key can be kept, a run
 * goes on without: the shown ids are enough for all it does.
 */
function patientNaming({ config, emit }: RunContext): (film: Film) => string {
  try {
    const nameOf = patientNames(config)
    nameOf('')
    return (film) => nameOf(film.patient)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    emit({ type: 'warning', text: `patients in private/ are named by ids of this run alone: ${error.message}` })
    return (film) => film.patientId
  }
}

function setsOf(split: Split): Map<Film, SetName> {
  const names = ['train', 'tuning', 'test'] as const
  return new Map(names.flatMap((name) => split[name].map((film) => [film, name] as const)))
}

function openCohorts(config: Config): { internal: Cohort; external: Record<string, Cohort> } {
  return {
    internal: openInternal(config),
    external: Object.fromEntries(Object.keys(config.external).map((name) => [name, openExternal(config, name)])),
  }
}

/**
 * Where the run's films went, by the hash of their pixels: train, tuning, test or the name of another hospital's set;
 * undefined where the run's private folder is gone.
 */
export function placesOfFilms(directory: RunDirectory): Map<string, string> | undefined {
  if (!exists(directory.prepared)) return undefined
  const { internal, external } = readJson<Stored>(directory.prepared)
  const own = internal.films.map((film) => [film.pixelHash, film.set] as const)
  const others = Object.entries(external).flatMap(([name, { films }]) =>
    films.map((film) => [film.pixelHash, name] as const),
  )
  return new Map([...others, ...own])
}

function openInternal({ dataset, patientFrom, roi }: Config): Cohort {
  return openDataset(dataset, { patientFrom: patientFrom ?? undefined, roi: roi.internal })
}

function openExternal({ external, patientFrom, roi }: Config, name: string): Cohort {
  return openDataset(external[name], {
    patientFrom: patientFrom ?? undefined,
    roi: roi[name],
    name,
    idPrefix: `${name}-`,
  })
}

function labelsFound(cohort: Cohort): StoredCohort['found'] {
  return cohort.films.map(({ name, label, roi }) => ({ name, label, ...(roi && { roi: rectangleText(roi) }) }))
}

/** A resumed run goes on with the films it began with; where the dataset now says otherwise, that is said and nothing is done. */
function refuseChangedLabels(config: Config, stored: Stored): void {
  const check = (file: string, before: StoredCohort, open: () => Cohort) => {
    if (!exists(file)) return
    const placeOf = ({ name, roi }: StoredCohort['found'][number]) => `${name}${roi ? ` (region ${roi})` : ''}`
    const now = new Map(labelsFound(open()).map((film) => [placeOf(film), film.label]))
    for (const film of before.found) {
      const { label } = film
      const today = now.get(placeOf(film))
      if (today === label) continue
      const change = today === undefined ? 'is no longer there' : `is now labelled ${today}`
      throw new UserError(
        `${path.join(file, placeOf(film))} was labelled ${label} when this run began and ${change}; put it back to resume, or start a new run with another --out`,
      )
    }
  }
  check(config.dataset, stored.internal, () => openInternal(config))
  for (const [name, file] of Object.entries(config.external)) {
    check(file, stored.external[name], () => openExternal(config, name))
  }
}

function writeTables(context: RunContext, stored: Stored): void {
  const { directory } = context
  const all = [stored.internal, ...Object.values(stored.external)].flatMap((cohort) => cohort.films)
  const { classes } = stored.dataset
  // With folds: the fold that tests the film, a column for each time.
  const times = [...new Set(stored.folds.map(({ time }) => time))]
  const testedIn = (row: number) =>
    times.map((time) => stored.folds.find((one) => one.time === time && one.sets[row] === 'test')?.fold ?? '')
  writeAtomic(
    directory.split,
    formatCsv(
      ['film', 'set', 'label', 'patient', ...times.map((time) => (times.length === 1 ? 'fold' : `fold_${time}`))],
      stored.internal.films.map((film, row) => [
        film.id,
        film.set,
        classes[film.classIndex],
        film.patientId,
        ...testedIn(row),
      ]),
    ),
  )
  writeAtomic(
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

function assemble(context: RunContext, stored: Stored): Prepared {
  const { directory, config } = context
  const { classes, positive } = stored.dataset
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  const filmSet = (name: string, cohort: StoredCohort, belongs: (row: number) => boolean): FilmSet => {
    const pixels = readNpy(directory.privateArray(name), 'uint8')
    const rows = cohort.films.map((_, row) => row).filter(belongs)
    return { films: rows.map((row) => cohort.films[row]), pixels: takeRows(pixels, rows), maxValue: cohort.maxValue }
  }
  const internal = (sets: readonly string[], set: SetName) =>
    filmSet('internal', stored.internal, (row) => sets[row] === set)
  const own = stored.internal.films.map((film) => film.set)
  const [tuning, test] = [internal(own, 'tuning'), internal(own, 'test')]
  const tests: TestSet[] = stored.folds.length > 0 ? [] : [{ ...test, name: 'internal' }]
  for (const [name, cohort] of Object.entries(stored.external))
    tests.push({ ...filmSet(name, cohort, () => true), name })
  return {
    search: {
      classes,
      positiveIndex,
      train: internal(own, 'train'),
      // The paper's own curve is attainable only on its test set; the run is then tagged optimistic and has no verdict.
      selection: config.search.selectOn === 'test' ? test : tuning,
    },
    tuning,
    sealed: new SealedTestSets(tests),
    folds: stored.folds.map(({ fold, time, sets }) => () => ({
      fold,
      time,
      search: { classes, positiveIndex, train: internal(sets, 'train'), selection: internal(sets, 'tuning') },
      sealed: new SealedTestSets([{ ...internal(sets, 'test'), name: 'internal' }]),
    })),
    dataset: stored.dataset,
  }
}

function countByLabel(films: readonly Film[], classes: readonly string[]): Record<string, number> {
  return Object.fromEntries(classes.map((label) => [label, films.filter((film) => film.label === label).length]))
}

function countPatients(films: readonly Film[]): number {
  return new Set(films.map((film) => film.patientId)).size
}
