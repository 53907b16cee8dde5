/**
 * One training step as one program: films with noise of a level, the denoiser's answer, its loss, one update of Adam, and the
 * average of the weights moved. The denoiser is
 *   D(x; s) = E(x; s) + e(s) F(x / sqrt(s^2 + 1/4), 2 E(x; s); s),
 * E what is expected of a normal film and e the deviation around that (`normal-part.ts`), F the network; its loss is the mean of
 * (D - film)^2 / e^2, which is 1 where films are normal and the network answers 0. That is Karras et al. 2022 (eqs. 7 and 8), with
 * the films' own Gaussian in place of one that is equal in all directions.
 */
import { type DType, extents, type NDArray, sizeOf } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { type AdamState, adamInit, adamUpdate } from '../../nn/adam.js'
import { drawWeights, type WeightSpec } from '../../nn/init.js'
import { valueAndGrad } from '../../tensor/grad.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { add, cast, concat, div, exp, mean, mul, reshape, slice, sqrt, square, sub } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { mapTree } from '../../tensor/tree.js'
import type { FilmGaussians } from './class-gaussian.js'
import { type Conditions, levelWaves, type NetworkParams, networkApply, networkInit } from './network.js'
import { filmDeviation } from './noise-levels.js'
import { expectedFilm } from './normal-part.js'
import type { EdmOptions } from './options.js'
import { variantNumbers } from './variants.js'

/** Everything that a step changes, and what it takes of the films as a whole. */
export interface TrainingState<A = NDArray> {
  readonly films: FilmGaussians<A>
  readonly params: NetworkParams<A>
  /** Of the weights over the steps: what draws. */
  readonly average: NetworkParams<A>
  readonly adam: AdamState<NetworkParams<A>>
}

/** What a step takes besides the state. */
export interface DrawnInputs<A = NDArray> extends Conditions<A> {
  /** uint8 [N, H, W, channels] */
  readonly images: A
  /** Standard normal [N, H, W, channels]. */
  readonly noise: A
  /** Logarithms of the noise levels [N]. */
  readonly logLevels: A
  /** 1 for the first step; a float scalar. */
  readonly step: A
  /** Learning rate of this step, and the share of the average that stays; float scalars. */
  readonly learningRate: A
  readonly staying: A
}

export interface StepInputs<A = NDArray> extends DrawnInputs<A> {
  readonly state: TrainingState<A>
}

export interface StepOutputs<A = NDArray> {
  readonly state: TrainingState<A>
  /** A scalar. */
  readonly loss: A
}

const adamOptions = { beta1: 0.9, beta2: 0.99 } as const

function filmSpecs({ classes, imageSize, channels, components }: EdmOptions): FilmGaussians<WeightSpec> {
  const size = sizeOf([...imageSize, channels])
  const zero = (...shape: number[]): WeightSpec => ({ shape, dtype: 'float32', centre: 0, deviation: 0 })
  return {
    range: zero(2),
    means: zero(classes.length, size),
    components: zero(classes.length, components, size),
    variances: zero(classes.length, components),
    rest: zero(classes.length),
  }
}

/** Shapes of the state, and how it begins. */
export function stateSpecs(options: EdmOptions): TrainingState<WeightSpec> {
  const params = networkInit(options)
  return { films: filmSpecs(options), params, average: params, adam: adamInit(params) }
}

/** The state before the first step; what it says of the films is for the training to put in. */
export function initialState(options: EdmOptions): TrainingState {
  const specs = stateSpecs(options)
  const state = drawWeights(new Rng(options.seed).split('edm/init'), specs) as TrainingState
  return { ...state, average: state.params }
}

/** Shapes and element types of a step's inputs. `float`: the element type of weights and noise. */
export function stepSpecs(options: EdmOptions, float: DType = 'float32'): StepInputs<ArraySpec> {
  const { batchSize, imageSize, channels } = options
  const images = [batchSize, ...imageSize, channels]
  const floats = (...shape: number[]): ArraySpec => ({ shape, dtype: float })
  return {
    state: mapTree(({ shape }: WeightSpec): ArraySpec => ({ shape, dtype: float }), stateSpecs(options)),
    images: { shape: images, dtype: 'uint8' },
    noise: floats(...images),
    logLevels: floats(batchSize),
    waves: floats(batchSize, levelWaves),
    labels: { shape: [batchSize], dtype: 'int32' },
    variants: floats(batchSize, variantNumbers),
    step: floats(),
    learningRate: floats(),
    staying: floats(),
  }
}

/** The step to trace. */
export function edmStep(options: EdmOptions): (inputs: StepInputs<Tensor>) => StepOutputs<Tensor> {
  return ({ state, images, noise, logLevels, step, learningRate, staying, ...conditions }) => {
    const [count] = extents(logLevels, 1)
    const clean = flat(inNoiseUnits(state.films, cast(images, noise.dtype)))
    const level = exp(reshape(logLevels, [count, 1]))
    const noisy = add(clean, mul(flat(noise), level))
    const objective = (params: NetworkParams<Tensor>) => {
      const { film, deviation } = denoise(state.films, params, noisy, level, conditions, options)
      return mean(square(div(sub(film, clean), deviation)))
    }
    const { value, grads } = valueAndGrad(objective)(state.params)
    const updated = adamUpdate(state.params, grads, state.adam, { ...adamOptions, learningRate }, step)
    const average = mapTree(
      (before: Tensor, now: Tensor) => add(mul(before, staying), mul(now, sub(1, staying))),
      state.average,
      updated.params,
    ) as NetworkParams<Tensor>
    return { state: { films: state.films, params: updated.params, average, adam: updated.state }, loss: value }
  }
}

/**
 * The denoiser.
 *
 * @param noisy [N, P] in units of the noise
 * @param level standard deviation of the noise [N, 1]
 * @returns the film [N, P], and the deviation of a normal film around what is expected [N, 1]
 */
export function denoise(
  gaussians: FilmGaussians<Tensor>,
  params: NetworkParams<Tensor>,
  noisy: Tensor,
  level: Tensor,
  conditions: Conditions<Tensor>,
  options: EdmOptions,
): { film: Tensor; deviation: Tensor } {
  const expected = expectedFilm(gaussians, noisy, conditions.labels, level)
  const scaled = div(noisy, sqrt(add(square(level), filmDeviation ** 2)))
  const seen = concat([asImages(scaled, options), asImages(div(expected.film, filmDeviation), options)], 3)
  const answer = flat(networkApply(params, seen, conditions, options))
  return { film: add(expected.film, mul(answer, expected.deviation)), deviation: expected.deviation }
}

/** Grey levels of any shape in units of the noise. */
function inNoiseUnits({ range }: FilmGaussians<Tensor>, grey: Tensor): Tensor {
  return div(sub(grey, slice(range, [0], [1])), slice(range, [1], [2]))
}

/** The inverse: values in units of the noise as grey levels. */
export function greyLevels({ range }: FilmGaussians<Tensor>, values: Tensor): Tensor {
  return add(mul(values, slice(range, [1], [2])), slice(range, [0], [1]))
}

function flat(images: Tensor): Tensor {
  return reshape(images, [images.shape[0] as number, -1])
}

export function asImages(rows: Tensor, { imageSize, channels }: Pick<EdmOptions, 'imageSize' | 'channels'>): Tensor {
  return reshape(rows, [-1, ...imageSize, channels])
}
