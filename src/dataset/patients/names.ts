/**
 * Patients in the names of films: `p017_L.png` and `p017_R.png`. Names that differ by their folder alone are no sign: films
 * are often numbered anew in each folder, and the 7 of one class is not the 7 of another.
 */
import path from 'node:path'
import { groupBy } from '../../base/group-by.js'
import type { FoundFilm } from '../reader.js'

const side = /[-_. ](l|r|left|right|li|re)$/i

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
  const base = path.posix.basename(name)
  return base.replace(/\.[A-Za-z0-9]{1,5}$/, '')
}

/** Films that look like those of one patient, and what tells them so. */
export interface Likeness {
  /** What to type after `--patient-from`, ready for a shell; undefined where a manifest alone can say it. */
  readonly flag?: string
  /** Names of films, a group for each that looks like a patient with several. */
  readonly groups: readonly (readonly string[])[]
}

/** Names that look paired; undefined where none do. */
export function pairedNames(names: readonly string[]): Likeness | undefined {
  const anew = numberedAnew(names)
  const beforeLast = (name: string) => /([^/]+)[-_ ][^-_ /]+$/.exec(name)?.[1] ?? name
  const ways: { flag: string; keyOf: (name: string) => string }[] = anew
    ? [{ flag: '"^(.+)[-_ ][^-_ /]+$"', keyOf: (name) => /^(.+)[-_ ][^-_ /]+$/.exec(name)?.[1] ?? name }]
    : [
        { flag: 'prefix', keyOf: prefixOf },
        { flag: '"([^/]+)[-_ ][^-_ /]+$"', keyOf: beforeLast },
      ]
  const sided = names.filter(isSided)
  const pairs = severalStems(groupBy(sided, ways[0].keyOf))
  if (pairs.length > 0) return { flag: ways[0].flag, groups: pairs.map(([, group]) => group) }
  for (const { flag, keyOf } of ways) {
    const groups = groupBy(names, keyOf)
    const several = severalStems(groups)
    // A running number behind one word (img_001, img_002) is no patient: keys hold digits, and there are many of them.
    const plausible =
      several.length > 0 &&
      several.every(([key]) => /\d/.test(path.posix.basename(key))) &&
      groups.size >= Math.max(4, names.length / 20)
    if (plausible) return { flag, groups: several.map(([, group]) => group) }
  }
  return undefined
}

/** Groups of films whose names differ by more than their folder. */
function severalStems(groups: ReadonlyMap<string, string[]>): [string, string[]][] {
  return [...groups].filter(([, group]) => new Set(group.map(stemOf)).size > 1)
}

/** Whether most names stand in several folders. */
function numberedAnew(names: readonly string[]): boolean {
  const byStem = [...groupBy(names, stemOf).values()]
  return byStem.filter((group) => group.length > 1).length > byStem.length / 2
}

/** Keys that are plain numbers and stand in several classes, each of which may number its films anew. */
export function numbersOfSeveralClasses(films: readonly FoundFilm[], patients: readonly string[]): string[] {
  const labels = new Map<string, Set<string>>()
  films.forEach(({ label }, i) => {
    if (/^\d{1,4}$/.test(patients[i])) labels.set(patients[i], (labels.get(patients[i]) ?? new Set()).add(label))
  })
  return [...labels].filter(([, own]) => own.size > 1).map(([key]) => key)
}
