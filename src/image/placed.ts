/** An image moved, enlarged and turned about its centre, bilinear, the edge mirrored. */
import type { ImageShape } from './raster.js'

export interface Placement {
  /** Pixels to the right, and down. */
  readonly right: number
  readonly down: number
  /** Above 1: larger. */
  readonly scale: number
  /** Counter-clockwise. */
  readonly radians: number
}

/** 8-bit pixels [height, width, channels], rounded half up; the argument stays as it is. */
export function placed(
  pixels: Uint8Array,
  [h, w, c]: ImageShape,
  { right, down, scale, radians }: Placement,
): Uint8Array {
  const cosine = Math.cos(radians) / scale
  const sine = Math.sin(radians) / scale
  const centreX = (w - 1) / 2
  const centreY = (h - 1) / 2
  const out = new Uint8Array(pixels.length)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      // Where the pixel comes from: the inverse, in a frame whose y axis points down.
      const [dx, dy] = [x - centreX - right, y - centreY - down]
      const fromX = mirrored(centreX + cosine * dx - sine * dy, w - 1)
      const fromY = mirrored(centreY + sine * dx + cosine * dy, h - 1)
      const left = Math.floor(fromX)
      const top = Math.floor(fromY)
      const next = Math.min(left + 1, w - 1)
      const below = Math.min(top + 1, h - 1)
      const [a, b] = [fromX - left, fromY - top]
      for (let k = 0; k < c; k++) {
        const at = (row: number, column: number) => pixels[(row * w + column) * c + k] as number
        const upper = at(top, left) * (1 - a) + at(top, next) * a
        const lower = at(below, left) * (1 - a) + at(below, next) * a
        out[(y * w + x) * c + k] = Math.floor(upper * (1 - b) + lower * b + 0.5)
      }
    }
  }
  return out
}

/** A place outside 0..last mirrored at the edge that it lies beyond, as often as needed. */
function mirrored(place: number, last: number): number {
  if (last === 0) return 0
  const period = 2 * last
  const within = ((place % period) + period) % period
  return within > last ? period - within : within
}
