/** What stands in the way of an answer, with its numbers: what a reader has to know before all others. */
import { z } from 'zod'

const count = z.int().min(0)
const maybe = z.number().nullable()
const auc = z.object({ value: z.number(), low: z.number(), high: z.number() })

export const concern = z.discriminatedUnion('kind', [
  /** Synthetic films of these classes have nothing, or next to nothing, in common with real ones. */
  z.object({
    kind: z.literal('generator-failed'),
    classes: z.array(
      z.object({
        class: z.string(),
        /** none: they lie among no real films; narrow: among a few of them only. */
        overlap: z.enum(['none', 'narrow']),
        precision: z.number(),
        recall: maybe,
        density: maybe,
        coverage: z.number(),
        kid: maybe,
        kidHeldOut: maybe,
      }),
    ),
  }),
  /** On internal test films the delivered arm is not shown to be better than chance. */
  z.object({ kind: z.literal('not-learned'), arm: z.string(), inside: auc }),
  /** The delivered arm does worse elsewhere than inside, or is not shown to be better than chance there. */
  z.object({
    kind: z.literal('not-carried-over'),
    arm: z.string(),
    inside: auc,
    outside: z.array(auc.extend({ set: z.string(), reason: z.enum(['below chance', 'chance', 'worse']) })),
  }),
  /** Neither yes nor no, and hardly a way to either with so few. */
  z.object({
    kind: z.literal('too-few-films'),
    /** Parts with fewer than ten films of a class, or of fewer than ten patients; the class is the smallest. */
    parts: z.array(
      z.object({ part: z.enum(['train', 'tuning', 'test']), class: z.string(), films: count, patients: count }),
    ),
    testFilms: count.nullable(),
    /** Test films that would decide; null where that can't be said. */
    casesNeeded: maybe,
  }),
  /** Several K put every film that chose among them in order, so that the smallest of them was taken. */
  z.object({ kind: z.literal('tuning-separated'), films: count, multiples: z.array(z.number()), chosen: z.number() }),
  /** A person who could see test scores has chosen among the synthetic films. */
  z.object({ kind: z.literal('rejected-after-results'), films: count }),
])

export type Concern = z.infer<typeof concern>
