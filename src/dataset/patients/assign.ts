/**
 * Which films belong to one patient: from the manifest, from DICOM, or by `--patient-from folder|prefix|REGEX`. Where nobody
 * says, each image counts as its own patient. Names that look paired are then a warning with what to type, and folders that
 * look like patients a question that a run does not go on without: two films of one patient on both sides of a split make a
 * classifier look better than it is.
 */
import { dicomHeaderOf } from '../dicom-header.js'
import { dicomPatients, patientFactsOf } from '../dicom-patients.js'
import { counted, type FoundFilm, firstFew } from '../reader.js'
import type { PatientQuestion, PatientSource } from '../sample.js'
import { NamedFilms, type Warning } from '../warning.js'
import { byFolder, type FolderLikeness, pairedFolders, patientFolders, sameNumbers } from './folders.js'
import { type Likeness, numbersOfSeveralClasses, pairedNames, prefixOf } from './names.js'
import { byPattern } from './pattern.js'

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
  const names = films.map((film) => film.name)
  switch (patientFrom) {
    case undefined: {
      if (films.every((film) => film.patient !== undefined))
        return { patients: films.map((film) => film.patient as string), source: 'manifest', warnings: [] }
      return unsaid(films)
    }
    case 'image':
      return { patients: names, source: 'image', warnings: [] }
    case 'folder':
      return { patients: byFolder(films), source: 'folder', warnings: [...apartFolders(films), ...sameFolders(films)] }
    case 'prefix': {
      const patients = names.map(prefixOf)
      return { patients, source: 'name', warnings: samePrefixes(films, patients) }
    }
    default:
      return { patients: byPattern(names, patientFrom), source: 'name', warnings: [] }
  }
}

/** Each image its own patient, with what speaks against it; `known` begins the sentences. */
function unsaid(films: readonly FoundFilm[], known = 'no patients are given'): PatientAssignment {
  // the rows of an array have numbers, which nobody chose
  const chosen = [
    ...new Map(films.filter((film) => film.array === undefined).map((film) => [film.name, film])).values(),
  ]
  const folders = patientFolders(chosen)
  const paired = pairedNames(chosen.map((film) => film.name))
  const warnings = [
    ...(folders ? [folderWarning(folders, known)] : []),
    ...(paired && !within(paired, folders) ? [pairWarning(paired, known)] : []),
  ]
  return {
    patients: films.map((film) => film.name),
    source: 'image',
    warnings,
    ...(folders?.numbered && { question: questionOf(folders) }),
  }
}

/** Whether all that looks like one patient by its names lies in one folder that does. */
function within(paired: Likeness, folders: Likeness | undefined): boolean {
  const groupOf = new Map(folders?.groups.flatMap((group, i) => group.map((name) => [name, i] as const)))
  return paired.groups.every((group) => {
    const own = groupOf.get(group[0])
    return own !== undefined && group.every((name) => groupOf.get(name) === own)
  })
}

function pairWarning({ flag, groups }: Likeness, known: string): Warning {
  const films = groups.reduce((sum, group) => sum + group.length, 0)
  return new NamedFilms(
    `${known}, so each image counts as its own patient; but ${films} names look like ${groups.length} patients with ` +
      `several films; if they are, type --patient-from ${flag}`,
    exampleOf(groups),
  )
}

function folderWarning(folders: FolderLikeness, known: string): Warning {
  return new NamedFilms(
    `${known}, so each image counts as its own patient; but ${foldersHold(folders)}; if they are patients, ${whatToType(folders)}`,
    exampleOf(folders.groups),
  )
}

function questionOf(folders: FolderLikeness): PatientQuestion {
  return {
    text:
      `${foldersHold(folders)} (${exampleOf(folders.groups)}), and nobody says who the patients are; films of one patient must ` +
      `not stand on both sides of a split. If the folders are patients, ${whatToType(folders)}; if each film is another patient's, ` +
      'type --patient-from image',
    together: folders.groups,
  }
}

function foldersHold({ groups }: Likeness): string {
  return `${counted(groups.length, 'folder')} ${groups.length === 1 ? 'holds' : 'hold'} several films${groups.length === 1 ? '' : ' each'}`
}

function whatToType({ flag, anew }: Likeness & { readonly anew?: string }): string {
  if (flag === undefined) return 'say so in a CSV manifest with the columns file,label,patient'
  const other = anew === undefined ? '' : ` (or ${anew} where each class numbers its patients anew)`
  return `type --patient-from ${flag}${other}`
}

function exampleOf(groups: readonly (readonly string[])[]): string {
  return groups[0].slice(0, 2).join(' and ')
}

function apartFolders(films: readonly FoundFilm[]): Warning[] {
  const paired = pairedFolders(films)
  if (paired === undefined || paired.groups.length === 0) return []
  const sentence =
    `names of folders look like ${counted(paired.groups.length, 'patient')} with several folders, each taken for a patient of its own; ` +
    `if they are, ${whatToType(paired)}`
  return [new NamedFilms(sentence, exampleOf(paired.groups))]
}

function sameFolders(films: readonly FoundFilm[]): Warning[] {
  const { names, flag } = sameNumbers(films)
  if (names.length === 0 || flag === undefined) return []
  const sentence =
    `${counted(names.length, 'name')} of folders ${names.length === 1 ? 'stands' : 'stand'} in several places, each taken for one ` +
    `patient; where each place numbers its patients anew, type --patient-from ${flag}`
  return [new NamedFilms(sentence, firstFew(names))]
}

function samePrefixes(films: readonly FoundFilm[], patients: readonly string[]): Warning[] {
  const numbers = numbersOfSeveralClasses(films, patients)
  if (numbers.length === 0) return []
  const sentence =
    `${counted(numbers.length, 'number')} ${numbers.length === 1 ? 'stands' : 'stand'} in several classes, each taken for one patient; ` +
    'where each class numbers its films anew, type --patient-from "^(.*/[^-_. /]+)"'
  return [new NamedFilms(sentence, firstFew(numbers))]
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
