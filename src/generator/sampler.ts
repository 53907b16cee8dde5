/**
 * Images of a class from a trained generator. Image i depends on checkpoint, seed, class and i alone: images are always
 * computed in the same blocks, with nothing that depends on the other images of a block, so that not even rounding depends
 * on what is asked for.
 */
import { InternalError } from '../base/errors.js'
import { concatRows, type NDArray, ndarray, rows } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import type { CompileOptions } from '../runtime/compile.js'
import { readCheckpoint } from './checkpoint.js'
import type { ImageSpec, TrainedKind, TrainingOptions } from './contract.js'
import { trainedKinds } from './registry.js'

/** Images that are computed together. */
export const blockSize = 64

export interface Sampler {
  readonly images: ImageSpec
  /** Images `start` to `start + count - 1` of a class and seed: uint8 [count, H, W, channels]. */
  draw(what: { classIndex: number; seed: number; start: number; count: number }): Promise<NDArray<'uint8'>>
  close(): Promise<void>
}

/**
 * Opens a checkpoint for drawing. Throws a `UserError` where the file is missing, damaged or none of the kinds'.
 * The same bytes come again on the same machine with the same number of threads, on the CPU.
 */
export async function openSampler(
  checkpointFile: string,
  runtime: Pick<CompileOptions, 'threads' | 'device'> = {},
  kinds: readonly TrainedKind[] = trainedKinds,
): Promise<Sampler> {
  const { step, origin, state } = readCheckpoint(checkpointFile, kinds)
  const kind = kinds.find((one) => one.kind === origin.kind) as TrainedKind
  return samplerOf(kind, { ...origin.options, steps: step }, state, runtime)
}

/** Draws from a state of a kind's training. */
export async function samplerOf<O extends TrainingOptions, S, W>(
  kind: TrainedKind<O, S, W>,
  options: O,
  state: S,
  runtime: Pick<CompileOptions, 'threads' | 'device'> = {},
): Promise<Sampler> {
  const { classes, imageSize, channels } = options
  const drawing = await kind.openDrawing(options, blockSize, runtime)
  const weights = kind.weightsOf(state)

  function drawBlock(block: number, classIndex: number, seed: number): Promise<NDArray<'uint8'>> {
    const rng = new Rng(seed).split('gan/sample').at(classIndex)
    const noise = concatRows(
      Array.from({ length: blockSize }, (_, i) => kind.drawNoise(rng.at(block * blockSize + i), 1, options)),
    )
    const labels = ndarray('int32', [blockSize], new Int32Array(blockSize).fill(classIndex))
    return drawing.run(weights, noise, labels)
  }

  return {
    images: { classes, imageSize, channels },
    close: () => drawing.close(),
    async draw({ classIndex, seed, start, count }) {
      if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes.length) {
        throw new InternalError(`class ${classIndex} of ${classes.length}`)
      }
      const [height, width] = imageSize
      const parts = [ndarray('uint8', [0, height, width, channels], new Uint8Array(0))]
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
