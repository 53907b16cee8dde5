/**
 * The smoothed bootstrap (Efron 1979; Silverman and Young 1987) of a class's films:
 *   mean + sqrt(1 - h^2) (film - mean) + h e,
 * a training film drawn at random and a normal e with the class's covariance, so that mean and covariance stay those of the
 * films whatever h. At h = 1 it is a draw from all principal components; at h = 0 it is the film itself: below about 0.8
 * the films are copies in disguise, and `kopt quality` and the report say so.
 */
import { z } from 'zod'
import { elementAt } from '../../base/element-at.js'
import { concatRows, type NDArray, ndarray, zeros } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { anyLength, type TrainedKind } from '../contract.js'
import { filmsOfClass } from '../films/class-films.js'
import { parseOptions } from '../option-problems.js'
import { imagesAndSeed, pixelCount } from './options.js'
import { singleStep } from './single-step.js'
import { weightedSum } from './weighted-sum.js'

const section = z.strictObject({
  smoothing: z.number().gt(0).max(1).default(0.9).meta({
    description:
      'How far a synthetic film lies from the training film that it is drawn around: 1 keeps nothing of it, and near 0 it is a copy.',
    unit: 'share of the standard deviation',
  }),
})

const completeSchema = z.strictObject({ ...imagesAndSeed, ...section.shape })

export type SmoothedOptions = z.output<typeof completeSchema>

export interface SmoothedState {
  /** Mean film of each class [classes, P]. */
  readonly means: NDArray<'float32'>
  /** Training films less the mean of their class [N, P], class after class. */
  readonly films: NDArray<'float32'>
  /** Films of each class [classes]. */
  readonly counts: NDArray<'float32'>
}

/** A row of noise is the seed of an image: so many words of 16 bits, which a float32 holds exactly. */
const seedWords = 4

export const smoothed: TrainedKind<SmoothedOptions, SmoothedState, SmoothedState> = {
  kind: 'smoothed',
  form: 'trained',
  inClosedForm: true,
  againstCopies: 'Move its films further from the training films (generator.smoothing)',
  name: 'smoothed bootstrap',
  noun: 'generator',
  about: 'Each synthetic film lies near a training film, moved by noise of its class: a second of work, no network.',
  options: section,
  presets: { quick: {}, standard: {}, kong2022: {} },
  curves: { losses: [], shares: [] },
  complete: (options) => parseOptions(completeSchema, options, 'generator'),
  parameters: () => ({}),
  stateSpecs: (options) => ({
    means: { dtype: 'float32', shape: [options.classes.length, pixelCount(options)] },
    films: { dtype: 'float32', shape: [anyLength, pixelCount(options)] },
    counts: { dtype: 'float32', shape: [options.classes.length] },
  }),
  initialState: (options) => ({
    means: zeros('float32', [options.classes.length, pixelCount(options)]),
    films: zeros('float32', [0, pixelCount(options)]),
    counts: zeros('float32', [options.classes.length]),
  }),
  async openTraining(options, set, begin) {
    return singleStep(begin, () => {
      const classes = options.classes.map((_, classIndex) => filmsOfClass(set, classIndex))
      const size = pixelCount(options)
      return {
        means: joined(
          classes.map(({ mean }) => mean),
          size,
        ),
        films: joined(
          classes.map(({ centred }) => centred),
          size,
        ),
        counts: ndarray(
          'float32',
          [classes.length],
          Float32Array.from(classes, ({ count }) => count),
        ),
      }
    })
  },
  watchers: () => [],
  weightsOf: (state) => state,
  drawNoise: (rng, count) => ndarray('float32', [count, seedWords], Float32Array.from(rng.words(count * seedWords))),
  async openDrawing(options, count) {
    const size = pixelCount(options)
    return {
      async run({ means, films, counts }, noise, labels) {
        const data = new Uint8Array(count * size)
        labels.data.forEach((label, i) => {
          const before = counts.data.subarray(0, label).reduce((sum, n) => sum + n, 0)
          const n = elementAt(counts.data, label)
          weightedSum(
            means.data.subarray(label * size, (label + 1) * size),
            films.data.subarray(before * size, (before + n) * size),
            filmWeights(rngOf(noise.data.subarray(i * seedWords, (i + 1) * seedWords)), n, options.smoothing),
            data.subarray(i * size, (i + 1) * size),
          )
        })
        return ndarray('uint8', [count, ...options.imageSize, options.channels], data)
      },
      close: async () => {},
    }
  },
}

/**
 * Weights of a class's n centred films in one synthetic film. A sum of the films with normal weights of deviation
 * 1 / sqrt(n - 1) has their covariance.
 */
function filmWeights(rng: Rng, n: number, smoothing: number): Float64Array {
  const weights = new Float64Array(n)
  if (n < 2) return weights
  const film = rng.integer(n)
  for (let j = 0; j < n; j++) weights[j] = (smoothing * rng.normal()) / Math.sqrt(n - 1)
  weights[film] = elementAt(weights, film) + Math.sqrt(1 - smoothing ** 2)
  return weights
}

/** Rows [N, size] of all parts, one behind the other. */
function joined(parts: readonly Float64Array[], size: number): NDArray<'float32'> {
  return concatRows(parts.map((part) => ndarray('float32', [part.length / size, size], Float32Array.from(part))))
}

function rngOf(words: Float32Array): Rng {
  const pair = (at: number) => elementAt(words, at) * 65536 + elementAt(words, at + 1)
  return new Rng([pair(0), pair(2)])
}
