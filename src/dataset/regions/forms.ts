/** What the readers of annotation files share: checking a form with every problem at once, and the field's small pieces. */
import { z } from 'zod'
import type { RegionCollector } from './region.js'

const number = z.number().finite()
/** A point: x, y. */
export const pair = z.tuple([number, number])
/** left, top, width, height. */
export const box = z.tuple([number, number, number, number])

/**
 * The JSON as this form, or undefined with one problem that names every part that does not fit.
 * @param within keys that lead to the JSON from that of the file, and the image that it is of
 */
export function parseForm<T>(
  form: z.ZodType<T>,
  json: unknown,
  out: RegionCollector,
  { keys = [], image }: { keys?: readonly PropertyKey[]; image?: string } = {},
): T | undefined {
  const parsed = form.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => ({
    place: placeOf([...keys, ...path]),
    text: message.charAt(0).toLowerCase() + message.slice(1),
  }))
  const text = problems.map(({ place, text }, i) => (i === 0 ? text : `${place}: ${text}`)).join('; ')
  out.problem(problems[0]?.place ?? placeOf(keys), text, image)
  return undefined
}

/** Entries count from 1, as in the places of all other messages. */
function placeOf(keys: readonly PropertyKey[]): string {
  const place = keys.map((key) => (typeof key === 'number' ? String(key + 1) : String(key))).join(' ')
  return place === '' ? 'the file' : place
}

/** `{label}` where a label was given. */
export function named(label: string | null | undefined): { label?: string } {
  const text = label?.normalize('NFC').trim()
  return text ? { label: text } : {}
}
