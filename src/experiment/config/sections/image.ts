/** `image`: the form in which generator and backbone see films. */
import { z } from 'zod'

const side = z.int().min(16).max(512).multipleOf(8)

export const image = z
  .strictObject({
    size: z.tuple([side, side]).default([56, 56]).meta({
      description: 'Height and width that every film is resized to; multiples of 8.',
      unit: 'pixels',
      source: 'Kong et al. 2022: 56 x 56',
    }),
    channels: z
      .union([z.literal('auto'), z.literal(1), z.literal(3)])
      .default('auto')
      .meta({ description: 'auto: 1 for grey films, 3 for colour.', unit: 'channels' }),
  })
  .prefault({})
  .meta({ description: 'The form in which films are worked with.' })
