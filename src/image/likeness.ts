/**
 * How alike two images are whatever their exposure, mirrored or shifted a little: the largest correlation over mirrorings
 * (left-right, top-bottom, both) and shifts of up to a fourteenth of the side. Correlated are thumbnails less their own blur,
 * so that brightness, contrast and the view that all films share count little. A coarse thumbnail finds a few candidates,
 * a finer one decides. Turned and zoomed copies are found only as far as a shift can follow them.
 */
import { type NDArray, rows } from '../base/ndarray.js'
import { resizeBilinear } from './resize.js'

/** Side of a thumbnail and the largest shift, in its pixels. */
interface Scale {
  readonly side: number
  readonly shift: number
  /** Side of the rougher picture that is taken away. */
  readonly rough: number
}

const coarse: Scale = { side: 8, shift: 1, rough: 2 }
const fine: Scale = { side: 28, shift: 2, rough: 7 }
/** Pairs that the finer thumbnail looks at, for each image. */
const candidates = 12

export interface Likeness {
  /** Row of the most alike image; -1 where there is none. */
  readonly index: number
  /** -1..1. */
  readonly correlation: number
}

/** Images to compare others with, uint8 [N, H, W, C]. */
export class LikenessIndex {
  readonly #coarse: Float32Array[]
  readonly #fine: Float32Array[]

  constructor(images: NDArray<'uint8'>) {
    const each = Array.from({ length: images.shape[0] }, (_, i) => rows(images, i, i + 1))
    this.#coarse = each.map((image) => views(image, coarse))
    this.#fine = each.map((image) => views(image, fine))
  }

  /** The most alike of the images for an image [1, H, W, C]; `counts` leaves some out. */
  mostAlike(image: NDArray<'uint8'>, counts: (index: number) => boolean = () => true): Likeness {
    const first = centre(thumbnail(image, coarse), coarse)
    const best: Likeness[] = []
    this.#coarse.forEach((seen, index) => {
      if (!counts(index)) return
      const correlation = largestProduct(first, seen)
      if (best.length === candidates && correlation <= best[candidates - 1].correlation) return
      best.push({ index, correlation })
      best.sort((a, b) => b.correlation - a.correlation || a.index - b.index)
      best.length = Math.min(best.length, candidates)
    })
    const second = centre(thumbnail(image, fine), fine)
    return best.reduce<Likeness>(
      (most, { index }) => {
        const correlation = largestProduct(second, this.#fine[index])
        return correlation > most.correlation ? { index, correlation } : most
      },
      { index: -1, correlation: -1 },
    )
  }
}

/** The thumbnail [side, side] of an image's grey values, less its blur. */
function thumbnail({ data, shape }: NDArray<'uint8'>, { side, rough }: Scale): Float32Array {
  const [, height, width, channels] = shape
  const grey = new Float32Array(height * width)
  for (let i = 0; i < data.length; i++) grey[Math.floor(i / channels)] += data[i] / channels
  const small = resizeBilinear(grey, [height, width, 1], [side, side])
  // The shape that all films of a view share.
  const shared = resizeBilinear(resizeBilinear(small, [side, side, 1], [rough, rough]), [rough, rough, 1], [side, side])
  return small.map((value, i) => value - shared[i])
}

/** Every mirrored and shifted window of an image's thumbnail, one behind the other, each of mean 0 and length 1. */
function views(image: NDArray<'uint8'>, scale: Scale): Float32Array {
  const { side, shift } = scale
  const plain = thumbnail(image, scale)
  const mirrored = (x: boolean, y: boolean) =>
    Float32Array.from(plain, (_, i) => {
      const [row, column] = [Math.floor(i / side), i % side]
      return plain[(y ? side - 1 - row : row) * side + (x ? side - 1 - column : column)]
    })
  const inner = side - 2 * shift
  const windows: Float32Array[] = []
  for (const [x, y] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    const turned = mirrored(x, y)
    for (let top = 0; top <= 2 * shift; top++)
      for (let left = 0; left <= 2 * shift; left++) windows.push(unit(turned, side, top, left, inner))
  }
  const out = new Float32Array(windows.length * inner * inner)
  windows.forEach((one, i) => {
    out.set(one, i * one.length)
  })
  return out
}

function centre(plain: Float32Array, { side, shift }: Scale): Float32Array {
  return unit(plain, side, shift, shift, side - 2 * shift)
}

/** A window of a thumbnail, of mean 0 and length 1; all 0 where it shows nothing. */
function unit(from: Float32Array, side: number, top: number, left: number, inner: number): Float32Array {
  const out = new Float32Array(inner * inner)
  for (let i = 0; i < out.length; i++) out[i] = from[(top + Math.floor(i / inner)) * side + left + (i % inner)]
  const mean = out.reduce((sum, value) => sum + value, 0) / out.length
  const length = Math.sqrt(out.reduce((sum, value) => sum + (value - mean) ** 2, 0))
  return length < 1e-3 ? out.fill(0) : out.map((value) => (value - mean) / length)
}

function largestProduct(window: Float32Array, seen: Float32Array): number {
  const n = window.length
  let most = -1
  for (let at = 0; at < seen.length; at += n) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += window[i] * seen[at + i]
    if (sum > most) most = sum
  }
  return most
}
