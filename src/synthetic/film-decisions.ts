/**
 * What a person has decided of synthetic films by looking at them, as the file that `synthetic.rejected` names. A film is known by
 * its class and its pixels: drawing is deterministic, so that the same film comes again wherever the same settings draw, and the
 * hash of its pixels finds it in whatever order films are taken.
 */
import { z } from 'zod'
import { UserError } from '../base/errors.js'
import { readText } from '../base/files.js'
import { hashArray } from '../base/hash.js'
import { type NDArray, rowCount, rows } from '../base/ndarray.js'
import { shownPath } from '../base/shown-path.js'

const filmDecision = z.strictObject({
  class: z.string().min(1),
  /** Of the run's draws, from 1, and of the films of the class in it, from 1: where it was looked at. */
  draw: z.int().min(1),
  number: z.int().min(1),
  /** `filmHashes` of it. */
  pixels: z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal digits'),
  decision: z.enum(['accepted', 'rejected']),
  /** Whether the run that it was looked at in had its result by then, so that test scores could be seen. */
  afterResult: z.boolean(),
})

const filmDecisions = z.strictObject({
  form: z.literal('kopt film decisions'),
  version: z.literal(1),
  films: z.array(filmDecision),
})

export type FilmDecision = z.infer<typeof filmDecision>
export type FilmDecisions = z.infer<typeof filmDecisions>

const mostBytes = 100_000_000

/** Throws a `UserError` where the file is no such list. */
export function readFilmDecisions(file: string): FilmDecisions {
  const place = shownPath(file)
  const remedy = 'give the file that the studio keeps of the synthetic films that were looked at (studio/rejected)'
  let value: unknown
  try {
    value = JSON.parse(readText(file, mostBytes))
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${place} is not valid JSON (${(error as Error).message}); ${remedy}`)
  }
  const { success, data, error } = filmDecisions.safeParse(value)
  if (success) return data
  const [issue] = error.issues
  throw new UserError(
    `${place} is no list of accepted and rejected films: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; ${remedy}`,
  )
}

/** Of each image, uint8 [N, H, W, C], of a class on the common pixel path. */
export function filmHashes(images: NDArray<'uint8'>): string[] {
  return Array.from({ length: rowCount(images) }, (_, row) => hashArray(rows(images, row, row + 1)))
}

/** Hashes of the pixels of the rejected films of a class. */
export function rejectedOf({ films }: Pick<FilmDecisions, 'films'>, label: string): Set<string> {
  return new Set(films.flatMap((film) => (film.class === label && film.decision === 'rejected' ? [film.pixels] : [])))
}
