/**
 * Which films belong to one patient: from the manifest, from DICOM, or from names by `--patient-from folder|prefix|REGEX`.
 * Where nobody says, each image counts as its own patient, and names that look paired are a warning with what to type:
 * two films of one patient on both sides of a split make a classifier look better than it is.
 */
import path from 'node:path'
import vm from 'node:vm'
import { nearest, UserError } from '../base/errors.js'
import { groupBy } from '../base/group-by.js'
import { dicomHeaderOf } from './dicom-header.js'
import { dicomPatients, patientFactsOf } from './dicom-patients.js'
import { counted, type FoundFilm, firstFew, refuse } from './reader.js'
import type { PatientSource } from './sample.js'
import { NamedFilms, type Warning } from './warning.js'

const maxPatternLength = 200
const patternBudgetMs = 1000
const side = /[-_. ](l|r|left|right|li|re)$/i

export interface PatientAssignment {
  /** The patient of each film, in the films' order. */
  readonly patients: readonly string[]
  readonly source: PatientSource
  readonly warnings: readonly Warning[]
}

/** Finds each film's patient. Throws a `UserError` where `patientFrom` does not fit the films. */
export function assignPatients(films: readonly FoundFilm[], patientFrom?: string): PatientAssignment {
  if (patientFrom === undefined) {
    if (films.every((film) => film.patient !== undefined)) {
      return { patients: films.map((film) => film.patient as string), source: 'manifest', warnings: [] }
    }
    const names = films.map((film) => film.name)
    // the rows of an array have numbers, which nobody chose
    const chosen = films.filter((film) => film.array === undefined).map((film) => film.name)
    return { patients: names, source: 'image', warnings: pairedNames([...new Set(chosen)]) }
  }
  switch (patientFrom) {
    case 'folder':
      return { patients: byFolder(films), source: 'folder', warnings: [] }
    case 'prefix':
      return { patients: films.map((film) => prefixOf(film.name)), source: 'name', warnings: [] }
    default:
      return { patients: byPattern(films, patientFrom), source: 'name', warnings: [] }
  }
}

/** The name without folder and extension, less a final _L or _R (left, right); else up to its first separator. */
export function prefixOf(name: string): string {
  const stem = stemOf(name)
  if (side.test(stem)) return stem.replace(side, '')
  return /^[^-_. ]+/.exec(stem)?.[0] ?? stem
}

function stemOf(name: string): string {
  const base = path.posix.basename(name)
  return base.replace(/\.[A-Za-z0-9]{1,5}$/, '')
}

function byFolder(films: readonly FoundFilm[]): string[] {
  const folders = films.map((film) => path.posix.dirname(film.name))
  const problems = films
    .filter((film, i) => folders[i] === '.' || path.posix.basename(folders[i]) === film.label)
    .map((film) => film.name)
  if (problems.length > 0) {
    throw new UserError(
      `--patient-from folder needs a folder per patient inside each class folder, but ${problems.length} films lie in the class folder itself: ` +
        `${firstFew(problems)}; use prefix or a regular expression instead`,
    )
  }
  return folders.map((folder) => path.posix.basename(folder))
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
    return { patients: films.map((film) => film.name), source: 'image', warnings: [sentence] }
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

function byPattern(films: readonly FoundFilm[], pattern: string): string[] {
  const asked = `--patient-from '${pattern.length > 60 ? `${pattern.slice(0, 60)}...` : pattern}'`
  const form = "give folder, prefix, or a regular expression with one group, such as '([^/]+)_[LR]'"
  const meant = nearest(pattern, ['folder', 'prefix'])
  if (pattern.length > maxPatternLength) {
    throw new UserError(`${asked} has ${pattern.length} characters, at most ${maxPatternLength} are read; ${form}`)
  }
  let groups: number
  try {
    groups = (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1
  } catch (error) {
    throw new UserError(`${asked} is no regular expression (${(error as Error).message}); ${form}`)
  }
  if (groups < 1) {
    throw new UserError(
      `${asked} has no group in parentheses that names the patient${meant ? `; is '${meant}' meant?` : ''}; ${form}`,
    )
  }
  const matches = matchWithin(
    pattern,
    films.map((film) => film.name),
    asked,
  )
  const missed = films.filter((_, i) => !matches[i]).map((film) => film.name)
  const heading = `${asked} does not fit`
  refuse(
    heading,
    missed.length === 0 ? [] : [`${missed.length} of ${films.length} names do not match: ${firstFew(missed)}`],
  )
  return matches as string[]
}

/** The first group of each name. A pattern that backtracks without end is stopped and refused. */
function matchWithin(pattern: string, names: readonly string[], asked: string): (string | undefined)[] {
  const code = 'names.map((name) => expression.exec(name)?.[1])'
  try {
    return vm.runInNewContext(
      code,
      { names: [...names], expression: new RegExp(pattern) },
      { timeout: patternBudgetMs },
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new UserError(`${asked} takes too long on these names; avoid a repeat inside a repeat, such as (a+)+`)
  }
}

function pairedNames(names: readonly string[]): Warning[] {
  const sided = groupBy(
    names.filter((name) => side.test(stemOf(name))),
    prefixOf,
  )
  const pairs = [...sided.values()].filter((group) => group.length > 1)
  if (pairs.length > 0) return [pairWarning(pairs, 'prefix')]
  const ways: [string, (name: string) => string][] = [
    ['prefix', prefixOf],
    ['"([^/]+)[-_ ][^-_ /]+$"', (name) => /([^/]+)[-_ ][^-_ /]+$/.exec(name)?.[1] ?? name],
  ]
  for (const [flag, keyOf] of ways) {
    const groups = groupBy(names, keyOf)
    const several = [...groups.entries()].filter(([, group]) => group.length > 1)
    // A running number behind one word (img_001, img_002) is no patient: keys hold digits, and there are many of them.
    const plausible =
      several.length > 0 && several.every(([key]) => /\d/.test(key)) && groups.size >= Math.max(4, names.length / 20)
    if (plausible)
      return [
        pairWarning(
          several.map(([, group]) => group),
          flag,
        ),
      ]
  }
  return []
}

function pairWarning(groups: readonly (readonly string[])[], flag: string): Warning {
  const films = groups.reduce((sum, group) => sum + group.length, 0)
  const example = groups[0]
    .slice(0, 2)
    .map((name) => path.posix.basename(name))
    .join(' and ')
  return new NamedFilms(
    `no patients are given, so each image counts as its own patient; but ${films} names look like ${groups.length} patients with ` +
      `several films; if they are, type --patient-from ${flag}`,
    example,
  )
}
