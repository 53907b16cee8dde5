/**
 * Copies by what images show, beside what their features say: a backbone's features need not change the same way as an
 * image that was mirrored, darkened or shifted, so each synthetic image is also correlated with the training images
 * (image/likeness). How alike training images of different patients are sets the threshold, as it does for features.
 */
import { elementAt } from '../base/element-at.js'
import { type NDArray, rowCount, rows } from '../base/ndarray.js'
import { type Likeness, LikenessIndex } from '../image/likeness.js'
import {
  type CloserThanTraining,
  type CopyEvidence,
  closerThanTraining,
  suspectsByChance,
} from '../metrics/authenticity.js'

/** Synthetic images that are correlated with the training images, at most: the first of the pool. */
const comparedImages = 1000

export interface ImageCopies {
  /** Most alike training image of each synthetic image compared, and the correlation. */
  readonly index: readonly number[]
  readonly correlation: readonly number[]
  readonly suspected: readonly boolean[]
  readonly summary: {
    readonly compared: number
    readonly suspected: number | null
    readonly suspectedByChance: number | null
    readonly suspectedP: number | null
  }
}

/**
 * Tells which images look more like a training image of their class than training images of different patients look like
 * each other. Whether an image is suspected depends on it and the training images alone.
 */
export class ImageCheck {
  readonly #training: LikenessIndex
  /** Distances (1 - correlation) of training images to the most alike of another patient. */
  readonly #apart: Float64Array

  private constructor(training: LikenessIndex, apart: Float64Array) {
    this.#training = training
    this.#apart = apart
  }

  /** For training images of one class, uint8 [N, H, W, C], and the patient of each; default: each its own. */
  static async of(
    training: NDArray<'uint8'>,
    { patients, signal }: { patients?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<ImageCheck> {
    const seen = new LikenessIndex(training)
    const patientOf = (row: number) => patients?.[row] ?? String(row)
    const among = await each(training, signal, (image, i) =>
      seen.mostAlike(image, (other) => patientOf(other) !== patientOf(i)),
    )
    const known = among.filter(({ index }) => index >= 0)
    return new ImageCheck(
      seen,
      Float64Array.from(known, ({ correlation }) => 1 - correlation),
    )
  }

  /** The most alike training image of each image, and which are suspected. */
  async compare(
    images: NDArray<'uint8'>,
    signal?: AbortSignal,
  ): Promise<{ found: readonly Likeness[]; close: CloserThanTraining }> {
    const found = await each(images, signal, (image) => this.#training.mostAlike(image))
    const distances = Float64Array.from(found, ({ correlation }) => 1 - correlation)
    return { found, close: closerThanTraining(distances, this.#apart) }
  }

  /** How many of `checked` new images would be suspected by chance, and the probability of `count` or more. */
  byChance(count: number, checked: number): { byChance: number | null; p: number | null } {
    return suspectsByChance(count, checked, this.#apart.length)
  }
}

/** Compares the first synthetic images with the training images of their class, uint8 [N, H, W, C]. */
export async function imageCopies(
  training: NDArray<'uint8'>,
  synthetic: NDArray<'uint8'>,
  options: { patients?: readonly string[]; signal?: AbortSignal } = {},
): Promise<ImageCopies> {
  const check = await ImageCheck.of(training, options)
  const compared = Math.min(comparedImages, rowCount(synthetic))
  const { found, close } = await check.compare(rows(synthetic, 0, compared), options.signal)
  return {
    index: found.map(({ index }) => index),
    correlation: found.map(({ correlation }) => correlation),
    suspected: close.suspected,
    summary: { compared, suspected: close.count, suspectedByChance: close.byChance, suspectedP: close.p },
  }
}

async function each<T>(
  images: NDArray<'uint8'>,
  signal: AbortSignal | undefined,
  of: (image: NDArray<'uint8'>, row: number) => T,
): Promise<T[]> {
  const out: T[] = []
  for (let row = 0; row < rowCount(images); row++) {
    if (row % 64 === 0) {
      signal?.throwIfAborted()
      await new Promise(setImmediate)
    }
    out.push(of(rows(images, row, row + 1), row))
  }
  return out
}

/** A synthetic image beside the training image that it is closest to. */
export interface ClosePair {
  readonly synthetic: number
  readonly training: number
  /** By what the two are close. */
  readonly by: 'features' | 'image'
  /** Feature distance as a share of the threshold below which copies are suspected, or the correlation. */
  readonly value: number
  readonly suspected: boolean
}

/** The closest pairs, `each` by features and as many more by what the images show, each synthetic image once. */
export function closestPairs(
  { nearest, threshold, suspected }: CopyEvidence,
  images: ImageCopies,
  each = 3,
): ClosePair[] {
  const pairs: ClosePair[] = []
  const take = (order: number[], pair: (row: number) => ClosePair) => {
    const fresh = order.filter((row) => !pairs.some(({ synthetic }) => synthetic === row)).slice(0, each)
    pairs.push(...fresh.map(pair))
  }
  const distance = (row: number) => elementAt(nearest.distance, row)
  const byDistance = [...nearest.index.keys()].sort((a, b) => distance(a) - distance(b) || a - b)
  take(byDistance, (row) => ({
    synthetic: row,
    training: elementAt(nearest.index, row),
    by: 'features',
    value: distance(row) / threshold,
    suspected: elementAt(suspected, row),
  }))
  const correlation = (row: number) => elementAt(images.correlation, row)
  const byCorrelation = images.index
    .flatMap((training, row) => (training >= 0 ? [row] : []))
    .sort((a, b) => correlation(b) - correlation(a) || a - b)
  take(byCorrelation, (row) => ({
    synthetic: row,
    training: elementAt(images.index, row),
    by: 'image',
    value: correlation(row),
    suspected: elementAt(images.suspected, row),
  }))
  return pairs
}
