/** `resampling`: cross-validation in place of one split. */
import { z } from 'zod'

export const resampling = z
  .strictObject({
    folds: z
      .union([z.literal('auto'), z.literal(0), z.int().min(3).max(20)])
      .default('auto')
      .meta({
        description:
          'Outer folds of a nested cross-validation, each with a generator of its own; 0: one split. auto: five where one split would leave fewer than 150 test films and tuning films choose K.',
        unit: 'folds',
      }),
    times: z
      .int()
      .min(1)
      .max(20)
      .default(1)
      .meta({ description: 'Cross-validations, each with other folds.', unit: 'cross-validations' }),
  })
  .prefault({})
  .meta({ description: 'Cross-validation in place of one split, so that every film is tested once.' })
