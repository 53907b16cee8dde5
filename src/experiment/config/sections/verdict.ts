/** `verdict`: what would count as a gain. */
import { z } from 'zod'

export const verdict = z
  .strictObject({
    delta: z.number().gt(0).lt(0.5).default(0.02).meta({
      description: 'Smallest gain that would matter; the verdict is "no" where a gain as large as this is excluded.',
      unit: 'AUC',
    }),
  })
  .prefault({})
  .meta({ description: 'What would count as a gain; to be fixed beforehand.' })
