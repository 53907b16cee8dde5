/** An exported classifier at work: the run's pixel path again, then backbone and head. */

import { extractionBatch } from '../backbone/backbone.js'
import { backboneInput } from '../backbone/input.js'
import { type NDArray, rows, zeros } from '../base/ndarray.js'
import { knownValue } from '../base/own-value.js'
import { type Raster, whiteOf } from '../image/raster.js'
import { type PixelTarget, toPixels } from '../image/resize.js'
import { closingOnFailure, openSession } from '../runtime/session.js'
import { type ClassifierInfo, noClassifier, parseClassifierInfo } from './classifier-info.js'
import { type Head, headLogits } from './head.js'

export interface FilmOutput {
  readonly logits: number[]
  /** [D]. */
  readonly features: Float32Array
}

/** Another arm's head on the same backbone. */
export interface OtherHead extends Head {
  /** Seen at the backbone's own size, without the common pixel path. */
  readonly native: boolean
}

export interface Classifier {
  /** Classes, size of the films, and what else the run wrote into the file. */
  readonly info: ClassifierInfo
  /** How a film becomes what `outputs` takes. */
  readonly target: PixelTarget
  /** Logits of each film: one, of the positive class, or with more than two classes one each. */
  logits(films: readonly Raster[]): Promise<number[][]>
  /** The same, and what the head sees of each film, of `pixelsFor` each. */
  outputs(films: readonly Uint8Array[]): Promise<FilmOutput[]>
  close(): Promise<void>
}

/** A film as a classifier takes it: 8 bits, [height, width, channels] of its target. */
export function pixelsFor(film: Raster, target: PixelTarget): Uint8Array {
  return toPixels(film, { ...target, maxValue: whiteOf(film, target.maxValue) })
}

/**
 * Opens the classifier that a run has left.
 *
 * ```ts run
 * import { openClassifier } from 'kopt'
 * const classifier = await openClassifier('run/model/classifier.onnx', { threads: 1 })
 * const film = { width: 64, height: 64, channels: 1, bitDepth: 8, data: new Uint8Array(64 * 64).fill(128) } as const
 * const [[logit]] = await classifier.logits([film])
 * console.log(Number.isFinite(logit), classifier.info.classes)
 * await classifier.close()
 * ```
 *
 * ```text
 * true [ 'healthy', 'sinusitis' ]
 * ```
 *
 * @param file a run's `model/classifier.onnx`
 * @param options `threads` of ONNX Runtime, 1 or more; `head`: takes the place of the one inside (default: the one inside)
 * @returns the open classifier: `logits` of films of any size, values as stored in their files, through the run's own pixel
 *   path; the probability of the positive class is 1 / (1 + exp(-logit)). `close` it in the end
 * @throws `UserError` where the file is no classifier of kopt
 */
export async function openClassifier(
  file: string,
  { threads, head }: { threads: number; head?: OtherHead },
): Promise<Classifier> {
  const session = await openSession(file, { threads })
  const output = head ? 'features' : 'logit'
  const info = await closingOnFailure(session, () => {
    const info = parseClassifierInfo(session.metadata.kopt, file)
    // metadata can be copied into any graph
    if (!session.inputs.some(({ name }) => name === info.input.name))
      throw noClassifier(file, `its graph has no input '${info.input.name}'`)
    for (const needed of [output, 'features']) {
      if (!session.outputs.some(({ name }) => name === needed))
        throw noClassifier(file, `its graph has no output '${needed}'`)
    }
    return info
  })
  const [height, width] = head?.native ? info.input.inputSize : info.imageSize
  const { channels, maxValue } = info
  const target = { height, width, channels, maxValue }
  const run = async (pixels: NDArray<'uint8'>) => {
    const found = await session.run({ [info.input.name]: backboneInput(pixels, info.input) })
    const features = knownValue(found, 'features') as NDArray<'float32'>
    return { features, logits: Array.from(head ? headLogits(head, features) : knownValue(found, output).data) }
  }
  const outputs = async (films: readonly Uint8Array[]): Promise<FilmOutput[]> => {
    const judged: FilmOutput[] = []
    for (let start = 0; start < films.length; start += extractionBatch) {
      const part = films.slice(start, start + extractionBatch)
      // One fixed batch, as in training: a film's score does not depend on the other films.
      const batch = zeros('uint8', [extractionBatch, height, width, channels])
      part.forEach((film, i) => {
        rows(batch, i, i + 1).data.set(film)
      })
      const { logits, features } = await run(batch)
      const count = logits.length / extractionBatch
      part.forEach((_, i) => {
        judged.push({
          logits: logits.slice(i * count, (i + 1) * count),
          features: Float32Array.from(rows(features, i, i + 1).data),
        })
      })
    }
    return judged
  }
  return {
    info,
    target,
    outputs,
    logits: async (films) => (await outputs(films.map((film) => pixelsFor(film, target)))).map(({ logits }) => logits),
    close: () => session.close(),
  }
}
