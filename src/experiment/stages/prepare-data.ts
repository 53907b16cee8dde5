/**
 * Read, audit, split: from a dataset on disk to sets of films on the common pixel path, the test sets sealed.
 * Every problem of the data is found here, before any hours are spent.
 */
import { UserError } from '../../base/errors.js'
import { exists, jsonText, readJson, readText } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { type NDArray, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { shownPath } from '../../base/shown-path.js'
import { auditCohorts } from '../../dataset/audit.js'
import { loadPixels } from '../../dataset/load.js'
import { patientNames } from '../../dataset/patient-key.js'
import { settlePatients } from '../../dataset/patients/settle.js'
import { resolvePositive } from '../../dataset/positive.js'
import { readingOf } from '../../dataset/reading.js'
import { type Film, imageInFile } from '../../dataset/sample.js'
import type { Split } from '../../dataset/split.js'
import { shownWarning } from '../../dataset/warning.js'
import type { FoldName, Result } from '../../record/result.js'
import { openCohorts } from '../cohort/cohorts.js'
import { divide } from '../cohort/division.js'
import {
  type FilmFiles,
  labelsFound,
  type SetName,
  type Stored,
  type StoredCohort,
  writeFilmTables,
} from '../cohort/film-record.js'
import { type FilmSet, SealedTestSets, type SearchData, type TestSet } from '../cohort/film-set.js'
import { findFilms } from '../cohort/find-films.js'
import type { Config } from '../config/schema.js'
import { storeConfig } from '../config/stored.js'
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

export async function prepareData(context: RunContext): Promise<Prepared> {
  const { config, directory, run, seals } = context
  let files: FilmFiles | undefined
  await runStage(context, 'prepare-data', async () => {
    files = await readAndSplit(context)
    return null
  })
  const stored = readJson<Stored>(directory.prepared)
  files ??= await findFilms(context, stored)
  if (context.moved) storeConfig(run, seals, config)
  writeFilmTables(context, stored, files)
  return assemble(context, stored, files)
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

/** Leaves films and pixels in private/; answers where the files lie. */
async function readAndSplit(context: RunContext): Promise<FilmFiles> {
  const { config, directory, seals, emit, signal } = context
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
    arrays.set(name, pixels)
    const films = cohort.films.map((film) => ({
      id: film.id,
      patientId: film.patientId,
      patient: nameOf(film),
      name: film.name,
      classIndex: classes.indexOf(film.label),
      pixelHash: film.pixelHash,
      ...imageInFile(film),
      ...(film.roi ? { roi: film.roi } : {}),
      set: setOf(film),
    }))
    return { found: labelsFound(name === 'internal' ? cohorts.internal : cohorts.external[name]), films, maxValue }
  }

  const arrays = new Map<string, NDArray<'uint8'>>()
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
        ...internal.cohort.warnings.map(shownWarning),
        ...Object.entries(external).flatMap(([name, { cohort }]) =>
          cohort.warnings.map((one) => `${name}: ${shownWarning(one)}`),
        ),
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
  refuseOtherFilms(context, stored)
  for (const text of stored.dataset.warnings) emit({ type: 'warning', text })
  for (const [name, pixels] of arrays) seals.writeNpy(directory.privateArray(name), pixels)
  seals.writeJson(directory.prepared, stored)
  const opened = Object.entries({ internal: cohorts.internal, ...cohorts.external })
  const files = new Map(opened.map(([set, { films }]) => [set, new Map(films.map((film) => [film.name, film.file]))]))
  return (set, name) => files.get(set)?.get(name) as string
}

/** What was damaged is made anew from the same films, or not at all: on others would hang what was made of the first. */
function refuseOtherFilms({ directory, seals, run }: RunContext, stored: Stored): void {
  const text = jsonText(stored)
  // Where the file is damaged its checksum tells, where that is lost the file.
  const recorded = seals.recorded(directory.prepared)
  const standing = exists(directory.prepared) ? hashBytes(readText(directory.prepared)) : undefined
  const known = [recorded, standing].filter((hash) => hash !== undefined)
  if (known.length === 0 || known.includes(hashBytes(text))) return
  throw new UserError(
    `${shownPath(run.root)}: what the run keeps of its films is damaged, and can't be made anew, for the films (or the key for patient ids) are no longer those that it began with; put them back as they were and resume, or start a new run`,
  )
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

function assemble({ directory, config }: RunContext, stored: Stored, files: FilmFiles): Prepared {
  const { classes, positive } = stored.dataset
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  const filmSet = (name: string, cohort: StoredCohort, belongs: (row: number) => boolean): FilmSet => {
    const pixels = readNpy(directory.privateArray(name), 'uint8')
    const rows = cohort.films.map((_, row) => row).filter(belongs)
    const films = rows.map((row) => ({ ...cohort.films[row], file: files(name, cohort.films[row].name) }))
    return { films, pixels: takeRows(pixels, rows), maxValue: cohort.maxValue }
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
