/** `search`: which multiples K are tried, and which of them is chosen. */
import { z } from 'zod'

const positiveInteger = z.int().min(1)
const source = 'Kong et al. 2022'
const unit = 'multiples of the balanced set'

export const search = z
  .strictObject({
    rule: z
      .enum(['sliding-window', 'one-standard-error', 'fixed'])
      .default('sliding-window')
      .meta({
        description:
          'sliding-window: the best K that was not beaten by the next windowSize ones; one-standard-error: the smallest K within one standard error of the best; fixed: search.fixedK.',
        source: `${source}: sliding-window`,
      }),
    windowSize: positiveInteger
      .default(12)
      .meta({ description: 'How many further K must not beat the best one before the search stops.', unit, source }),
    kMax: positiveInteger.default(26).meta({
      description: 'The largest K that is tried; the training set then has K times as many images as the balanced set.',
      unit,
    }),
    fixedK: positiveInteger.nullable().default(null).meta({ description: 'The K that search.rule fixed takes.', unit }),
    metric: z.literal('auc').default('auc').meta({
      description: 'What a K is scored by: the area under the ROC curve (several classes: each against the rest).',
    }),
    selectOn: z.enum(['tuning', 'test']).default('tuning').meta({
      description:
        "The films that score each K. test, as the paper's curve must have been, is optimistic and gets no verdict.",
    }),
    repeats: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .meta({ description: 'Draws of images from each GAN; every K is scored with each of them.', unit: 'draws' }),
    heads: z.int().min(1).max(20).default(1).meta({
      description: 'Head seeds for each draw (head.kind adam); with 1 the seed changes with the draw.',
      unit: 'seeds',
    }),
    null: z.boolean().default(true).meta({
      description:
        'Score every K up to kMax, and say how large a gain chance alone would find; false: a sliding window scores no K past its stop, and says nothing about chance.',
    }),
  })
  .prefault({})
  .meta({ description: 'Which multiples K of the balanced set are tried, and which is chosen.' })
