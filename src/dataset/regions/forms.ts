/** What the readers of annotation files share: checking a form with every problem at once, and the field's small pieces. */
import { z } from 'zod'
import type { RegionCollector } from './region.js'

const number = z.number().finite()
/** A point: x, y. */
export const pair = z.tuple([number, number])
/** left, top, width, height. */
export const box = z.tuple([number, number, number, number])

/** The JSON as this form, or undefined with a problem for every part that does not fit. */
export function parseForm<T>(form: z.ZodType<T>, json: unknown, out: RegionCollector): T | undefined {
  const parsed = form.safeParse(json)
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    // entries count from 1, as in the places of all other messages
    const place = path.map((key) => (typeof key === 'number' ? String(key + 1) : String(key))).join(' ')
    out.problem(place === '' ? 'the file' : place, message.charAt(0).toLowerCase() + message.slice(1))
  }
  return undefined
}

/** `{label}` where a label was given. */
export function named(label: string | null | undefined): { label?: string } {
  const text = label?.normalize('NFC').trim()
  return text ? { label: text } : {}
}
