/**
 * Opens a dataset: a folder with one folder per class, a folder with metadata.csv or manifest.csv, or a CSV manifest.
 * Lists films, classes and patients; no pixels are read (that is the audit's work).
 */

import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { nearest, throwProblems, UserError } from '../base/errors.js'
import { exists, isDirectory, listDirectory, readBytes, readHead, whyUnreachable } from '../base/files.js'
import { counted } from '../base/format.js'
import { datasetName } from '../base/path-name.js'
import { shortened } from '../base/shortened.js'
import { sniffContent, sniffedBytes } from '../image/codec.js'
import { problemsOfClassNames, visibleLabel } from './class-names.js'
import { isManifest, readManifest } from './csv-reader.js'
import { dicomHeaderOf } from './dicom-header.js'
import { readFolder } from './folder-reader.js'
import { readNpz } from './npz-reader.js'
import { assignPatients, patientsOfDicom } from './patients/assign.js'
import { patientsAsClasses } from './patients/folders.js'
import { type FoundFilm, firstFew, type Reading } from './reader.js'
import { cutToRegions } from './regions/apply.js'
import type { Cohort } from './sample.js'
import { workbookIn } from './table/other-formats.js'

const manifestNames = ['manifest.csv', 'metadata.csv']

export interface OpenOptions {
  /** 'folder', 'prefix', 'image' or a regular expression whose first group is the patient; goes before a patient column. */
  readonly patientFrom?: string
  /** A file (or folder) of annotations: films are cut to its regions, and may have their labels from there. */
  readonly roi?: string
  /** Of its tables that are not UTF-8; by default it is found. */
  readonly encoding?: string
  /** The cohort's name; by default that of its folder or file. */
  readonly name?: string
  /** Stands before the shown ids, so that two cohorts differ: 'guangzhou-' gives 'guangzhou-film-0001'. */
  readonly idPrefix?: string
}

/** The films of a dataset that can't be opened as one yet, such as an archive's export without classes; their label may be ''. */
export function findFilms(dataset: string, encoding?: string): readonly FoundFilm[] {
  const where = path.resolve(dataset)
  requireThere(dataset)
  return (isDirectory(where) ? openFolder(where, false, encoding) : openFile(where, false, encoding)).films
}

/** Throws a `UserError` where nothing stands at the path of a dataset. */
export function requireThere(dataset: string): void {
  const where = path.resolve(dataset)
  if (!exists(where)) throw new UserError(absence(dataset, where))
}

/** Opens the dataset at a path. Throws a `UserError` (all problems at once) where it can't be used. */
export function openDataset(
  dataset: string,
  { patientFrom, roi, encoding, name, idPrefix = '' }: OpenOptions = {},
): Cohort {
  const where = path.resolve(dataset)
  requireThere(dataset)
  const labelled = roi === undefined
  const whole = isDirectory(where) ? openFolder(where, labelled, encoding) : openFile(where, labelled, encoding)
  const reading = withVisibleLabels(roi === undefined ? whole : cutToRegions(whole, roi, encoding))
  const classes = [...new Set(reading.films.map((film) => film.label))].sort()
  if (reading.problems === undefined || reading.problems.length === 0) {
    throwProblems(dataset, problemsOfClassNames(classes))
  }
  const wrongClasses = problemOfClasses(dataset, classes, reading)
  const { problems = [] } = reading
  // where regions do not fit, too few classes are the consequence of that
  if (wrongClasses !== undefined && problems.length === 0) throw new UserError(wrongClasses)

  const unnamed = patientFrom === undefined && reading.films.some((film) => film.patient === undefined)
  const { patients, source, warnings, question } =
    (unnamed ? patientsOfDicom(reading.films) : undefined) ?? assignPatients(reading.films, patientFrom)
  const patientNumbers = new Map<string, number>()
  for (const patient of patients) if (!patientNumbers.has(patient)) patientNumbers.set(patient, patientNumbers.size + 1)
  const films = reading.films.map((film, i) => {
    const patient = elementAt(patients, i)
    return {
      ...film,
      id: `${idPrefix}film-${numbered(i + 1)}`,
      patient,
      patientId: `${idPrefix}patient-${numbered(patientNumbers.get(patient) as number)}`,
    }
  })
  const counts = new Map<string, number>()
  for (const reason of reading.excluded) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return {
    name: name ?? datasetName(where),
    root: reading.root,
    classes,
    films,
    patientSource: source,
    flow: {
      found: films.length + reading.excluded.length,
      excluded: [...counts].map(([reason, count]) => ({ reason, count })),
      analysed: films.length,
    },
    warnings: [...reading.warnings, ...warnings],
    remarks: reading.remarks ?? [],
    ...(question && { question }),
    problems,
  }
}

