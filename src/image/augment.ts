/**
 * Conventional data augmentation as in Kong et al. 2022: a horizontal flip with probability 1/2, then a rotation by an
 * angle uniform in -10..10 degrees about the image's centre; bilinear, the edge replicated.
 */
import type { Rng } from '../base/random.js'

type ImageShape = readonly [height: number, width: number, channels: number]

/** The largest rotation to either side, in degrees. */
export const maxRotationDegrees = 10

/** A random variant of 8-bit pixels [height, width, channels]; the argument stays as it is. */
export function augment(pixels: Uint8Array, shape: ImageShape, rng: Rng): Uint8Array {
  const flipped = rng.uniform() < 0.5 ? flipHorizontal(pixels, shape) : pixels
  return rotate(flipped, shape, (2 * rng.uniform() - 1) * maxRotationDegrees)
}

/** The mirror image, left and right exchanged. */
export function flipHorizontal(pixels: Uint8Array, [h, w, c]: ImageShape): Uint8Array {
  const out = new Uint8Array(pixels.length)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = (y * w + (w - 1 - x)) * c
      for (let k = 0; k < c; k++) out[(y * w + x) * c + k] = pixels[from + k]
    }
  }
  return out
}

/** The image turned counter-clockwise about its centre, same size, rounded half up. */
export function rotate(pixels: Uint8Array, [h, w, c]: ImageShape, degrees: number): Uint8Array {
  const angle = (degrees * Math.PI) / 180
  const cosine = Math.cos(angle)
  const sine = Math.sin(angle)
  const centreX = (w - 1) / 2
  const centreY = (h - 1) / 2
  const out = new Uint8Array(pixels.length)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      // where the pixel comes from: the inverse turn, in a frame whose y axis points down
      const fromX = clamp(centreX + cosine * (x - centreX) - sine * (y - centreY), w - 1)
      const fromY = clamp(centreY + sine * (x - centreX) + cosine * (y - centreY), h - 1)
      const left = Math.floor(fromX)
      const top = Math.floor(fromY)
      const right = Math.min(left + 1, w - 1)
      const bottom = Math.min(top + 1, h - 1)
      const a = fromX - left
      const b = fromY - top
      for (let k = 0; k < c; k++) {
        const upper = pixels[(top * w + left) * c + k] * (1 - a) + pixels[(top * w + right) * c + k] * a
        const lower = pixels[(bottom * w + left) * c + k] * (1 - a) + pixels[(bottom * w + right) * c + k] * a
        out[(y * w + x) * c + k] = Math.floor(upper * (1 - b) + lower * b + 0.5)
      }
    }
  }
  return out
}

function clamp(value: number, high: number): number {
  return value < 0 ? 0 : value > high ? high : value
}
