/**
 * Films from the principal components of a class with normal coefficients:
 *   mean + sum over k of z_k s_k v_k,   z_k normal,
 * v_k the k-th component and s_k its standard deviation over the training films of the class. No network, a second's work.
 */
import { z } from 'zod'
import { type NDArray, ndarray, zeros } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import type { TrainedKind } from '../contract.js'
import { filmsOfClass } from '../films/class-films.js'
import { principalComponents } from '../films/principal-components.js'
import { parseOptions } from '../option-problems.js'
import { imagesAndSeed, pixelCount } from './options.js'
import { singleStep } from './single-step.js'
import { weightedSum } from './weighted-sum.js'

const section = z.strictObject({
  components: z.int().min(1).max(1000).default(100).meta({
    description: 'Principal components of each class that its films are made of; at most one fewer than it has films.',
    unit: 'components',
  }),
})

const completeSchema = z.strictObject({ ...imagesAndSeed, ...section.shape })

export type PcaOptions = z.output<typeof completeSchema>

export interface PcaState {
  /** Mean film of each class [classes, P]. */
  readonly means: NDArray<'float32'>
  /** Components times their standard deviations [classes, components, P]; rows beyond those there are hold 0. */
  readonly directions: NDArray<'float32'>
}

export const pca: TrainedKind<PcaOptions, PcaState, PcaState> = {
  kind: 'pca',
  form: 'trained',
  inClosedForm: true,
  againstCopies: 'Make its films of fewer components (generator.components)',
  name: 'principal components',
  noun: 'generator',
  about: 'Draws from the principal components of each class of training films: a second of linear algebra, no network.',
  options: section,
  presets: { quick: {}, standard: {}, kong2022: {} },
  curves: { losses: [], shares: [] },
  complete: (options) => parseOptions(completeSchema, options, 'generator'),
  parameters: (options) => ({ components: sizeOf(options) }),
  stateSpecs: (options) => ({
    means: { dtype: 'float32', shape: [options.classes.length, pixelCount(options)] },
    directions: { dtype: 'float32', shape: [options.classes.length, options.components, pixelCount(options)] },
  }),
  initialState: (options) => ({
    means: zeros('float32', [options.classes.length, pixelCount(options)]),
    directions: zeros('float32', [options.classes.length, options.components, pixelCount(options)]),
  }),
  async openTraining(options, set, begin) {
    return singleStep(begin, () => {
      const { means, directions } = pca.initialState(options)
      options.classes.forEach((_, classIndex) => {
        const films = filmsOfClass(set, classIndex)
        means.data.set(films.mean, classIndex * pixelCount(options))
        const rng = new Rng(options.seed).split('pca/films').at(classIndex)
        directions.data.set(
          principalComponents(films, options.components, rng),
          classIndex * options.components * pixelCount(options),
        )
      })
      return { means, directions }
    })
  },
  watchers: () => [],
  weightsOf: (state) => state,
  drawNoise: (rng, count, { components }) => ndarray('float32', [count, components], rng.normals(count * components)),
  async openDrawing(options, count) {
    const [size, { components }] = [pixelCount(options), options]
    return {
      async run({ means, directions }, noise, labels) {
        const data = new Uint8Array(count * size)
        labels.data.forEach((label, i) => {
          weightedSum(
            means.data.subarray(label * size, (label + 1) * size),
            directions.data.subarray(label * components * size, (label + 1) * components * size),
            noise.data.subarray(i * components, (i + 1) * components),
            data.subarray(i * size, (i + 1) * size),
          )
        })
        return ndarray('uint8', [count, ...options.imageSize, options.channels], data)
      },
      close: async () => {},
    }
  },
}

/** Numbers that were learned. */
function sizeOf(options: PcaOptions): number {
  return options.classes.length * (options.components + 1) * pixelCount(options)
}
