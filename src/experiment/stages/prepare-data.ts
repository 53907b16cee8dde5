/**
 * Read, audit, split: from a dataset on disk to sets of films on the common pixel path, the test sets sealed.
 * Every problem of the data is found here, before any hours are spent.
 */
import { UserError } from '../../base/errors.js'
import { exists, jsonText, readJson, readText } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import type { NDArray } from '../../base/ndarray.js'
import { knownValue } from '../../base/own-value.js'
import { shownPath } from '../../base/shown-path.js'
import type { AuditedCohort } from '../../dataset/audit.js'
import { loadPixels } from '../../dataset/load.js'
import { patientNames } from '../../dataset/patient-key.js'
import { type Cohort, type Film, imageInFile } from '../../dataset/sample.js'
import { progressOf } from '../../record/progress.js'
import { openCohorts } from '../cohort/cohorts.js'
import {
  type FilmFiles,
  labelsFound,
  type SetName,
  type Stored,
  type StoredCohort,
  writeFilmTables,
} from '../cohort/film-record.js'
import { type FilmsContext, findFilms } from '../cohort/find-films.js'
import { assemble, type Prepared } from '../cohort/prepared.js'
import { datasetFacts, type ReadCohorts, readCohorts, remarksOn, setsOf } from '../cohort/read-cohorts.js'
import { storeConfig } from '../config/stored.js'
import { runStage, type StageContext } from '../stage.js'

export async function prepareData(context: FilmsContext): Promise<Prepared> {
  const { config, directory, run, seals } = context
  let files: FilmFiles | undefined
  await runStage(context, 'prepare-data', async () => {
    files = await readAndStore(context)
    return null
  })
  const stored = readJson<Stored>(directory.prepared)
  files ??= await findFilms(context, stored)
  if (context.moved) storeConfig(run, seals, config)
  writeFilmTables(context, stored, files)
  return assemble(context, stored, files)
}

/** Leaves films and pixels in private/; answers where the files lie. */
async function readAndStore(context: StageContext): Promise<FilmFiles> {
  const { config, directory, seals, emit, signal } = context
  const opened = openCohorts(config)
  const progress = progressOf(context, 'prepare-data', 2 * opened.films, 'films')
  const read = await readCohorts(opened, config, { onProgress: progress, signal })
  const pixels = await pixelsOfSets(context, read, progress)
  const stored = storedFilms(context, read)
  refuseOtherFilms(context, stored)
  const remarks = new Set(remarksOn(read.audited))
  for (const text of stored.dataset.warnings) emit({ type: remarks.has(text) ? 'note' : 'warning', text })
  for (const [name, array] of pixels) seals.writeNpy(directory.privateArray(name), array)
  seals.writeJson(directory.prepared, stored)
  const cohorts = Object.entries({ internal: opened.internal, ...opened.external })
  const files = new Map(cohorts.map(([set, { films }]) => [set, new Map(films.map(({ name, file }) => [name, file]))]))
  return (set, name) => files.get(set)?.get(name) as string
}

/** Films of every set on the common pixel path, by the name of the set. */
async function pixelsOfSets(
  { config, signal }: Pick<StageContext, 'config' | 'signal'>,
  { audited, channels }: ReadCohorts,
  progress: (more: number) => void,
): Promise<Map<string, NDArray<'uint8'>>> {
  const [height, width] = config.image.size
  const pixels = new Map<string, NDArray<'uint8'>>()
  for (const [name, { cohort, maxValue }] of Object.entries({ internal: audited.internal, ...audited.external })) {
    const target = { height, width, channels, maxValue }
    pixels.set(name, await loadPixels(cohort.films, target, progress, signal))
  }
  return pixels
}

/** What private/ keeps of the films, without their pixels. */
function storedFilms(context: Pick<StageContext, 'config' | 'emit'>, read: ReadCohorts): Stored {
  const { opened, audited, division } = read
  const nameOf = patientNaming(context)
  const storedCohort = (
    cohort: Cohort,
    { cohort: seen, maxValue }: AuditedCohort,
    setOf: (film: Film) => SetName | 'external',
  ): StoredCohort => {
    const films = seen.films.map((film) => ({
      id: film.id,
      patientId: film.patientId,
      patient: nameOf(film),
      name: film.name,
      classIndex: opened.classes.indexOf(film.label),
      pixelHash: film.pixelHash,
      ...imageInFile(film),
      ...(film.roi ? { roi: film.roi } : {}),
      set: setOf(film),
    }))
    return { found: labelsFound(cohort), films, maxValue }
  }
  const handedOver = setsOf(division.split)
  const innerFold = new Map(division.inner.flatMap(({ tuning }, i) => tuning.map((film) => [film as Film, i + 1])))
  return {
    internal: storedCohort(opened.internal, audited.internal, (film) => handedOver.get(film) as SetName),
    external: Object.fromEntries(
      Object.entries(audited.external).map(([name, seen]) => [
        name,
        storedCohort(knownValue(opened.external, name), seen, () => 'external'),
      ]),
    ),
    folds: division.folds.map(({ fold, time, split }) => {
      const sets = setsOf(split)
      return { fold, time, sets: audited.internal.cohort.films.map((film) => sets.get(film) as SetName) }
    }),
    ...(innerFold.size > 0 && {
      inner: audited.internal.cohort.films.map((film) => innerFold.get(film) ?? null),
    }),
    dataset: datasetFacts(read, context.config),
  }
}

/** What was damaged is made anew from the same films, or not at all: on others would hang what was made of the first. */
function refuseOtherFilms(
  { directory, seals, run }: Pick<StageContext, 'directory' | 'seals' | 'run'>,
  stored: Stored,
): void {
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
function patientNaming({ config, emit }: Pick<StageContext, 'config' | 'emit'>): (film: Film) => string {
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
