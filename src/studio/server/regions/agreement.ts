/** How far two readers agree who did not see each other's regions: where they drew, and what they called it. */
import { overlap } from '../../../image/rectangle.js'
import { cohensKappa } from '../../../metrics/kappa.js'
import type { Agreement, DrawnRegion } from '../../wire/regions.js'

/** From this share of their common area on, two regions are of the same place. */
const sameFrom = 0.5

/** What one reader has drawn on each film. */
export type OfFilms = ReadonlyMap<string, readonly DrawnRegion[]>

interface Pair {
  readonly a: DrawnRegion
  readonly b: DrawnRegion
  readonly film: string
  readonly share: number
}

/** @param patientOf the patient of a film by its name: regions of one patient are no independent ones */
export function agreementOf(
  readers: readonly [string, string],
  [first, second]: readonly [OfFilms, OfFilms],
  patientOf: (film: string) => string,
): Agreement {
  const films = [...first.keys()].filter((film) => second.has(film))
  const pairs = films.flatMap((film) => pairsOf(film, first.get(film) ?? [], second.get(film) ?? []))
  const count = (of: OfFilms) => films.reduce((sum, film) => sum + (of.get(film)?.length ?? 0), 0)
  const labelled = pairs.filter(({ a, b }) => a.label !== undefined && b.label !== undefined)
  const { value, low, high } = cohensKappa(
    labelled.map(({ a }) => a.label ?? ''),
    labelled.map(({ b }) => b.label ?? ''),
    labelled.map(({ film }) => patientOf(film)),
  )
  const known = (number: number) => (Number.isNaN(number) ? null : number)
  return {
    readers,
    films: films.length,
    matched: pairs.length,
    onlyFirst: count(first) - pairs.length,
    onlySecond: count(second) - pairs.length,
    overlap: pairs.length === 0 ? null : pairs.reduce((sum, { share }) => sum + share, 0) / pairs.length,
    kappa: Number.isNaN(value) ? null : { value, low: known(low), high: known(high) },
  }
}

/** Regions of one film that are of the same place, the best match first; each is matched once. */
function pairsOf(film: string, a: readonly DrawnRegion[], b: readonly DrawnRegion[]): Pair[] {
  const possible = a
    .flatMap((one) => b.map((other) => ({ a: one, b: other, film, share: overlap(one, other) })))
    .filter(({ share }) => share >= sameFrom)
    .sort((x, y) => y.share - x.share)
  const taken = new Set<DrawnRegion>()
  return possible.filter((pair) => {
    if (taken.has(pair.a) || taken.has(pair.b)) return false
    taken.add(pair.a).add(pair.b)
    return true
  })
}
