/**
 * Which films belong to one patient: from the manifest, from DICOM, or by `--patient-from folder|prefix|REGEX`. Where nobody
 * says, each image counts as its own patient. Names that look paired are then a warning with what to type, and folders that
 * look like patients a question that a run does not go on without: two films of one patient on both sides of a split make a
 * classifier look better than it is.
 */
import { elementAt } from '../../base/element-at.js'
import { counted } from '../../base/format.js'
import { dicomHeaderOf } from '../dicom-header.js'
import { dicomPatients, patientFactsOf } from '../dicom-patients.js'
import { type FoundFilm, firstFew } from '../reader.js'
import type { PatientQuestion, PatientSource } from '../sample.js'
import { NamedFilms, type Warning } from '../warning.js'
import { type Advice, adviceFor, placesOf, type RepeatedKeys, repeatedKeys } from './advice.js'
import { pairedFolders, patientFolders } from './folders.js'
import { patientKeys } from './keys.js'
import { type Likeness, pairedNames } from './names.js'
import { perPlace } from './pattern.js'

export interface PatientAssignment {
  /** The patient of each film, in the films' order. */
  readonly patients: readonly string[]
  readonly source: PatientSource
  readonly warnings: readonly Warning[]
  /** What must be said before the films are split. */
  readonly question?: PatientQuestion
}

/** Finds each film's patient. Throws a `UserError` where `patientFrom` does not fit the films. */
export function assignPatients(films: readonly FoundFilm[], patientFrom?: string): PatientAssignment {
  if (patientFrom === undefined) {
    if (films.every((film) => film.patient !== undefined))
      return { patients: films.map((film) => film.patient as string), source: 'manifest', warnings: [] }
    return unsaid(films)
  }
  if (patientFrom === 'image') return { patients: films.map(({ name }) => name), source: 'image', warnings: [] }
  const patients = patientKeys(films, patientFrom)
  if (patientFrom.startsWith(perPlace)) {
    const how = patientFrom.slice(perPlace.length)
    return { patients, source: how === 'folder' ? 'folder' : 'name', warnings: parted(films, how) }
  }
  switch (patientFrom) {
    case 'folder':
      return { patients, source: 'folder', warnings: [...apartFolders(films), ...sameFolders(films)] }
    case 'prefix':
      return { patients, source: 'name', warnings: samePrefixes(films) }
    default:
      return { patients, source: 'name', warnings: [] }
  }
}

/** Each image its own patient, with what speaks against it; `known` begins the sentences. */
function unsaid(films: readonly FoundFilm[], known = 'no patients are given'): PatientAssignment {
  // the rows of an array have numbers, which nobody chose
  const chosen = [
    ...new Map(films.filter((film) => film.array === undefined).map((film) => [film.name, film])).values(),
  ]
  const folders = patientFolders(chosen)
  const paired = pairedNames(chosen)
  const ofFolders = folders && adviceFor(chosen, folders)
  const warnings = [
    ...(ofFolders ? [folderWarning(ofFolders, known)] : []),
    ...(paired && !within(paired, folders) ? [pairWarning(adviceFor(chosen, paired), known)] : []),
  ]
  return {
    patients: films.map((film) => film.name),
    source: 'image',
    warnings,
    ...(ofFolders && folders.numbered && { question: questionOf(ofFolders) }),
  }
}

/** Whether all that looks like one patient by its names lies in one folder that does. */
function within(paired: Likeness, folders: Likeness | undefined): boolean {
  const groupOf = new Map(folders?.groups.flatMap((group, i) => group.map((name) => [name, i] as const)))
  return paired.groups.every((group) => {
    const own = groupOf.get(elementAt(group, 0))
    return own !== undefined && group.every((name) => groupOf.get(name) === own)
  })
}

function pairWarning({ text, groups }: Advice, known: string): Warning {
  const films = groups.reduce((sum, group) => sum + group.length, 0)
  return new NamedFilms(
    `${known}, so each image counts as its own patient; but ${films} names look like ${groups.length} patients with ` +
      `several films; if they are, ${text}`,
    exampleOf(groups),
  )
}

function folderWarning({ text, groups }: Advice, known: string): Warning {
  return new NamedFilms(
    `${known}, so each image counts as its own patient; but ${foldersHold(groups)}; if they are patients, ${text}`,
    exampleOf(groups),
  )
}

function questionOf({ text, groups }: Advice): PatientQuestion {
  return {
    text:
      `${foldersHold(groups)} (${exampleOf(groups)}), and nobody says who the patients are; films of one patient must ` +
      `not stand on both sides of a split. If the folders are patients, ${text}; if each film is another patient's, ` +
      'type --patient-from image',
    together: groups,
  }
}

