/** The form of what a run leaves of itself while it works: a run's folder may come from anywhere. */
import { z } from 'zod'
import type { RecordedEvent, RecordedProgress, StopCause } from './run-status.js'
import { stageNames } from './stage.js'

const time = { at: z.string() }
const recorded = {
  ...time,
  fold: z.object({ number: z.number(), of: z.number(), inner: z.literal(true).optional() }).optional(),
}
const stage = z.enum(stageNames)

export const recordedProgress: z.ZodType<RecordedProgress> = z.object({
  type: z.literal('progress'),
  ...recorded,
  stage,
  done: z.number(),
  total: z.number(),
  unit: z.string(),
  rate: z.number(),
  secondsLeft: z.number(),
})

export const recordedEvent: z.ZodType<RecordedEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-started'), ...recorded, run: z.string(), resumed: z.boolean() }),
  z.object({ type: z.literal('stage-started'), ...recorded, stage }),
  z.object({ type: z.literal('stage-finished'), ...recorded, stage, seconds: z.number(), skipped: z.boolean() }),
  z.object({
    type: z.literal('training-curve'),
    ...recorded,
    step: z.number(),
    values: z.record(z.string(), z.number()),
  }),
  z.object({
    type: z.literal('trial'),
    ...recorded,
    arm: z.string(),
    k: z.number(),
    repeat: z.number(),
    size: z.number(),
    // Versions that had no other wrote none.
    metric: z.string().default('auc'),
    score: z.number(),
  }),
  z.object({
    type: z.literal('expected-time'),
    ...recorded,
    seconds: z.object({ value: z.number(), low: z.number(), high: z.number() }),
  }),
  z.object({ type: z.literal('warning'), ...recorded, text: z.string() }),
  z.object({ type: z.literal('note'), ...recorded, text: z.string() }),
  z.object({ type: z.literal('run-finished'), ...recorded, report: z.string(), verdict: z.string() }),
])

export const stopCause: z.ZodType<StopCause> = z.object({
  how: z.enum(['interrupted', 'refused', 'failed']),
  text: z.string(),
  ...time,
})
