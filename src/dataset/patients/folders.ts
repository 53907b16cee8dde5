/**
 * Patients in folders: class/patient/film, class/patient/study/film, CheXpert's and MIMIC's trees, patient/class/film. The
 * levels of folders are looked at without those of class and set; which of them is the patient's, the names and numbers of
 * folders say: a patient has few films, there are many patients, and many are called by a number.
 */

import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { groupBy } from '../../base/group-by.js'
import { type FoundFilm, firstFew } from '../reader.js'
import { isSided, type Likeness, pairedNames } from './names.js'
import { type Folder, foldersOf, view } from './place.js'

/** The fewest folders that are taken for patients, and the most films that each holds on the average. */
const fewestFolders = 3
const mostFilms = 20

const patientName = /^(patients?|pat|pt|subject|subj|sub|person|case|pid|p)[-_ .#]?\d+/i
const longNumber = /\d{4,}/
const date = /^(19|20)\d\d([-_. ]?(0[1-9]|1[0-2])([-_. ]?[0-3]\d)?)?$/
/** A patient's examination: p017_2019-03-04. */
const dated = /.[-_. ](19|20)\d\d[-_. ]?(0[1-9]|1[0-2])[-_. ]?[0-3]\d$/
/** What a folder of many patients is called. */
const container =
  /^(batch|part|fold(er)?|site|hospital|clinic|kliniken?|cent(er|re)|images?|img|data|chunk|set|group|shard|scanner|device|room|year|jahr)[-_ ]?\w?\d*$/i

interface Placed {
  readonly film: FoundFilm
  /** Folders of its path from the outermost, without those that are its class or a set. */
  readonly folders: readonly Folder[]
}

/** A level of folders, as far as films have it. */
interface Level {
  readonly depth: number
  readonly films: readonly Placed[]
  /** Its films, folder by folder; a folder of one name and one way to it, whatever the class, is one, and so are paired names. */
  readonly groups: readonly (readonly Placed[])[]
  /** Where folders of one patient have names of their own (p017_L, p017_R): the expression for what they share. */
  readonly shared?: string
  /** Names of its folders. */
  readonly names: readonly string[]
}

/** What in the folders looks like patients. */
export interface FolderLikeness extends Likeness {
  /** Whether folders have names with digits, as patients have; else it may as well be something else. */
  readonly numbered: boolean
}

/** Folders that look like patients with several films; undefined where none do. */
export function patientFolders(films: readonly FoundFilm[]): FolderLikeness | undefined {
  const placed = films.map(placedIn)
  const levels = levelsOf(placed)
  const likely = levels.flatMap((level) => {
    const several = severalFilms(level)
    return several.length > 0 && plausible(level) ? [{ level, several }] : []
  })
  const [best] = likely.toSorted((a, b) => rankOf(a.level) - rankOf(b.level))
  if (best === undefined) return undefined
  const { level, several } = best
  const groups = several.map((group) => group.map(({ film }) => film.name))
  return {
    flag: flagOf(level, films),
    groups,
    numbered: called(level, /\d/) && !otherwiseCalled(level),
  }
}

/** The patient's folder of each film. Throws a `UserError` where films lie in no folder but their class, or all in the same. */
export function byFolder(films: readonly FoundFilm[]): Folder[] {
  const placed = films.map(placedIn)
  const bare = placed.filter(({ folders }) => folders.length === 0).map(({ film }) => film.name)
  if (bare.length > 0) {
    throw new UserError(
      `--patient-from folder needs a folder per patient inside each class folder, but ${counted(bare.length, 'film')} ` +
        `${bare.length === 1 ? 'lies' : 'lie'} in the class folder itself: ${firstFew(bare)}; use prefix or a regular expression instead`,
    )
  }
  const level = folderLevel(placed)
  if (level.names.length === 1 && films.length > 1) {
    throw new UserError(
      `--patient-from folder finds the same folder for every film: ${level.names[0]}; use prefix or a regular expression instead`,
    )
  }
  return placed.map(({ folders }) => elementAt(folders, level.depth))
}

/** Classes whose names are those of patients: patient/class/film or patient/film where class/... was expected. */
export function patientsAsClasses(films: readonly FoundFilm[]): string | undefined {
  const classes = [...new Set(films.map(({ label }) => label))]
  const called = classes.filter((name) => patientName.test(name) || (longNumber.test(name) && !date.test(name)))
  if (classes.length < 6 || called.length < 0.8 * classes.length || films.length > mostFilms * classes.length)
    return undefined
  const inside = new Set(
    films.flatMap((film) =>
      placedIn(film)
        .folders.slice(0, 1)
        .map(({ name }) => name),
    ),
  )
  const words = [...inside].filter((name) => !/\d/.test(name) && !view.test(name))
  const within = words.length > 1 && words.length < classes.length / 2 ? `, with ${firstFew(words)} inside` : ''
  return (
    `it has ${classes.length} class folders that look like patients (${firstFew(classes)})${within}: ` +
    'put the folders of the classes outermost (normal/patient01/...), or list the films in a CSV manifest with the columns file,label,patient'
  )
}

function placedIn(film: FoundFilm): Placed {
  return { film, folders: foldersOf(film) }
}

function levelsOf(placed: readonly Placed[]): Level[] {
  const deepest = placed.reduce((most, { folders }) => Math.max(most, folders.length), 0)
  return Array.from({ length: deepest }, (_, depth) => {
    const films = placed.filter(({ folders }) => folders.length > depth)
    const names = [...new Set(films.map(({ folders }) => elementAt(folders, depth).name))]
    const shared = names.every((name) => date.test(name)) ? undefined : sharedBeginning(names)
    const own = new RegExp(`^${shared ?? '(.*)'}`)
    const keyOf = (one: Placed) => `${wayTo(one, depth)}/${own.exec(`${elementAt(one.folders, depth).name}/`)?.[1]}`
    return { depth, films, groups: [...groupBy(films, keyOf).values()], names, shared }
  })
}

/** An expression for the part that paired names of folders share; undefined where few or none are paired. */
function sharedBeginning(names: readonly string[]): string | undefined {
  if (names.filter((name) => dated.test(name)).length >= 0.8 * names.length)
    return '([^/]+?)(?:[-_. ](?:19|20)\\d\\d[-_. ]?\\d\\d[-_. ]?\\d\\d)?/'
  const paired = pairedNames(names.map((name) => ({ name, label: '' })))
  if (paired === undefined || paired.groups.flat().length > 4 * paired.groups.length) return undefined
  const first = paired.flag === 'prefix' && !paired.groups.flat().some(isSided)
  return first ? '([^-_. /]+)' : '([^/]+?)(?:[-_ ][^-_ /]+)?/'
}

/** Whether four folders of five have such names. */
function called({ names }: Level, form: RegExp): boolean {
  return names.filter((name) => form.test(name)).length >= 0.8 * names.length
}

/** Whether folders are called patients, each of a patient of its own: no p1 and p2 for projections in every folder. */
function calledPatients(level: Level): boolean {
  return called(level, patientName) && level.groups.length <= 1.5 * level.names.length
}

/** Folders that are called patients go first, then outer ones: to take a patient's studies together is never wrong. */
function rankOf(level: Level): number {
  return (calledPatients(level) ? 0 : 1000) + level.depth
}

/** Whether the folders may be those of patients, by their names, their number and their films. */
function plausible(level: Level): boolean {
  const { films, groups } = level
  const few = (most: number) => films.length <= most * groups.length
  if (called(level, view) || isBucket(level)) return false
  if (otherwiseCalled(level)) return groups.length >= 10 && few(5)
  if (calledPatients(level)) return true
  if (!called(level, /\d/)) return groups.length > fewestFolders && few(10)
  return groups.length >= fewestFolders && (few(mostFilms) || called(level, longNumber))
}

/** Whether folders are called something that holds films of many patients. */
function otherwiseCalled(level: Level): boolean {
  return called(level, container) || called(level, date)
}

/** The folders with several films that may be of one patient. */
function severalFilms(level: Level): readonly (readonly Placed[])[] {
  return level.groups.filter((group) => group.length > 1 && !strangers(group, level))
}

/** The way to a level's folder; folders of views do not part the films of one patient. */
function wayTo({ folders }: Placed, depth: number): string {
  return folders
    .slice(0, depth)
    .map(({ name }) => name)
    .filter((name) => !view.test(name))
    .join('/')
}

/** Whether its folders sort those below by how their names begin (p10/p10000032), or both are called patients, the longer ones inside. */
function isBucket({ depth, films }: Level): boolean {
  const below = levelsOf(films)[depth + 1]
  if (below?.films.length !== films.length) return false
  const named = calledPatients(below)
  return films.every(({ folders }) => {
    const [own, inner] = [elementAt(folders, depth).name, elementAt(folders, depth + 1).name]
    return inner.length > own.length && (inner.startsWith(own) || (named && patientName.test(own)))
  })
}

/**
 * The level that `--patient-from folder` means: one called patients, else the outermost below class and set that tells
 * patients apart. Every film has it. A level with fewer folders than a dataset needs patients, or with one or a few for each
 * class, is none; nor is one of sites, dates or views.
 */
function folderLevel(placed: readonly Placed[]): Level {
  const levels = levelsOf(placed).filter(({ films }) => films.length === placed.length)
  const classes = new Set(placed.map(({ film }) => film.label)).size
  const fit = levels.filter((level) => {
    const byName = groupBy(level.films, ({ folders }) => elementAt(folders, level.depth).name)
    const pure = [...byName.values()].every((alike) => new Set(alike.map(({ film }) => film.label)).size === 1)
    const other = otherwiseCalled(level) || called(level, view) || isBucket(level)
    return level.names.length >= 3 && !(pure && level.names.length <= classes) && !other
  })
  const [best] = fit.toSorted((a, b) => rankOf(a) - rankOf(b))
  // without a better one the innermost that differs
  return best ?? levels.toReversed().find(({ names }) => names.length > 1) ?? elementAt(levels, levels.length - 1)
}

/** What to type where the folders that `byFolder` takes have paired names (p017_L, p017_R), each taken for a patient of its own. */
export function pairedFolders(films: readonly FoundFilm[]): Likeness | undefined {
  const level = folderLevel(films.map(placedIn))
  if (level.shared === undefined) return undefined
  const groups = level.groups.filter(
    (group) => new Set(group.map(({ folders }) => elementAt(folders, level.depth).name)).size > 1,
  )
  return { flag: flagOf(level, films), groups: groups.map((group) => group.map(({ film }) => film.name)) }
}

/** Films that share a numbered folder's name across classes alone, one in each, where each class numbers from the start. */
function strangers(group: readonly Placed[], level: Level): boolean {
  const perClass = groupBy(group, ({ film }) => film.label)
  return [...perClass.values()].every((own) => own.length === 1) && runsInEachClass(level)
}

/** Whether folders are called by numbers that each class begins anew and leaves hardly any out of. */
function runsInEachClass({ depth, films }: Level): boolean {
  const perClass = [...groupBy(films, ({ film }) => film.label).values()].map(
    (own) => new Set(own.map(({ folders }) => elementAt(folders, depth).name)),
  )
  if (perClass.length < 2) return false
  return perClass.every((names) => {
    const numbers = [...names].map((name) => Number(/^\D*(\d{1,6})$/.exec(name)?.[1] ?? Number.NaN))
    return Math.min(...numbers) <= 1 && Math.max(...numbers) <= 1.25 * numbers.length
  })
}

/** `folder` where that finds this level, else an expression for its place in the path; undefined where places differ. */
function flagOf(level: Level, films: readonly FoundFilm[]): string | undefined {
  const simple = level.shared === undefined && level.films.length === films.length
  if (simple && folderLevel(level.films).depth === level.depth) return 'folder'
  const at = depthInPath(level)
  return at === undefined ? undefined : `^${upTo(at)}${level.shared ?? '([^/]+)'}`
}

function upTo(at: number): string {
  return at === 0 ? '' : at === 1 ? '[^/]+/' : `(?:[^/]+/){${at}}`
}

/** The place in the path that all folders of a level have; undefined where they differ. */
function depthInPath({ depth, films }: Level): number | undefined {
  const places = new Set(films.map(({ folders }) => elementAt(folders, depth).at))
  return places.size === 1 ? [...places][0] : undefined
}
