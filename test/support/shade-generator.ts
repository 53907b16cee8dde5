/**
 * A second kind of generator for tests, as small as one can be: every image of a class is its mean shade with a little noise
 * on it. A step moves each class's shade towards that of a batch.
 */
import { z } from 'zod'
import { type NDArray, ndarray, rowSize, zeros } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import type { TrainedKind, TrainingOptions } from '../../src/generator/contract.js'
import { parseOptions } from '../../src/generator/option-problems.js'

interface ShadeOptions extends TrainingOptions {
  readonly rate: number
  readonly spread: number
}

interface ShadeState {
  /** [classes], from 0 to 255. */
  readonly shades: NDArray<'float32'>
}

const section = z.strictObject({
  steps: z.int().min(1).default(50).meta({ description: 'Training steps.', unit: 'steps' }),
  rate: z.number().gt(0).max(1).default(0.5).meta({ description: 'Share of the way to the batch.', unit: 'share' }),
  spread: z.number().min(0).default(4).meta({ description: 'Noise on a shade.', unit: 'grey steps' }),
})

const complete = z.strictObject({
  ...section.shape,
  classes: z.array(z.string()).min(2),
  imageSize: z.tuple([z.int(), z.int()]),
  channels: z.union([z.literal(1), z.literal(3)]),
  seed: z.int().min(0).default(1),
})

export const shade: TrainedKind<ShadeOptions, ShadeState, ShadeState> = {
  kind: 'shade',
  form: 'trained',
  inClosedForm: false,
  againstCopies: 'Give it more noise (generator.spread)',
  name: 'shade of the class',
  noun: 'shade',
  about: 'The mean shade of a class, with noise.',
  options: section,
  presets: { quick: { steps: 5 }, standard: {}, kong2022: {} },
  curves: { losses: ['distance'], shares: [] },
  complete: (options) => parseOptions(complete, options, 'shade'),
  parameters: ({ classes }) => ({ shades: classes.length }),
  stateSpecs: ({ classes }) => ({ shades: { dtype: 'float32', shape: [classes.length] } }),
  initialState: ({ classes }) => ({ shades: zeros('float32', [classes.length]) }),
  watchers: () => [],
  async openTraining({ rate, seed }, { images, labels }, begin) {
    const shades = begin.shades.data.slice()
    const size = rowSize(images)
    const shadeOf = (row: number) => images.data.subarray(row * size, (row + 1) * size).reduce((a, b) => a + b) / size
    const advanceOne = (step: number) => {
      const row = new Rng(seed).split('shade/film').at(step).integer(labels.length)
      const distance = shadeOf(row) - shades[labels[row]]
      shades[labels[row]] += rate * distance
      return { distance: Math.abs(distance) }
    }
    return {
      atOnce: 3,
      advance: async (first, count) => Array.from({ length: count }, (_, i) => advanceOne(first + i)),
      state: async () => ({ shades: ndarray('float32', begin.shades.shape, shades.slice()) }),
      close: async () => {},
    }
  },
  weightsOf: (state) => state,
  drawNoise: (rng, count, { imageSize: [height, width], channels }) =>
    ndarray('float32', [count, height * width * channels], rng.normals(count * height * width * channels)),
  async openDrawing({ imageSize, channels, spread }, count) {
    return {
      async run({ shades }, noise, labels) {
        const size = rowSize(noise)
        const data = Uint8Array.from(noise.data, (value, at) =>
          Math.max(0, Math.min(255, Math.round(shades.data[labels.data[Math.floor(at / size)]] + spread * value))),
        )
        return ndarray('uint8', [count, ...imageSize, channels], data)
      },
      close: async () => {},
    }
  },
}
