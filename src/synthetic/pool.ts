/**
 * The append-only pool: images drawn once per repeat, in a fixed order per class, so that the set for K is always
 * a prefix of the set for K + 1. Image i of a class depends on the repeat's seed, the class and i alone.
 */
import type { NDArray } from '../base/ndarray.js'
import { concatRows, extents, ndarray, rows } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import type { Sampler } from '../generator/sampler.js'
import { type Augmentation, augment } from '../image/augment.js'

type Pixels = NDArray<'uint8'>

/** Draws the first `count` synthetic images of a class, `chunk` at a time so that progress shows and a stop is heard. */
export async function drawSynthetic(
  sampler: Sampler,
  draw: { classIndex: number; seed: number; count: number; chunk?: number },
  onDrawn: (images: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Pixels> {
  const chunk = draw.chunk ?? 256
  const parts: Pixels[] = []
  for (let start = 0; start < draw.count; start += chunk) {
    signal?.throwIfAborted()
    const count = Math.min(chunk, draw.count - start)
    parts.push(await sampler.draw({ classIndex: draw.classIndex, seed: draw.seed, start, count }))
    onDrawn(count)
    await new Promise(setImmediate)
  }
  const [height, width] = sampler.images.imageSize
  return parts.length > 0
    ? concatRows(parts)
    : ndarray('uint8', [0, height, width, sampler.images.channels], new Uint8Array(0))
}

/** The first `count` conventionally augmented images of a class: image i is a random variant of original i modulo their number. */
export function drawConventional(
  originals: Pixels,
  draw: { classIndex: number; seed: number; count: number; augmentation: Augmentation },
): Pixels {
  const [n, height, width, channels] = extents(originals, 4)
  const rng = new Rng(draw.seed).split('conventional').at(draw.classIndex)
  const size = height * width * channels
  const data = new Uint8Array(draw.count * size)
  for (let i = 0; i < draw.count; i++) {
    const source = rows(originals, i % n, (i % n) + 1).data
    data.set(augment(source, [height, width, channels], rng.at(i), draw.augmentation), i * size)
  }
  return ndarray('uint8', [draw.count, height, width, channels], data)
}
