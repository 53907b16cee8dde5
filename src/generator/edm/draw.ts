/**
 * Drawing: a normal film with much noise, denoised level by level along the flow that leads from noise to films, by the second-order
 * multistep solver of Lu et al. (DPM-Solver++, arXiv:2211.01095, algorithm 2), which asks the denoiser once a level.
 * With l = -ln(level) and h the step in l:
 *   x' = (s' / s) x + (1 - s' / s) ((1 + 1 / 2r) D - 1 / 2r D_before),   r = h_before / h,
 * of first order (D alone) at the first level; what is denoised at the smallest level is the film.
 */
import { elementAt } from '../../base/element-at.js'
import { fromNumbers, type NDArray, ndarray, scalar, sizeOf } from '../../base/ndarray.js'
import { compile } from '../../runtime/compile.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { add, cast, constant, mul, reshape } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { mapTree } from '../../tensor/tree.js'
import type { Drawing, DrawingProgram } from '../contract.js'
import type { FilmGaussians } from './class-gaussian.js'
import { type Conditions, levelWaves, type NetworkParams, wavesOf } from './network.js'
import { levelSchedule } from './noise-levels.js'
import { drawNoisyFilms } from './normal-part.js'
import type { EdmOptions } from './options.js'
import { asImages, denoise, greyLevels, stateSpecs } from './steps.js'
import { variantNumbers } from './variants.js'

/** What drawing takes of a training's state. */
export interface DrawingWeights<A = NDArray> {
  readonly films: FilmGaussians<A>
  readonly average: NetworkParams<A>
}

interface BeginInputs<A = NDArray> {
  readonly films: FilmGaussians<A>
  /** [N, P] */
  readonly normals: A
  /** int32 [N] */
  readonly labels: A
}

interface LevelInputs<A = NDArray> extends DrawingWeights<A>, Conditions<A> {
  /** Noisy images [N, P]. */
  readonly noisy: A
  /** What was denoised at the level before [N, P]. */
  readonly before: A
  /** Of this level; scalars. */
  readonly level: A
  readonly ofNoisy: A
  readonly ofDenoised: A
  readonly ofBefore: A
}

interface LevelOutputs<A = NDArray> {
  readonly noisy: A
  readonly denoised: A
  /** The denoised images as grey levels [N, H, W, channels]. */
  readonly grey: A
}

/** Factors of x, D and D_before on the way from a level to the next, 0 behind the last. */
function factors(levels: readonly number[], at: number): { ofNoisy: number; ofDenoised: number; ofBefore: number } {
  const level = (i: number) => elementAt(levels, i)
  if (at === levels.length - 1) return { ofNoisy: 0, ofDenoised: 1, ofBefore: 0 }
  const ofNoisy = level(at + 1) / level(at)
  if (at === 0) return { ofNoisy, ofDenoised: 1 - ofNoisy, ofBefore: 0 }
  const ratio = Math.log(level(at - 1) / level(at)) / Math.log(level(at) / level(at + 1))
  const ofBefore = (-(1 - ofNoisy) * 0.5) / ratio
  return { ofNoisy, ofDenoised: 1 - ofNoisy - ofBefore, ofBefore }
}

/** A level of the way from noise to a film. */
function denoiseLevel(inputs: LevelInputs<Tensor>, options: EdmOptions): LevelOutputs<Tensor> {
  const { films, average, noisy, before, level, ofNoisy, ofDenoised, ofBefore, ...conditions } = inputs
  const { film: denoised } = denoise(films, average, noisy, level, conditions, options)
  const grey = asImages(greyLevels(films, denoised), options)
  return { noisy: add(mul(noisy, ofNoisy), add(mul(denoised, ofDenoised), mul(before, ofBefore))), denoised, grey }
}

