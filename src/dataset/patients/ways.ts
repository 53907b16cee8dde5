/** Ways to tell from names and folders which films are one patient's, the likeliest first. */
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { groupBy } from '../../base/group-by.js'
import { range } from '../../base/range.js'
import type { FoundFilm } from '../reader.js'
import { repeatedKeys } from './advice.js'
import { patientFolders } from './folders.js'
import { patientKeys } from './keys.js'
import { pairedNames } from './names.js'
import { perPlace } from './pattern.js'

/** The most films that a patient has on the average. */
const mostFilms = 20

export interface PatientWay {
  /** What `--patient-from` is to be. */
  readonly patientFrom: string
  readonly patients: number
  /** Who has the most films by this, how many, and the name of one: too many show that it is no patient. */
  readonly most: { readonly patient: string; readonly films: number; readonly name: string }
}

/** `image`, by which each film is another patient's, is always among them. */
export function patientWays(films: readonly FoundFilm[]): PatientWay[] {
  const likely = [patientFolders(films)?.flag, pairedNames(films)?.flag].flatMap((flag) => {
    if (flag === undefined) return []
    const repeated = repeatedKeys(films, flag)
    if (repeated === undefined || repeated.keys.length === 0) return [flag]
    return repeated.fromStart ? [`${perPlace}${flag}`, flag] : [flag, `${perPlace}${flag}`]
  })
  const ways = [...new Set([...likely, 'image', 'prefix', 'folder'])].flatMap((patientFrom): PatientWay[] => {
    const keys = keysBy(films, patientFrom)
    if (keys === undefined) return []
    const groups = [...groupBy(range(films.length), (i) => elementAt(keys, i))]
    const [patient, own] = groups.reduce((most, group) => (group[1].length > most[1].length ? group : most))
    const { name } = elementAt(films, elementAt(own, 0))
    return [{ patientFrom, patients: groups.length, most: { patient, films: own.length, name } }]
  })
  // So few are classes or apparatus, not patients.
  return ways.filter(({ patients }) => patients > 1 && patients >= films.length / mostFilms)
}

function keysBy(films: readonly FoundFilm[], patientFrom: string): readonly string[] | undefined {
  if (patientFrom === 'image') return films.map(({ name }) => name)
  try {
    return patientKeys(films, patientFrom)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