/** @param labelled whether each film must have a label of its own; else regions may give it */
function openFolder(root: string, labelled: boolean, encoding?: string): Reading {
  const manifest = manifestIn(root, labelled, encoding)
  if (manifest !== undefined) return readManifest(path.join(root, manifest), labelled, encoding)
  const inside = listDirectory(root).filter(
    ({ name, directory }) => directory && manifestIn(path.join(root, name), true, encoding) !== undefined,
  )
  if (inside.length > 0) {
    const names = inside.map(({ name }) => path.join(root, name))
    throw new UserError(
      `${root} holds datasets, but is not one itself: give one of ${firstFew(names)} (others may follow with --external)`,
    )
  }
  const reading = readFolder(root, labelled)
  const tables = manifestNames.filter((name) => exists(path.join(root, name)))
  const ignored = tables.map(
    (name) => `${name} has no columns file and label, so the class folders are used without it`,
  )
  return { ...reading, warnings: [...ignored, ...reading.warnings] }
}

/** The name of the table in a folder that is its manifest; undefined where none is. */
export function manifestIn(folder: string, labelled: boolean, encoding?: string): string | undefined {
  return manifestNames.find(
    (name) => exists(path.join(folder, name)) && isManifest(path.join(folder, name), labelled, encoding),
  )
}

function openFile(file: string, labelled: boolean, encoding?: string): Reading {
  const head = readHead(file, sniffedBytes)
  const kind = sniffContent(head)
  const form = 'give a folder with one folder per class, or a CSV manifest with the columns file,label'
  if (kind === 'empty') throw new UserError(`${file} is empty (0 bytes): ${form}`)
  if (kind === 'zip') {
    const workbook = beginsWithArray(head) ? undefined : workbookIn(readBytes(file))
    if (workbook !== undefined) throw new UserError(`${file} ${workbook}`)
    return readNpz(file)
  }
  if (kind === 'npy') throw new UserError(`${file} is an npy file, which is not read as a dataset: ${form}`)
  // UTF-16 text begins with a byte that no ASCII text has
  if (kind !== 'text' && kind !== 'unknown') throw new UserError(`${file} is one image, not a dataset: ${form}`)
  return readManifest(file, labelled, encoding)
}

/** Whether the first entry of an archive is an array, as in every npz. */
export function beginsWithArray(head: Uint8Array): boolean {
  const [low = 0, high = 0] = head.subarray(26)
  return Buffer.from(head.subarray(30, 30 + low + 256 * high))
    .toString('latin1')
    .endsWith('.npy')
}

/** Labels without the characters that nobody sees, which is said. */
function withVisibleLabels(reading: Reading): Reading {
  const changed = new Set<string>()
  const films = reading.films.map((film) => {
    const label = visibleLabel(film.label)
    if (label === film.label) return film
    changed.add(film.label)
    return { ...film, label }
  })
  if (changed.size === 0) return reading
  const names = firstFew([...new Set([...changed].map((label) => `'${visibleLabel(label)}'`))])
  const note = `class names were taken without invisible characters and repeated spaces: ${names}`
  return { ...reading, films, warnings: [...reading.warnings, note] }
}

/** More than these are no classes but, say, names of files. */
const mostClasses = 200

function problemOfClasses(dataset: string, classes: readonly string[], reading: Reading): string | undefined {
  const { films, labelsFromFolders = false } = reading
  const patients = labelsFromFolders ? patientsAsClasses(films) : undefined
  if (patients !== undefined) return `${dataset} can't be used: ${patients}`

  if (classes.length > mostClasses) {
    return `${dataset} has ${classes.length} different labels (${firstFew(classes)}): are they the classes of the films?`
  }
  if (classes.length > 1) return undefined
  const need = 'a classifier needs at least two, such as normal and sinusitis'
  const [label] = classes
  const [film] = films
  if (label === undefined || film === undefined)
    return `no region of interest lies on any of its films, so there is nothing to classify`
  const one = `${dataset} has only one class, '${shortened(label)}' (${counted(films.length, 'film')}): ${need}`
  return labelsFromFolders ? `${one}${tableHint(dataset, film.file)}` : one
}

/** For an archive's export, whose classes stand in a table elsewhere. */
function tableHint(dataset: string, file: string): string {
  const match = dicomHeaderOf(file) === undefined ? 'name' : 'AccessionNumber'
  return `; where a table says which film is of which class: kopt manifest ${dataset} --labels TABLE.csv --match ${match}`
}

function absence(dataset: string, where: string): string {
  const why = whyUnreachable(where)
  return `${shortened(dataset, 300)} ${why === 'does not exist' ? why + similarName(where) : why}`
}

function similarName(where: string): string {
  const names = listDirectory(path.dirname(where)).map((entry) => entry.name)
  if (names.length === 0) return '; check the path'
  const like = nearest(path.basename(where), names)
  return like === undefined
    ? `; beside it are ${firstFew(names)}`
    : `; is '${path.join(path.dirname(where), like)}' meant?`
}

function numbered(n: number): string {
  return String(n).padStart(4, '0')
}
