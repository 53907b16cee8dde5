/**
 * Conventional data augmentation. As in Kong et al. 2022: a horizontal flip with probability 1/2, then a rotation by an
 * angle uniform in -10..10 degrees about the image's centre; bilinear, the edge replicated. On request then blur,
 * contrast, brightness and noise, in the order in which they come about in an apparatus.
 */
import type { Rng } from '../base/random.js'
import { addNoise, blur, brighten, stretchContrast } from './intensity.js'
import type { ImageShape } from './raster.js'

/** What varies, and how far at most; 0 (or false): not at all. */
export interface Augmentation {
  /** Half of the variants are mirrored left to right. */
  readonly flip: boolean
  /** Largest rotation to either side, in degrees. */
  readonly rotationDegrees: number
  /** Brightness times a factor uniform in 1 - brightness..1 + brightness. */
  readonly brightness: number
  /** Contrast likewise. */
  readonly contrast: number
  /** Largest standard deviation of noise, as a share of full white. */
  readonly noise: number
  /** Largest standard deviation of a Gaussian blur, in pixels. */
  readonly blur: number
}

/** The paper's: flip and rotation. */
export const paperAugmentation: Augmentation = {
  flip: true,
  rotationDegrees: 10,
  brightness: 0,
  contrast: 0,
  noise: 0,
  blur: 0,
}

/** A random variant of 8-bit pixels [height, width, channels]; the argument stays as it is. */
export function augment(pixels: Uint8Array, shape: ImageShape, rng: Rng, by: Augmentation): Uint8Array {
  // Each change draws from a place of its own, so that turning one on leaves the others as they were.
  const mirrored = rng.uniform() < 0.5 && by.flip
  const turn = (2 * rng.uniform() - 1) * by.rotationDegrees
  const changes: ((image: Uint8Array) => Uint8Array)[] = []
  if (mirrored) changes.push((image) => flipHorizontal(image, shape))
  if (by.rotationDegrees > 0) changes.push((image) => rotate(image, shape, turn))
  const share = (name: string) => rng.split(name).uniform()
  const factor = (name: 'contrast' | 'brightness') => 1 + (2 * share(name) - 1) * by[name]
  if (by.blur > 0) changes.push((image) => blur(image, shape, share('blur') * by.blur))
  if (by.contrast > 0) changes.push((image) => stretchContrast(image, shape, factor('contrast')))
  if (by.brightness > 0) changes.push((image) => brighten(image, factor('brightness')))
  if (by.noise > 0)
    changes.push((image) => addNoise(image, shape, 255 * share('noise') * by.noise, rng.split('noise').split('pixels')))
  return changes.reduce<Uint8Array>((image, change) => change(image), pixels.slice())
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
