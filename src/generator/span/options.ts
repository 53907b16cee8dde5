/** What every kind of this folder is told besides its own options. */
import { z } from 'zod'
import { sizeOf } from '../../base/ndarray.js'
import type { ImageSpec } from '../contract.js'
import { channelCount, classNames } from '../image-options.js'

export const imagesAndSeed = {
  classes: classNames,
  imageSize: z.custom<[number, number]>(
    (value) => z.tuple([z.int().min(1).max(4096), z.int().min(1).max(4096)]).safeParse(value).success,
    'height and width in pixels',
  ),
  channels: channelCount,
  seed: z.int().min(0).default(1),
  // All is computed in the first step; further ones change nothing.
  steps: z.int().min(1).default(1),
}

/** Values of a film: P = H W channels. */
export function pixelCount({ imageSize, channels }: Pick<ImageSpec, 'imageSize' | 'channels'>): number {
  return sizeOf([...imageSize, channels])
}