/** All levels, one after the other, as one program: the same images. */
export function drawingProgram(options: EdmOptions, weights: DrawingWeights): DrawingProgram {
  return (normals, labels) => {
    const { films, average } = mapTree((array: NDArray) => constant(array), {
      films: weights.films,
      average: weights.average,
    }) as DrawingWeights<Tensor>
    const levels = levelSchedule(options.levels)
    // A row for each image, how many there may be.
    const zero = mul(reshape(cast(labels, 'float32'), [-1, 1]), 0)
    const rows = (values: ArrayLike<number>) => add(zero, constant(fromNumbers('float32', [1, values.length], values)))
    let noisy = drawNoisyFilms(films, normals, labels, elementAt(levels, 0))
    let before = noisy
    let grey: Tensor | undefined
    for (const [at, level] of levels.entries()) {
      const { ofNoisy, ofDenoised, ofBefore } = factors(levels, at)
      const answer = denoiseLevel(
        {
          films,
          average,
          noisy,
          before,
          labels,
          variants: rows(new Float32Array(variantNumbers)),
          waves: rows(wavesOf([Math.log(level)])),
          level: constant(level),
          ofNoisy: constant(ofNoisy),
          ofDenoised: constant(ofDenoised),
          ofBefore: constant(ofBefore),
        },
        options,
      )
      noisy = answer.noisy
      before = answer.denoised
      grey = answer.grey
    }
    return grey as Tensor
  }
}

export async function openDrawing(
  options: EdmOptions,
  count: number,
  runtime: Parameters<typeof compile>[2],
): Promise<Drawing<DrawingWeights>> {
  const size = sizeOf([...options.imageSize, options.channels])
  const { films, average } = mapTree(
    ({ shape, dtype }: ArraySpec): ArraySpec => ({ shape, dtype }),
    stateSpecs(options),
  ) as DrawingWeights<ArraySpec>
  const floats = (...shape: number[]): ArraySpec => ({ shape, dtype: 'float32' })
  const labels: ArraySpec = { shape: [count], dtype: 'int32' }

  const begin: BeginInputs<ArraySpec> = { films, normals: floats(count, size), labels }
  const levels = levelSchedule(options.levels)
  const draw = ({ films, normals, labels }: BeginInputs<Tensor>) =>
    drawNoisyFilms(films, normals, labels, elementAt(levels, 0))
  const level: LevelInputs<ArraySpec> = {
    films,
    average,
    noisy: floats(count, size),
    before: floats(count, size),
    labels,
    waves: floats(count, levelWaves),
    variants: floats(count, variantNumbers),
    level: floats(),
    ofNoisy: floats(),
    ofDenoised: floats(),
    ofBefore: floats(),
  }
  const beginning: { run(inputs: BeginInputs): Promise<NDArray>; close(): Promise<void> } = await compile(
    draw,
    begin,
    runtime,
  )
  const denoising: { run(inputs: LevelInputs): Promise<LevelOutputs>; close(): Promise<void> } = await compile(
    (inputs: LevelInputs<Tensor>) => denoiseLevel(inputs, options),
    level,
    runtime,
  )
  return {
    async run({ films, average }, noise, labels) {
      let noisy = await beginning.run({ films, normals: ndarray('float32', [count, size], noise.data), labels })
      let before = noisy
      let grey: NDArray | undefined
      const variants = ndarray('float32', [count, variantNumbers], new Float32Array(count * variantNumbers))
      for (const [at, value] of levels.entries()) {
        const waves = wavesOf(new Array<number>(count).fill(Math.log(value)))
        const { ofNoisy, ofDenoised, ofBefore } = factors(levels, at)
        const answer = await denoising.run({
          films,
          average,
          noisy,
          before,
          labels,
          variants,
          waves: fromNumbers('float32', [count, levelWaves], waves),
          level: scalar('float32', value),
          ofNoisy: scalar('float32', ofNoisy),
          ofDenoised: scalar('float32', ofDenoised),
          ofBefore: scalar('float32', ofBefore),
        })
        noisy = answer.noisy
        before = answer.denoised
        grey = answer.grey
      }
      return roundedGrey(grey as NDArray<'float32'>)
    },
    async close() {
      await beginning.close()
      await denoising.close()
    },
  }
}

/** Rounded half up, and clamped. */
function roundedGrey({ shape, data }: NDArray<'float32'>): NDArray<'uint8'> {
  return ndarray(
    'uint8',
    shape,
    Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.floor(value + 0.5)))),
  )
}
