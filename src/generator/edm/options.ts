/**
 * What the diffusion model is made of and how it is trained. Values from Karras et al., NeurIPS 2022 ("EDM"), table 1, but for
 * size and duration, which are what two cores do in minutes.
 */
import { z } from 'zod'
import { channelCount, classNames } from '../image-options.js'
import { parseOptions } from '../option-problems.js'

const source = 'Karras et al. 2022'

/** The kind's part of a configuration. */
export const edmSection = z.strictObject({
  steps: z.int().min(1).default(6000).meta({
    description: 'Training steps; one is one update of the denoiser.',
    unit: 'steps',
  }),
  width: z.number().gt(0).max(8).default(1).meta({
    description: 'Multiplier of the channels (32, 64 and 96); time grows with about its square.',
    unit: 'factor',
  }),
  batchSize: z
    .int()
    .min(1)
    .max(1024)
    .default(16)
    .meta({ description: 'Films in each step, each at a noise level of its own.', unit: 'images' }),
  learningRate: z.number().gt(0).max(1).default(0.002).meta({
    description: 'Learning rate of Adam; it rises over the first 100 steps and falls with their root after 1,000.',
    unit: 'per step',
    source,
  }),
  components: z.int().min(1).max(1000).default(100).meta({
    description:
      'Principal components of each class that the normal part of the denoiser knows; at most half as many as the class has films.',
    unit: 'components',
  }),
  variants: z.number().min(0).max(1).default(0.5).meta({
    description:
      'Share of films that are shifted, turned and enlarged a little in training. The denoiser is told by how much, so that its films are not.',
    unit: 'share',
    source,
  }),
  levels: z.int().min(2).max(1000).default(8).meta({
    description:
      'Noise levels that an image is drawn over; each costs one run of the denoiser. More are no better: 36 gave films of less variety than 8.',
    unit: 'levels',
  }),
})

/** The denoiser halves the image three times. */
const side = z.int().min(8).max(1024).multipleOf(8)
const sides = 'height and width in pixels, both divisible by 8 and at most 1024'

const completeSchema = z.strictObject({
  classes: classNames,
  imageSize: z.custom<[number, number]>((value) => z.tuple([side, side]).safeParse(value).success, sides),
  channels: channelCount,
  seed: z.int().min(0).default(1),
  ...edmSection.shape,
})

/** The kind's section, and the images and the seed. */
export type EdmOptions = z.output<typeof completeSchema>

/**
 * The options with their defaults where none is given.
 * Throws a `UserError` that lists every option that is unknown, missing, of another type or out of range.
 */
export function edmOptions(options: Readonly<Record<string, unknown>>): EdmOptions {
  return parseOptions(completeSchema, options, 'generator')
}

/** Channels of the denoiser at a half, a quarter and an eighth of the image's size. */
export function channelWidths({ width }: Pick<EdmOptions, 'width'>): [number, number, number] {
  const scaled = (channels: number) => 8 * Math.max(1, Math.round((channels * width) / 8))
  return [scaled(32), scaled(64), scaled(96)]
}
