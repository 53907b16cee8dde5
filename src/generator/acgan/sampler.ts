/**
 * Images of a class from a trained generator. Image i depends on checkpoint, seed, class and i alone: images are always
 * computed in the same blocks, with running batch-norm statistics, so that not even rounding depends on what is asked for.
 */
import { InternalError } from '../../base/errors.js'
import { concatRows, type NDArray, ndarray, rows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { fromUnitRange } from '../../image/scaling.js'
import { type CompileOptions, compile } from '../../runtime/compile.js'
import type { ArraySpec } from '../../tensor/infer.js'
import type { Tensor } from '../../tensor/trace.js'
import { drawLatents } from './batches.js'
import { readCheckpoint } from './checkpoint.js'
import { type GeneratorNorms, type GeneratorParams, generatorApply } from './generator.js'
import type { AcganOptions } from './options.js'
import { stateSpecs } from './steps.js'

/** Images that are computed together. */
export const blockSize = 64

interface GeneratorInputs<A = NDArray> {
  readonly params: GeneratorParams<A>
  readonly norms: GeneratorNorms<A>
  /** [N, latentSize] */
  readonly latents: A
  /** int32 [N] */
  readonly labels: A
}

/** The generator as it draws, for a fixed number of images. */
export interface Drawing {
  run(inputs: GeneratorInputs): Promise<NDArray<'uint8'>>
  close(): Promise<void>
}

export async function compileDrawing(options: AcganOptions, count: number, runtime: CompileOptions): Promise<Drawing> {
  const { params, norms } = stateSpecs(options).generator
  const specs: GeneratorInputs<ArraySpec> = {
    params,
    norms,
    latents: { shape: [count, options.latentSize], dtype: 'float32' },
    labels: { shape: [count], dtype: 'int32' },
  }
  const draw = ({ params, norms, latents, labels }: GeneratorInputs<Tensor>) =>
    generatorApply(params, norms, { latents, labels }, options, { training: false }).images
  const program: { run(inputs: GeneratorInputs): Promise<NDArray>; close(): Promise<void> } = await compile(
    draw,
    specs,
    runtime,
  )
  return {
    run: async (inputs) => fromUnitRange((await program.run(inputs)) as NDArray<'float32'>),
    close: () => program.close(),
  }
}

export interface Sampler {
  /** What the generator was trained with; `steps`: how many it has behind it. */
  readonly options: AcganOptions
  /** Images `start` to `start + count - 1` of a class and seed: uint8 [count, H, W, channels]. */
  draw(what: { classIndex: number; seed: number; start: number; count: number }): Promise<NDArray<'uint8'>>
  close(): Promise<void>
}

/**
 * Opens a checkpoint for drawing. Throws a `UserError` where the file is missing, damaged or none of ours.
 * The same bytes come again on the same machine with the same number of threads, on the CPU.
 */
export async function openSampler(
  checkpointFile: string,
  runtime: Pick<CompileOptions, 'threads' | 'device'> = {},
): Promise<Sampler> {
  const { step, origin, state } = readCheckpoint(checkpointFile)
  const options: AcganOptions = { ...origin.options, steps: step }
  const drawing = await compileDrawing(options, blockSize, runtime)
  const { params, norms } = state.generator

  async function drawBlock(block: number, classIndex: number, seed: number): Promise<NDArray<'uint8'>> {
    const rng = new Rng(seed).split('gan/sample').at(classIndex)
    const { latentSize, latentDeviation } = options
    const latents = concatRows(
      Array.from({ length: blockSize }, (_, i) =>
        drawLatents(rng.at(block * blockSize + i), 1, latentSize, latentDeviation),
      ),
    )
    const labels = ndarray('int32', [blockSize], new Int32Array(blockSize).fill(classIndex))
    return drawing.run({ params, norms, latents, labels })
  }

  return {
    options,
    close: () => drawing.close(),
    async draw({ classIndex, seed, start, count }) {
      if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= options.classes.length) {
        throw new InternalError(`class ${classIndex} of ${options.classes.length}`)
      }
      const [height, width] = options.imageSize
      const parts = [ndarray('uint8', [0, height, width, options.channels], new Uint8Array(0))]
      for (let at = start; at < start + count; ) {
        const block = Math.floor(at / blockSize)
        const end = Math.min(start + count, (block + 1) * blockSize)
        const images = await drawBlock(block, classIndex, seed)
        parts.push(rows(images, at - block * blockSize, end - block * blockSize))
        at = end
      }
      return concatRows(parts)
    },
  }
}
