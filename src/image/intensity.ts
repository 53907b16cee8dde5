/**
 * Changes of intensity that another exposure or another apparatus would make: brightness, contrast, blur, noise.
 * 8-bit pixels [height, width, channels] in and out, rounded half up; the argument stays as it is.
 */
import type { Rng } from '../base/random.js'
import type { ImageShape } from './raster.js'

/** All values times `factor` (torchvision's `adjust_brightness`). */
export function brighten(pixels: Uint8Array, factor: number): Uint8Array {
  return map(pixels, (value) => value * factor)
}

/** Distances from the image's mean grey value times `factor` (torchvision's `adjust_contrast`); of colour, the mean luminance. */
export function stretchContrast(pixels: Uint8Array, [, , channels]: ImageShape, factor: number): Uint8Array {
  const weights = channels === 3 ? [0.2989, 0.587, 0.114] : [1]
  const n = pixels.length / channels
  let mean = 0
  for (let at = 0; at < pixels.length; at++) mean += (weights[at % channels] * pixels[at]) / n
  return map(pixels, (value) => mean + factor * (value - mean))
}

/** Gaussian blur of a standard deviation in pixels, cut off at four of them, the edge replicated (SciPy's `gaussian_filter`, mode nearest). */
export function blur(pixels: Uint8Array, [height, width, channels]: ImageShape, deviation: number): Uint8Array {
  const reach = Math.floor(4 * deviation + 0.5)
  if (reach === 0) return pixels.slice()
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / deviation) ** 2))
  const total = kernel.reduce((sum, weight) => sum + weight, 0)
  const weights = kernel.map((weight) => weight / total)
  const along = (values: ArrayLike<number>, length: number, stride: number, lines: (line: number) => number) => {
    const out = new Float64Array(values.length)
    for (let line = 0; line < values.length / length; line++) {
      const start = lines(line)
      for (let i = 0; i < length; i++) {
        let sum = 0
        for (let k = -reach; k <= reach; k++) {
          const inside = Math.max(0, Math.min(length - 1, i + k))
          sum += weights[k + reach] * values[start + inside * stride]
        }
        out[start + i * stride] = sum
      }
    }
    return out
  }
  const row = width * channels
  const across = along(pixels, width, channels, (line) => Math.floor(line / channels) * row + (line % channels))
  return map(
    along(across, height, row, (line) => line),
    (value) => value,
  )
}

/** Independent normal noise of a standard deviation in grey values; the same in every channel of a pixel. */
export function addNoise(pixels: Uint8Array, [, , channels]: ImageShape, deviation: number, rng: Rng): Uint8Array {
  const noise = rng.normals(pixels.length / channels)
  return map(pixels, (value, at) => value + deviation * noise[Math.floor(at / channels)])
}

function map(values: ArrayLike<number>, change: (value: number, at: number) => number): Uint8Array {
  return Uint8Array.from(values, (value, at) => Math.max(0, Math.min(255, Math.floor(change(value, at) + 0.5))))
}
