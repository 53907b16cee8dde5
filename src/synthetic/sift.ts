/**
 * Pools from which images are left out: suspected copies of training films, and what a person has rejected. The next ones take
 * their place. Whether an image stays depends on it alone, so the pool stays append-only.
 */
import { elementAt } from '../base/element-at.js'
import { concatRows, type NDArray, ndarray, takeRows } from '../base/ndarray.js'
import { blockSize, type Sampler } from '../generator/sampler.js'
import type { ImageCheck } from './copies.js'
import { filmHashes } from './film-decisions.js'

/** Images drawn for each one wanted where some are left out, at most: a generator may make copies alone. */
const drawsPerImage = 2

/** Why images of a class are left out. */
export interface Sieve {
  /** Finds suspected copies; null: they may stay. */
  readonly copies: ImageCheck | null
  /** Hashes of the pixels of films that a person has rejected. */
  readonly rejected: ReadonlySet<string>
}

/** What speaks against an image. */
export interface Against {
  readonly suspected: boolean
  /** The hash of its pixels, where a person has rejected it. */
  readonly rejected: string | null
}

/** Of each image, uint8 [N, H, W, C]. */
export async function judged(
  { copies, rejected }: Sieve,
  images: NDArray<'uint8'>,
  signal?: AbortSignal,
): Promise<Against[]> {
  const suspected = copies ? (await copies.compare(images, signal)).close.suspected : []
  return filmHashes(images).map((hash, row) => ({
    suspected: suspected[row] ?? false,
    rejected: rejected.has(hash) ? hash : null,
  }))
}

export function stays({ suspected, rejected }: Against): boolean {
  return !suspected && rejected === null
}

export interface Sifted {
  /** Images looked at until there were enough, or no more. */
  readonly checked: number
  /** Of them, the suspected copies. */
  readonly excluded: number
  /** Hashes of those of them that a person has rejected, suspected copies or not. */
  readonly rejected: readonly string[]
  /** Of them, those that stay. */
  readonly left: number
}

/** What became of the images that were looked at. */
export function siftedOf(found: readonly Against[]): Sifted {
  return {
    checked: found.length,
    excluded: found.filter(({ suspected }) => suspected).length,
    rejected: found.flatMap(({ rejected }) => rejected ?? []),
    left: found.filter(stays).length,
  }
}

/** How many images are made at most for `count` of a class. */
export function mostDrawn(count: number, { copies, rejected }: Sieve): number {
  return (copies || rejected.size > 0 ? drawsPerImage * count : count) + rejected.size
}

/** Draws until `count` images of a class are left, or so many were drawn as are made at most. */
export async function drawSifted(
  sampler: Sampler,
  sieve: Sieve,
  { classIndex, seed, count }: { classIndex: number; seed: number; count: number },
  onKept: (images: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Sifted & { images: NDArray<'uint8'> }> {
  const [height, width] = sampler.images.imageSize
  const parts = [ndarray('uint8', [0, height, width, sampler.images.channels], new Uint8Array(0))]
  const found: Against[] = []
  const limit = count === 0 ? 0 : mostDrawn(count, sieve)
  for (let start = 0, passed = 0; passed < count && start < limit; ) {
    signal?.throwIfAborted()
    const missing = count - passed
    // The generator computes whole blocks whatever it is asked for.
    const drawn = Math.min(4 * blockSize, blockSize * Math.ceil(missing / blockSize), limit - start)
    const images = await sampler.draw({ classIndex, seed, start, count: drawn })
    const against = await judged(sieve, images, signal)
    const taken = against.flatMap((one, row) => (stays(one) ? [row] : [])).slice(0, missing)
    parts.push(takeRows(images, taken))
    passed += taken.length
    found.push(...(passed === count ? against.slice(0, elementAt(taken, taken.length - 1) + 1) : against))
    start += drawn
    onKept(taken.length)
  }
  return { images: concatRows(parts), ...siftedOf(found) }
}
