/**
 * What an ACGAN is made of and how it is trained. Values from Kong et al., Scientific Reports 2022, "Auxiliary
 * classifier GAN" (latent 100, embedding 50, dropout 0.5, slope 0.2) and its training (Adam 0.0002, beta1 0.5, batch 64);
 * widths, which the paper leaves open, from the architecture's ancestors.
 */
import { z } from 'zod'
import { channelCount, classNames } from '../image-options.js'
import { parseOptions } from '../option-problems.js'

const source = 'Kong et al. 2022'
const size = z.int().min(1).max(4096)

/** The kind's part of a configuration. */
export const acganSection = z.strictObject({
  steps: z
    .int()
    .min(1)
    .default(6000)
    .meta({
      description: 'Training steps; one is one update of the discriminator and one of the generator.',
      unit: 'steps',
      source: `${source}: 30,000`,
    }),
  widths: z.enum(['tutorial', 'covidgan']).default('tutorial').meta({
    description:
      'Channels of the layers, which the paper leaves open: tutorial has 4.6 million weights, covidgan 23 million (both at width 1, 56 x 56 x 3).',
  }),
  width: z
    .number()
    .gt(0)
    .max(4)
    .default(0.5)
    .meta({ description: 'Multiplier of the widths; time grows with about its square.', unit: 'factor' }),
  latentSize: size.default(100).meta({
    description: 'Length of the random vector that an image is made from.',
    unit: 'numbers',
    source,
  }),
  latentDeviation: z
    .number()
    .gt(0)
    .default(1)
    .meta({ description: 'Standard deviation of the random vector; its mean is 0.', unit: 'standard deviation' }),
  embeddingSize: size
    .default(50)
    .meta({ description: 'Length of the vector that stands for a class.', unit: 'numbers', source }),
  initDeviation: z.number().gt(0).default(0.02).meta({
    description: 'Standard deviation of the initial weights of dense layers and convolutions.',
    unit: 'standard deviation',
  }),
  learningRate: z
    .number()
    .gt(0)
    .max(1)
    .default(0.0002)
    .meta({ description: 'Learning rate of Adam.', unit: 'per step', source }),
  beta1: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .meta({ description: "Decay of Adam's running mean of the gradient.", unit: 'per step', source }),
  batchSize: z
    .int()
    .min(2)
    .max(1024)
    .default(64)
    .meta({ description: 'Real films, and as many synthetic images, in each step.', unit: 'images', source }),
  dropout: z.number().min(0).lt(1).default(0.5).meta({
    description:
      "Share of activations dropped behind the discriminator's first three convolutions; taken in 65536ths, 0.5 exactly.",
    unit: 'share',
    source,
  }),
  leakySlope: z
    .number()
    .min(0)
    .lt(1)
    .default(0.2)
    .meta({ description: "Slope of the discriminator's leaky ReLU below 0.", unit: 'slope', source }),
  classHeadLearnsFromFakes: z.boolean().default(true).meta({
    description: "Whether the discriminator's class head also learns from the generator's images.",
    source,
  }),
})

/** Images are eight times the generator's first map. */
const side = z.int().min(8).max(1024).multipleOf(8)
const sides = 'height and width in pixels, both divisible by 8 and at most 1024'

/** The order of the keys is that of a checkpoint's header. */
const { steps, ...ofNetworks } = acganSection.shape
const completeSchema = z.strictObject({
  imageSize: z
    .custom<[number, number]>((value) => z.tuple([side, side]).safeParse(value).success, sides)
    .default([56, 56]),
  channels: channelCount.default(3),
  ...ofNetworks,
  seed: z.int().min(0).default(1),
  classes: classNames,
  steps,
})

/** The kind's section, and the images and the seed. */
export type AcganOptions = z.output<typeof completeSchema>

const layerWidths = {
  tutorial: { generator: [384, 192, 96], discriminator: [32, 64, 128, 256] },
  covidgan: { generator: [1024, 512, 256], discriminator: [64, 128, 256, 512] },
} as const

/** Channels of the generator's three layers before the image, and of the discriminator's four convolutions. */
export function channelWidths({ widths, width }: Pick<AcganOptions, 'widths' | 'width'>): {
  generator: [number, number, number]
  discriminator: [number, number, number, number]
} {
  const scaled = (channels: number) => Math.max(1, Math.round(channels * width))
  const { generator, discriminator } = layerWidths[widths]
  const [n, a, b] = generator
  const [c1, c2, c3, c4] = discriminator
  return {
    generator: [scaled(n), scaled(a), scaled(b)],
    discriminator: [scaled(c1), scaled(c2), scaled(c3), scaled(c4)],
  }
}

/**
 * The options with their defaults where none is given; `classes` has none.
 * Throws a `UserError` that lists every option that is unknown, of another type or out of range.
 */
export function acganOptions(partial: Readonly<Partial<AcganOptions>> & Pick<AcganOptions, 'classes'>): AcganOptions {
  return parseOptions(completeSchema, partial, 'GAN')
}
