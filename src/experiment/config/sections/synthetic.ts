/** `synthetic`: which of the generator's images are left out. */
import { z } from 'zod'

export const synthetic = z
  .strictObject({
    excludeCopies: z.boolean().default(false).meta({
      description:
        'true: synthetic images that look too much like a training film are left out, and the next ones take their place; K ends where the images do.',
    }),
  })
  .prefault({})
  .meta({ description: 'Which synthetic images are left out.' })
