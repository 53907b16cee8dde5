/**
 * Pools without suspected copies: images that look too much like a training image are left out, the next ones take their
 * place. What stays depends on the images, in their order, and on the training images alone, so the pool stays append-only.
 */
import { elementAt } from '../base/element-at.js'
import { concatRows, type NDArray, ndarray, takeRows } from '../base/ndarray.js'
import { blockSize, type Sampler } from '../generator/sampler.js'
import type { ImageCheck } from './copies.js'

/** Images drawn for each one wanted where suspected copies are left out, at most: a generator may make copies alone. */
export const drawsPerImage = 2

export interface Sifted {
  /** Images looked at until there were enough, or no more. */
  readonly checked: number
  /** Of them, the suspected copies. */
  readonly excluded: number
}

/** Draws until `count` images of a class are left, or `drawsPerImage` times as many were drawn. */
export async function drawSifted(
  sampler: Sampler,
  check: ImageCheck,
  { classIndex, seed, count }: { classIndex: number; seed: number; count: number },
  onKept: (images: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Sifted & { images: NDArray<'uint8'> }> {
  const [height, width] = sampler.images.imageSize
  const parts = [ndarray('uint8', [0, height, width, sampler.images.channels], new Uint8Array(0))]
  const limit = drawsPerImage * count
  let [passed, checked] = [0, 0]
  for (let start = 0; passed < count && start < limit; ) {
    signal?.throwIfAborted()
    const missing = count - passed
    // The generator computes whole blocks whatever it is asked for.
    const drawn = Math.min(4 * blockSize, blockSize * Math.ceil(missing / blockSize), limit - start)
    const images = await sampler.draw({ classIndex, seed, start, count: drawn })
    const { close } = await check.compare(images, signal)
    const clean = close.suspected.flatMap((suspected, row) => (suspected ? [] : [row]))
    const taken = clean.slice(0, missing)
    parts.push(takeRows(images, taken))
    passed += taken.length
    checked += passed === count ? elementAt(taken, taken.length - 1) + 1 : drawn
    start += drawn
    onKept(taken.length)
  }
  return { images: concatRows(parts), checked, excluded: checked - passed }
}
