/** `gan`: the class-conditional generator that is trained, and for how long. */
import { z } from 'zod'

const positiveInteger = z.int().min(1)
const source = 'Kong et al. 2022'

export const gan = z
  .strictObject({
    seeds: z.int().min(1).max(20).default(1).meta({
      description: 'GANs, each from its own seed; five or more let the verdict speak of the procedure.',
      unit: 'GANs',
    }),
    steps: positiveInteger.default(6000).meta({
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
    batchSize: z
      .int()
      .min(2)
      .max(1024)
      .default(64)
      .meta({ description: 'Real films, and as many generated images, in each step.', unit: 'images', source }),
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
    latentSize: positiveInteger.default(100).meta({
      description: 'Length of the random vector that an image is made from.',
      unit: 'numbers',
      source,
    }),
    latentDeviation: z
      .number()
      .gt(0)
      .default(1)
      .meta({ description: 'Standard deviation of the random vector; its mean is 0.', unit: 'standard deviation' }),
    embeddingSize: positiveInteger
      .default(50)
      .meta({ description: 'Length of the vector that stands for a class.', unit: 'numbers', source }),
    initDeviation: z.number().gt(0).default(0.02).meta({
      description: 'Standard deviation of the initial weights of dense layers and convolutions.',
      unit: 'standard deviation',
    }),
    dropout: z.number().min(0).lt(1).default(0.5).meta({
      description: "Share of activations dropped behind the discriminator's first three convolutions.",
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
      description: "Whether the discriminator's class head also learns from generated images.",
      source,
    }),
    checkpointEvery: positiveInteger.default(500).meta({
      description: 'A checkpoint is kept after so many steps each; a resumed run goes on from the last one.',
      unit: 'steps',
    }),
    gridEvery: positiveInteger
      .default(1000)
      .meta({ description: 'A sheet of sample images is drawn after so many steps each.', unit: 'steps' }),
  })
  .prefault({})
  .meta({ description: 'The class-conditional generator (ACGAN) and its training.' })
