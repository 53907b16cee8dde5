/** `augment`: how conventional variants of a film differ from it. */
import { z } from 'zod'
import { paperAugmentation } from '../../../image/augment.js'

const source = 'Kong et al. 2022'

export const augment = z
  .strictObject({
    flip: z
      .boolean()
      .default(paperAugmentation.flip)
      .meta({ description: 'Half of the variants are mirrored left to right.', source }),
    rotationDegrees: z
      .number()
      .min(0)
      .max(180)
      .default(paperAugmentation.rotationDegrees)
      .meta({ description: 'Largest rotation to either side.', unit: 'degrees', source }),
    brightness: z.number().min(0).max(1).default(paperAugmentation.brightness).meta({
      description: 'Brightness is multiplied by a factor from 1 - this to 1 + this; 0: unchanged, 0.2 is usual.',
      unit: 'share',
    }),
    contrast: z.number().min(0).max(1).default(paperAugmentation.contrast).meta({
      description: 'Contrast is multiplied by a factor from 1 - this to 1 + this; 0: unchanged, 0.2 is usual.',
      unit: 'share',
    }),
    noise: z.number().min(0).max(0.5).default(paperAugmentation.noise).meta({
      description: 'Largest standard deviation of added noise; 0: none, 0.05 is visible.',
      unit: 'share of full white',
    }),
    blur: z.number().min(0).max(10).default(paperAugmentation.blur).meta({
      description: 'Largest standard deviation of a Gaussian blur; 0: none, 1 is visible.',
      unit: 'pixels of image.size',
    }),
  })
  .prefault({})
  .meta({ description: "How films vary in the arms with conventional augmentation; the paper's: flip and rotation." })
