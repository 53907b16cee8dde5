/** `split`: how films fall into training, tuning and test set. */
import { z } from 'zod'

const share = z.number().min(0).max(1)

export const split = z
  .strictObject({
    by: z.enum(['patient', 'image']).default('patient').meta({
      description:
        "patient: all films of a patient stay in one set; image: films are dealt singly, as in the paper, so that a patient's films may fall on both sides.",
    }),
    fractions: z
      .tuple([share, share, share])
      .refine(
        (shares) => shares.every((share) => share > 0) && Math.abs(shares.reduce((a, b) => a + b, 0) - 1) <= 1e-9,
        {
          error: 'three shares above 0 that add up to 1, for example [0.7, 0.1, 0.2]',
        },
      )
      .default([0.6, 0.2, 0.2])
      .meta({
        description: 'Shares of training, tuning and test set; above 0, adding up to 1.',
        unit: 'share of films',
      }),
    seed: z
      .int()
      .min(0)
      .default(1)
      .meta({ description: 'Seed of the split. Apart from seed: another seed must not move films between sets.' }),
  })
  .prefault({})
  .meta({ description: 'How films fall into training, tuning and test set, where the dataset does not say it itself.' })
