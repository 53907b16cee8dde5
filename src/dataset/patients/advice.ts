/**
 * What to type after `--patient-from` where films look like those of one patient. Where equal keys stand in several places
 * (`placeOf`) nobody but the reader knows whether they mean one patient or two, so both ways are given; the first is the
 * one that the numbers speak for.
 */
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { groupBy } from '../../base/group-by.js'
import type { FoundFilm } from '../reader.js'
import { patientKeys } from './keys.js'
import { isSided, type Likeness, stemOf } from './names.js'
import { perPlace } from './pattern.js'

export interface Advice {
  /** Completes 'if they are, ...'. */
  readonly text: string
  /** Names of films, a group for each that looks like a patient with several. */
  readonly groups: readonly (readonly string[])[]
}

/** What to type for what was found. */
export function adviceFor(films: readonly FoundFilm[], { flag, groups }: Likeness): Advice {
  const repeated = flag === undefined ? undefined : repeatedKeys(films, flag)
  if (flag === undefined || repeated === undefined)
    return { text: 'say so in a CSV manifest with the columns file,label,patient', groups }
  const type = (how: string) => `--patient-from ${quoted(how)}`
  const { keys, unit, fromStart } = repeated
  if (keys.length === 0) return { text: `type ${type(flag)}`, groups }
  const apart = fromStart ? partedGroups(films, repeated, groups) : []
  if (apart.length > 0) {
    const other = `${quoted(flag)} where equal names in two ${placesOf(unit)} are one patient`
    return { text: `type ${type(perPlace + flag)} (or ${other})`, groups: apart }
  }
  const other = `${quoted(perPlace + flag)} where each ${unit} numbers its patients anew`
  return { text: `type ${type(flag)} (or ${other})`, groups }
}

/** Groups of films, parted by place. */
function partedGroups(films: readonly FoundFilm[], { apart }: RepeatedKeys, groups: Likeness['groups']) {
  const keyOf = new Map(films.map(({ name }, i) => [name, apart[i]]))
  return groups
    .flatMap((group) => [...groupBy(group, (name) => keyOf.get(name) as string).values()])
    .filter((group) => group.length > 1)
}

/** Keys of patients that stand in several places. */
export interface RepeatedKeys {
  readonly keys: readonly string[]
  /** Those with a long number, which is given once and means one patient. */
  readonly longNumbers: readonly string[]
  /** Each film's key with its place. */
  readonly apart: readonly string[]
  /** What the places are. */
  readonly unit: 'class' | 'folder'
  /** Whether each of the places begins its numbers anew, leaves hardly any out, and calls its films as the others do. */
  readonly fromStart: boolean
}

/**
 * Keys that `patientFrom` finds in several places and that may mean several patients; not those whose sides stand in one
 * place each, as those of a patient with one ill side do. Undefined where the films can't be read so.
 */
export function repeatedKeys(films: readonly FoundFilm[], patientFrom: string): RepeatedKeys | undefined {
  const read = bothWays(films, patientFrom)
  if (read === undefined) return undefined
  const { joined, apart } = read
  const each = films.map(({ label, name }, i) => {
    const key = elementAt(joined, i)
    return { label, key, place: elementAt(apart, i).slice(0, -key.length), film: stemOf(name) }
  })
  const several = [...groupBy(each, ({ key }) => key)].filter(
    ([, own]) => new Set(own.map(({ place }) => place)).size > 1,
  )
  const calledTwice = (own: typeof each) =>
    [...groupBy(own, ({ film }) => film).values()].some((same) => new Set(same.map(({ place }) => place)).size > 1)
  const repeated = several.filter(
    ([key, own]) => !isLongNumber(key) && (calledTwice(own) || !own.every(({ film }) => isSided(film))),
  )
  const places = new Set(repeated.flatMap(([, own]) => own.map(({ place }) => place)))
  const within = each.filter(({ place }) => places.has(place))
  const labels = new Set(within.map(({ label }) => label))
  const pairs = new Set(within.map(({ label, place }) => JSON.stringify([label, place])))
  return {
    keys: repeated.map(([key]) => key),
    longNumbers: several.map(([key]) => key).filter(isLongNumber),
    apart,
    unit: pairs.size === places.size && labels.size === places.size ? 'class' : 'folder',
    fromStart:
      repeated.filter(([, own]) => calledTwice(own)).length >= repeated.length / 2 &&
      [...groupBy(within, ({ place }) => place).values()].every((own) =>
        runFromStart(new Set(own.map(({ key }) => key))),
      ),
  }
}

function bothWays(films: readonly FoundFilm[], patientFrom: string) {
  try {
    return { joined: patientKeys(films, patientFrom), apart: patientKeys(films, perPlace + patientFrom) }
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Whether keys are numbers from 0 or 1, with hardly any left out. */
function runFromStart(keys: ReadonlySet<string>): boolean {
  const numbers = [...keys].map((key) => Number(/^\D*(\d{1,6})$/.exec(key)?.[1] ?? Number.NaN))
  return Math.min(...numbers) <= 1 && Math.max(...numbers) <= 1.25 * numbers.length
}

/** Whether a key holds a number that no count of patients reaches. */
function isLongNumber(key: string): boolean {
  return (key.match(/\d+/g) ?? []).some((digits) => Number(digits) >= 100_000)
}

/** Several of a unit. */
export function placesOf(unit: RepeatedKeys['unit']): string {
  return unit === 'class' ? 'classes' : 'folders'
}

function quoted(how: string): string {
  return /^[a-z:]+$/.test(how) ? how : `"${how}"`
}
