/** What a model says of films whose pixels are there. */
import { elementAt } from '../base/element-at.js'
import { type NDArray, ndarray } from '../base/ndarray.js'
import { pixelHashOf } from '../dataset/pixel-hash.js'
import { type Classifier, pixelsFor } from '../head/predict.js'
import { classProbabilities } from '../head/probability.js'
import type { Raster } from '../image/raster.js'
import type { PixelTarget } from '../image/resize.js'
import type { Likeness, LikenessJudge } from './likeness.js'

/** A film that was read. */
export interface FilmPixels {
  /** As the model takes it. */
  readonly pixels: Uint8Array
  /** Of the film as it was read. */
  readonly hash: string
}

export function filmPixels(raster: Raster, target: PixelTarget): FilmPixels {
  return { pixels: pixelsFor(raster, target), hash: pixelHashOf(raster) }
}

export interface Judgement {
  /** One logit for two classes, else one by class. */
  readonly logit: number | Record<string, number>
  readonly probabilities: Readonly<Record<string, number>>
  /** The set of the run that holds the film: 'train', 'tuning', 'test' or an external name; null: none; absent: not known. */
  readonly seen?: string | null
  /** Against the training films of the run; absent: not known. */
  readonly likeness?: Likeness
}

/** A classifier, with what its run knows of films. */
export interface Judging {
  readonly classifier: Classifier
  /** Sets of the run by the hash of a film's pixels. */
  readonly seen?: ReadonlyMap<string, string>
  readonly likeness?: LikenessJudge
}

/** A film's judgement is the same whichever films it is judged with. */
export async function judgementsOf(
  { classifier, seen, likeness }: Judging,
  films: readonly FilmPixels[],
): Promise<Judgement[]> {
  const { classes, positive } = classifier.info
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  const outputs = await classifier.outputs(films.map(({ pixels }) => pixels))
  const alike = films.length > 0 ? likeness?.(stacked(outputs.map(({ features }) => features))) : undefined
  return films.map(({ hash }, i) => {
    const { logits } = elementAt(outputs, i)
    return {
      logit: positiveIndex === null ? byClass(classes, logits) : elementAt(logits, 0),
      probabilities: byClass(classes, classProbabilities(logits, positiveIndex)),
      ...(seen && { seen: seen.get(hash) ?? null }),
      ...(alike && { likeness: elementAt(alike, i) }),
    }
  })
}

/** Rows of equal length as one matrix. */
function stacked(vectors: readonly Float32Array[]): NDArray<'float32'> {
  const [first] = vectors
  const d = first?.length ?? 0
  const data = new Float32Array(vectors.length * d)
  vectors.forEach((vector, i) => {
    data.set(vector, i * d)
  })
  return ndarray('float32', [vectors.length, d], data)
}

function byClass(classes: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(classes.map((name, c) => [name, elementAt(values, c)]))
}
