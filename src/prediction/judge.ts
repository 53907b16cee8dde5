/** Films and what a classifier says of each. What can't be read is left out with its reason, and the others go on. */
import { elementAt } from '../base/element-at.js'
import { UserError } from '../base/errors.js'
import { Unreadable } from '../base/files.js'
import { type NDArray, ndarray } from '../base/ndarray.js'
import { readRaster } from '../dataset/load.js'
import { pixelHashOf } from '../dataset/pixel-hash.js'
import type { Classifier } from '../head/predict.js'
import { classProbabilities } from '../head/probability.js'
import { ImageProblem, type Raster } from '../image/raster.js'
import { rectangleText } from '../image/rectangle.js'
import type { Likeness, LikenessJudge } from './likeness.js'
import type { Place } from './places.js'

/** Films in memory at a time. */
const atOnce = 64

export interface Prediction {
  readonly file: string
  readonly roi?: string
  /** One logit for two classes, else one by class. */
  readonly logit: number | Record<string, number>
  readonly probabilities: Readonly<Record<string, number>>
  /** The set of the run that holds the film: 'train', 'tuning', 'test' or an external name; null: none; absent: not known. */
  readonly seen?: string | null
  /** Against the training films of the run; absent: not known. */
  readonly likeness?: Likeness
}

export interface Judged {
  readonly predictions: readonly Prediction[]
  /** Where each of them was looked at. */
  readonly places: readonly Place[]
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
}

export interface JudgeOptions {
  /** Sets of the run by the hash of a film's pixels. */
  readonly seen?: ReadonlyMap<string, string>
  readonly likeness?: LikenessJudge
  readonly onFilms: (more: number) => void
  readonly signal?: AbortSignal
}

export async function judge(
  classifier: Classifier,
  places: readonly Place[],
  { seen, likeness, onFilms, signal }: JudgeOptions,
): Promise<Judged> {
  const { classes, positive, cropped } = classifier.info
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  const predictions: Prediction[] = []
  const judged: Place[] = []
  const skipped: { file: string; reason: string }[] = []
  for (let start = 0; start < places.length; start += atOnce) {
    const read: { place: Place; raster: Raster }[] = []
    for (const place of places.slice(start, start + atOnce)) {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      onFilms(1)
      const found = await rasterOf(place, cropped === true)
      if (typeof found === 'string') skipped.push({ file: place.name, reason: found })
      else read.push({ place, raster: found })
    }
    const outputs = await classifier.outputs(read.map(({ raster }) => raster))
    const alike = read.length > 0 ? likeness?.(stacked(outputs.map(({ features }) => features))) : undefined
    read.forEach(({ place, raster }, i) => {
      const { logits: ofFilm } = elementAt(outputs, i)
      const values = classProbabilities(ofFilm, positiveIndex)
      judged.push(place)
      predictions.push({
        file: place.name,
        ...(place.roi && { roi: rectangleText(place.roi) }),
        logit: positiveIndex === null ? byClass(classes, ofFilm) : elementAt(ofFilm, 0),
        probabilities: byClass(classes, values),
        ...(seen && { seen: seen.get(pixelHashOf(raster)) ?? null }),
        ...(alike && { likeness: elementAt(alike, i) }),
      })
    })
  }
  return { predictions, places: judged, skipped }
}

/** The pixels, or why there are none: completes "NAME ...". */
async function rasterOf(place: Place, cropped: boolean): Promise<Raster | string> {
  if (place.problem !== undefined) return place.problem
  if (cropped && place.roi === undefined) return 'is a whole film, and this model judges regions cut out of films'
  try {
    return await readRaster(place)
  } catch (error) {
    if (error instanceof ImageProblem) return error.message
    if (error instanceof Unreadable) return error.reason
    if (error instanceof UserError) return error.message.replace(`${place.file} `, '')
    throw error
  }
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
