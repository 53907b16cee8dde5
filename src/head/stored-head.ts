/** The delivered head of one arm as a run keeps it: `model/heads/OD.json`. */
import { z } from 'zod'
import { UserError } from '../base/errors.js'
import { readJson } from '../base/files.js'
import { shownPath } from '../base/shown-path.js'
import type { Head } from './head.js'

const numbers = z.array(z.number()).min(1)

const facts = z.object({
  arm: z.string(),
  k: z.number().min(0),
  /** Seen at the backbone's own size, without the common pixel path. */
  native: z.boolean(),
  /** Blocks of the backbone that were trained with it: it stands on their features, not on the backbone's. */
  blocks: z.int().min(1).optional(),
})

const storedHead = facts.extend({
  weights: numbers,
  // 0.1.0 knew two classes, and kept the bias of its one output as a number.
  bias: z.union([numbers, z.number().transform((bias) => [bias])]),
})

export type StoredHead = Head & Readonly<z.infer<typeof facts>>

/** As plain data, for its file. */
export function plainHead({ weights, bias, ...facts }: StoredHead) {
  return { ...facts, weights: Array.from(weights), bias: Array.from(bias) }
}

/** Throws a `UserError` where the file holds no head. */
export function readStoredHead(file: string): StoredHead {
  const { success, data } = storedHead.safeParse(readJson(file))
  if (!success) throw new UserError(`${shownPath(file)} is no head of an arm; restore it from a copy of the run`)
  const { weights, bias, ...facts } = data
  return { ...facts, weights: Float64Array.from(weights), bias: Float64Array.from(bias) }
}