function foldersHold(groups: Advice['groups']): string {
  return `${counted(groups.length, 'folder')} ${groups.length === 1 ? 'holds' : 'hold'} several films${groups.length === 1 ? '' : ' each'}`
}

function exampleOf(groups: Advice['groups']): string {
  return elementAt(groups, 0).slice(0, 2).join(' and ')
}

function apartFolders(films: readonly FoundFilm[]): Warning[] {
  const paired = pairedFolders(films)
  if (paired === undefined || paired.groups.length === 0) return []
  const { text, groups } = adviceFor(films, paired)
  const sentence =
    `names of folders look like ${counted(groups.length, 'patient')} with several folders, each taken for a patient of its own; ` +
    `if they are, ${text}`
  return [new NamedFilms(sentence, exampleOf(groups))]
}

function sameFolders(films: readonly FoundFilm[]): Warning[] {
  const repeated = repeatedKeys(films, 'folder')
  return repeated && (repeated.fromStart || repeated.unit === 'folder') ? takenForOne(repeated, 'name', 'folder') : []
}

/** Plain numbers alone: p017 in two classes is more often one patient than two. */
function samePrefixes(films: readonly FoundFilm[]): Warning[] {
  const repeated = repeatedKeys(films, 'prefix')
  if (repeated === undefined) return []
  return takenForOne({ ...repeated, keys: repeated.keys.filter((key) => /^\d{1,4}$/.test(key)) }, 'number', 'prefix')
}

function takenForOne({ keys, unit }: RepeatedKeys, what: string, how: string): Warning[] {
  if (keys.length === 0) return []
  const sentence =
    `${counted(keys.length, what)} ${keys.length === 1 ? 'stands' : 'stand'} in several ${placesOf(unit)}, each taken for one ` +
    `patient; where each ${unit} numbers its patients anew, type --patient-from ${perPlace}${how}`
  return [new NamedFilms(sentence, firstFew(keys))]
}

/** Long numbers that are taken for several patients because they stand in several places. */
function parted(films: readonly FoundFilm[], how: string): Warning[] {
  const { longNumbers, unit } = repeatedKeys(films, how) as RepeatedKeys
  if (longNumbers.length === 0) return []
  const sentence =
    `${counted(longNumbers.length, 'long number')} ${longNumbers.length === 1 ? 'stands' : 'stand'} in several ${placesOf(unit)}, ` +
    `each taken for several patients; where they are one, leave ${perPlace} out of --patient-from`
  return [new NamedFilms(sentence, firstFew(longNumbers))]
}

/** The patients that DICOM files name (`dicomPatients`); undefined where no film has one. */
export function patientsOfDicom(films: readonly FoundFilm[]): PatientAssignment | undefined {
  const files = [...new Set(films.map(({ file }) => file))]
  const facts = files.map((file) => {
    const header = dicomHeaderOf(file)
    return header && patientFactsOf(header)
  })
  const { patients: ofFiles, doubts } = dicomPatients(facts)
  const ids = new Map(files.map((file, i) => [file, ofFiles[i]]))
  const named = new Set(ids.values())
  if (named.size === 1 && named.has(undefined)) return undefined
  if (files.length > 1 && named.size === 1) {
    const sentence =
      'all films carry the same PatientID, which tells no patients apart, so each film counts as its own patient; ' +
      'say who the patients are in a manifest, or by --patient-from'
    const own = unsaid(films, 'all films carry the same PatientID')
    return { ...own, warnings: own.warnings.length > 0 ? own.warnings : [sentence] }
  }
  const bare = films.filter(({ file }) => ids.get(file) === undefined)
  const remarks = [
    ...(bare.length === 0
      ? []
      : [{ text: 'without a PatientID in DICOM, each counts as a patient of its own', of: bare }]),
    ...doubts.map(({ text, files: doubtful }) => {
      const those = new Set(doubtful.map((i) => files[i]))
      return {
        text: `${text}; where that is wrong, say who the patients are in a manifest, or by --patient-from`,
        of: films.filter(({ file }) => those.has(file)),
      }
    }),
  ]
  return {
    patients: films.map((film) => ids.get(film.file) ?? film.name),
    source: 'dicom',
    warnings: remarks.map(
      ({ text, of }) => new NamedFilms(`${counted(of.length, 'film')} ${text}`, firstFew(of.map(({ name }) => name))),
    ),
  }
}
