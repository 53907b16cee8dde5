/** `synthetic`: which of the generator's images are left out. */
import { z } from 'zod'
import { filePath } from '../../../base/path-schema.js'

export const synthetic = z
  .strictObject({
    excludeCopies: z.boolean().default(false).meta({
      description:
        'true: synthetic images that look too much like a training film are left out, and the next ones take their place; K ends where the images do.',
    }),
    rejected: filePath().nullable().default(null).meta({
      description:
        'File of synthetic films that a person has rejected by looking at them in the studio: they are left out, and the next ones take their place; null: none.',
    }),
  })
  .prefault({})
  .meta({ description: 'Which synthetic images are left out.' })
