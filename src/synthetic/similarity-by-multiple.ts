/**
 * How alike the synthetic images are that each whole multiple K adds (the paper's Figure S2): pairs among those that are in the
 * set of K and not in that of K - 1. The generator is the same for all, and so is what is to be expected of them; what moves is
 * chance, by which 100 pairs of other images differ.
 */
import { elementAt } from '../base/element-at.js'
import { extents, type NDArray, rowCount, rows } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { additions } from './allocation.js'
import { pairSimilarity, pairsPerClass, type Similarity } from './similarity.js'

export interface MultipleSimilarity extends Similarity {
  readonly k: number
  /** Images that K adds; of fewer than three no pairs are drawn. */
  readonly images: number
}

/** Multiples that are measured, at most: of images of up to 128 x 128 grey pixels, and of larger ones. */
const mostMultiples = 40
const usualPixels = 128 * 128
const leastOfMost = 4

/** A pool's images of one class [N, H, W, C], and what its multiples take of them. */
export interface ClassPool {
  readonly images: NDArray<'uint8'>
  /** Training films of every class. */
  readonly originals: readonly number[]
  readonly classIndex: number
  /** The largest multiple that is tried. */
  readonly largest: number
}

/** Of every whole multiple that the pool holds all images of; of many, or of large images, evenly spread ones, the first and the last among them. */
export async function similarityByMultiple(
  { images, originals, classIndex, largest }: ClassPool,
  rng: Rng,
  signal?: AbortSignal,
): Promise<MultipleSimilarity[]> {
  const [, height, width, channels] = extents(images, 4)
  const imagesAt = (k: number) => (k < 1 ? 0 : elementAt(additions(originals, k), classIndex))
  const whole = Array.from({ length: Math.floor(largest) }, (_, i) => i + 1).filter(
    (k) => imagesAt(k) <= rowCount(images),
  )
  const found: MultipleSimilarity[] = []
  for (const k of spread(whole, multiplesMeasured(height * width * channels))) {
    signal?.throwIfAborted()
    const added = rows(images, imagesAt(k - 1), imagesAt(k))
    found.push({ k, images: rowCount(added), ...pairSimilarity(added, pairsPerClass, rng.at(k)) })
    await new Promise(setImmediate)
  }
  return found
}

/** How many multiples are measured of images of so many values: time grows with them. */
function multiplesMeasured(values: number): number {
  return Math.max(leastOfMost, Math.min(mostMultiples, Math.floor((mostMultiples * usualPixels) / values)))
}

/** At most `most` of the values (two or more), evenly spread, both ends among them. */
function spread(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values]
  return Array.from({ length: most }, (_, i) => elementAt(values, Math.round((i * (values.length - 1)) / (most - 1))))
}
