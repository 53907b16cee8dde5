/** Of very many films enough to judge by: patients are drawn at random, each with all of its films. */
import { groupBy } from '../base/group-by.js'
import type { Rng } from '../base/random.js'

interface FilmOfPatient {
  readonly label: string
  readonly patient: string
}

/**
 * All films where there are at most so many of them, in their order. Of more, patients are taken in a drawn order as long as
 * one of their classes has less than its share, so that a rare class keeps all it has.
 */
export function drawFilms<T>(
  films: readonly T[],
  of: (film: T) => FilmOfPatient,
  { most, rng }: { readonly most: number; readonly rng: Rng },
): readonly T[] {
  if (films.length <= most) return films
  const labelOf = (film: T) => of(film).label
  const patients = [...groupBy(films, (film) => of(film).patient).values()]
  const share = most / new Set(films.map(labelOf)).size
  const taken = new Map<string, number>()
  const drawn = new Set<T>()
  for (const ofPatient of rng.shuffle(patients)) {
    if (ofPatient.every((film) => (taken.get(labelOf(film)) ?? 0) >= share)) continue
    for (const film of ofPatient) {
      taken.set(labelOf(film), (taken.get(labelOf(film)) ?? 0) + 1)
      drawn.add(film)
    }
  }
  return films.filter((film) => drawn.has(film))
}
