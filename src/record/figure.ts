/** How results keep figures: a count, a number that may be missing, an estimate with its limits, a confusion matrix. */
import { z } from 'zod'

export const count = z.int().min(0)

/** null: could not be had. */
export const maybe = z.number().nullable()

/** An estimate and its 95 % limits; where one could not be had, with the reason. */
export const interval = z.object({
  value: maybe,
  low: maybe,
  high: maybe,
  method: z.string(),
  reason: z.string().optional(),
})

export const confusion = z.object({ tp: count, fn: count, tn: count, fp: count })

export type Interval = z.infer<typeof interval>
