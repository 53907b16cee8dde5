/** `synthetic`: where generated images come from, and which are left out. */
import { z } from 'zod'
import { filePath } from '../path-schema.js'

export const synthetic = z
  .strictObject({
    from: filePath().nullable().default(null).meta({
      description:
        'Folder of images that a generator made elsewhere, one folder per class, in place of the GAN; null: the GAN.',
    }),
    order: z.enum(['name', 'random']).default('name').meta({
      description:
        'Which of those images a draw takes first: by name, the same in every repeat, or drawn at random for each repeat.',
    }),
    excludeCopies: z.boolean().default(false).meta({
      description:
        'true: synthetic images that look too much like a training film are left out, and the next ones take their place; K ends where the images do.',
    }),
  })
  .prefault({})
  .meta({ description: 'Where synthetic images come from, and which are left out.' })
