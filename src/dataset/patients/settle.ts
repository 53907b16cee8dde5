/** Before films are split: films that look like one patient's must not fall on both sides because nobody said so. */
import { UserError } from '../../base/errors.js'
import type { Cohort } from '../sample.js'

/**
 * Throws a `UserError` that asks who the patients are, where a split by patient would tear apart what looks like one. A
 * split that the dataset gives, and that keeps them together, needs no answer; nor does a split by image, which is meant so.
 */
export function settlePatients({ name, films, question }: Cohort, by: 'patient' | 'image'): void {
  if (question === undefined || by === 'image') return
  const given = films.some(({ split }) => split !== undefined)
  const tuningGiven = films.some(({ split }) => split === 'tuning')
  const setOf = new Map(
    films.map((film) => [film.name, given && (film.split === 'test' || tuningGiven) ? film.split : undefined]),
  )
  const torn = question.together.some((group) => {
    const sets = new Set(group.map((film) => setOf.get(film)))
    return sets.size > 1 || sets.has(undefined)
  })
  if (torn) throw new UserError(`who are the patients of ${name}? ${question.text}`)
}
