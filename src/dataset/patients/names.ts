/**
 * Patients in the names of films: `p017_L.png` and `p017_R.png`, or `frontal/p017.png` and `lateral/p017.png`. Names that
 * differ by another folder alone are no sign: films are often numbered anew in each, and the 7 of one class is not the 7 of
 * another.
 */
import path from 'node:path'
import { elementAt } from '../../base/element-at.js'
import { groupBy } from '../../base/group-by.js'
import { type Located, placeOf, viewsOf } from './place.js'

const side = /[-_. ](l|r|left|right|li|re)$/i
const extension = /\.[A-Za-z0-9]{1,5}$/
const dayFirst = /^(19|20)\d\d[-_. ]?(0[1-9]|1[0-2])[-_. ]?[0-3]\d(?!\d)/
/** The most films that a patient has on the average, where names tell patients apart. */
const mostFilms = 20

/** The name without folder and extension, less a final _L or _R (left, right); else up to its first separator. */
export function prefixOf(name: string): string {
  const stem = stemOf(name)
  if (side.test(stem)) return stem.replace(side, '')
  return /^[^-_. ]+/.exec(stem)?.[0] ?? stem
}

/** Whether a name ends in a side. */
export function isSided(name: string): boolean {
  return side.test(stemOf(name))
}

/** A film's name without folder and extension. */
export function stemOf(name: string): string {
  return path.posix.basename(name).replace(extension, '')
}

/** Films that look like those of one patient, and what tells them so. */
export interface Likeness {
  /** What `--patient-from` is to be; undefined where a manifest alone can say it. */
  readonly flag?: string
  /** Names of films, a group for each that looks like a patient with several. */
  readonly groups: readonly (readonly string[])[]
}

/** A way to read patients from names. */
interface Way {
  /** What `--patient-from` is to be. */
  readonly flag: string
  readonly keyOf: (name: string) => string
  /** Whether a film's patient may have a name without digits. */
  readonly anyName?: boolean
}

/** Names that look paired; undefined where none do. */
export function pairedNames(films: readonly Located[]): Likeness | undefined {
  const anew = numberedAnew(films)
  const severalBy = ({ keyOf }: Way, of: readonly Located[] = films) => {
    const groups = groupBy(of, (film) => `${anew ? placeOf(film) : ''}/${keyOf(film.name)}`)
    return { groups, several: [...groups].filter(([, group]) => new Set(group.map(ownName)).size > 1) }
  }
  const prefix: Way = { flag: 'prefix', keyOf: prefixOf }
  const sided = films.filter(({ name }) => isSided(name))
  if (severalBy(prefix, sided).several.length > 0) {
    const others = severalBy(prefix).several.filter(([, group]) => !group.every(({ name }) => isSided(name)))
    const way = others.every(([key]) => holdsDigit(key)) ? prefix : withoutSide(films)
    return likeness(way.flag, severalBy(way).several)
  }
  for (const way of [prefix, beforeLast(films), ...wholeName(films)]) {
    const { groups, several } = severalBy(way)
    // A running number behind one word (img_001, img_002) is no patient: keys hold digits, and there are many of them.
    const many = way.anyName || groups.size >= Math.max(4, films.length / mostFilms)
    const called = way.anyName || several.every(([key]) => holdsDigit(key))
    const days = several.filter(([, [first]]) => first !== undefined && endsInDay(first.name, way.keyOf(first.name)))
    if (several.length > 0 && many && called && days.length < several.length / 2) return likeness(way.flag, several)
  }
  return undefined
}

function likeness(flag: string, groups: readonly [string, Located[]][]): Likeness {
  return { flag, groups: groups.map(([, group]) => group.map(({ name }) => name)) }
}

function holdsDigit(key: string): boolean {
  return /\d/.test(path.posix.basename(key))
}

/** Whether a key is no more than the day that a name begins with. */
function endsInDay(name: string, key: string): boolean {
  const day = dayFirst.exec(stemOf(name))?.[0]
  return day !== undefined && key.length <= day.length
}

/** What tells the films of one patient apart: its name and the folders of views around it. */
function ownName(film: Located): string {
  return [...viewsOf(film).map(({ name }) => name), stemOf(film.name)].join('/')
}

/** The name less its last part. */
function beforeLast(films: readonly Located[]): Way {
  return byExpression(films, ['([^/]+)[-_ ][^-_ /]+$', '([^/]+?)(?:[-_ ][^-_ /]+)?$'])
}

/** The name less its side, and no more. */
function withoutSide(films: readonly Located[]): Way {
  const words = [...new Set(films.flatMap(({ name }) => side.exec(stemOf(name))?.[1] ?? []))].join('|')
  return byExpression(films, [`([^/]+?)(?:[-_. ](?:${words}))?(?:[.][A-Za-z0-9]{1,5})?$`])
}

/** The whole name, where folders of several views hold films. */
function wholeName(films: readonly Located[]): Way[] {
  if (films.every((film) => viewsOf(film).length === 0)) return []
  return [{ ...byExpression(films, ['([^/]+)[.][^./]+$', '([^/]+?)(?:[.][A-Za-z0-9]{1,5})?$']), anyName: true }]
}

/** The first of the expressions that fits every name, or the last. */
function byExpression(films: readonly Located[], flags: readonly string[]): Way {
  const fits = (flag: string) => films.every(({ name }) => new RegExp(flag).test(name))
  const flag = flags.find(fits) ?? elementAt(flags, flags.length - 1)
  const expression = new RegExp(flag)
  return { flag, keyOf: (name) => expression.exec(name)?.[1] ?? stemOf(name) }
}

/** Whether most names stand in several places. */
function numberedAnew(films: readonly Located[]): boolean {
  const byStem = [...groupBy(films, ({ name }) => stemOf(name)).values()]
  return byStem.filter((group) => new Set(group.map((film) => placeOf(film))).size > 1).length > byStem.length / 2
}
