/**
 * Bilinear resize with a triangle filter that widens when shrinking (antialiased), pixel centres at half integers:
 *   centre(i) = (i + 1/2) s,  s = in / out,  support = max(s, 1),
 *   weight(j) = max(0, 1 - |j + 1/2 - centre| / support), normalised to 1 within the image.
 * The same samples as PIL's BILINEAR (libImaging/Resample.c) and torch's interpolate(antialias=True).
 * Rows and columns are separable; the width goes first, as in both.
 */
import type { Raster } from './raster.js'

interface Taps {
  /** First source index per output index. */
  readonly first: Int32Array
  /** Number of source values per output index. */
  readonly count: Int32Array
  /** `width` weights per output index. */
  readonly weights: Float32Array
  readonly width: number
}

function triangleTaps(from: number, to: number): Taps {
  const scale = from / to
  const support = Math.max(scale, 1)
  const width = Math.ceil(support) * 2 + 1
  const first = new Int32Array(to)
  const count = new Int32Array(to)
  const weights = new Float32Array(to * width)
  const row = new Float64Array(width)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale
    const low = Math.max(0, Math.trunc(centre - support + 0.5))
    const high = Math.min(from, Math.trunc(centre + support + 0.5))
    let total = 0
    for (let j = low; j < high; j++) {
      row[j - low] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support)
      total += row[j - low]
    }
    first[i] = low
    count[i] = high - low
    for (let j = 0; j < high - low; j++) weights[i * width + j] = row[j] / total
  }
  return { first, count, weights, width }
}

/**
 * Resizes an HWC array.
 * @param data values, row by row, channels interleaved
 * @param shape [height, width, channels] of `data`
 * @param size [height, width] wanted
 * @returns the resized array, [height, width, channels]
 */
export function resizeBilinear(
  data: Float32Array,
  [h, w, c]: readonly [number, number, number],
  [height, width]: readonly [number, number],
): Float32Array {
  const wide = w === width ? data : resizeAxis(data, h, w, c, width)
  return h === height ? (wide === data ? data.slice() : wide) : resizeAxis(wide, 1, h, width * c, height)
}

/** Resizes the middle axis of an [outer, from, inner] array. */
function resizeAxis(data: Float32Array, outer: number, from: number, inner: number, to: number): Float32Array {
  const { first, count, weights, width } = triangleTaps(from, to)
  const out = new Float32Array(outer * to * inner)
  const sums = new Float64Array(inner)
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < to; i++) {
      const at = (o * to + i) * inner
      const start = (o * from + first[i]) * inner
      const end = start + count[i] * inner
      if (inner <= 3) {
        for (let k = 0; k < inner; k++) {
          let sum = 0
          for (let j = start + k, tap = i * width; j < end; j += inner, tap++) sum += weights[tap] * data[j]
          out[at + k] = sum
        }
      } else {
        sums.fill(0)
        for (let j = start, tap = i * width; j < end; j += inner, tap++) {
          const weight = weights[tap]
          for (let k = 0; k < inner; k++) sums[k] += weight * data[j + k]
        }
        for (let k = 0; k < inner; k++) out[at + k] = sums[k]
      }
    }
  }
  return out
}

export interface PixelTarget {
  readonly height: number
  readonly width: number
  /** 1: grey (an RGB film by ITU-R 601 luma, as PIL's convert('L')); 3: RGB (a grey film three times). */
  readonly channels: 1 | 3
  /** The grey value that becomes 255: see `maxValue` of an audited cohort. */
  readonly maxValue: number
}

/**
 * A film as the model sees it: 8-bit pixels [height, width, channels], value * 255 / maxValue, resized, rounded half up
 * and clamped. Equal to PIL's BILINEAR within one grey level.
 */
export function toPixels(raster: Raster, { height, width, channels, maxValue }: PixelTarget): Uint8Array {
  const values = levels(raster, channels, 255 / maxValue)
  const worked = channels === 1 || raster.channels === 1 ? 1 : 3
  const resized = resizeBilinear(values, [raster.height, raster.width, worked], [height, width])
  const out = new Uint8Array(height * width * channels)
  const copies = channels / worked
  for (let i = 0; i < resized.length; i++) {
    const level = Math.min(255, Math.max(0, Math.floor(resized[i] + 0.5)))
    for (let k = 0; k < copies; k++) out[i * copies + k] = level
  }
  return out
}

/** Grey (1) or colour (3) values times `scale`; colour to grey by ITU-R 601 luma. */
export function levels(raster: Raster, channels: 1 | 3, scale: number): Float32Array {
  const { data } = raster
  if (raster.channels === 1 || channels === 3) {
    const values = new Float32Array(data.length)
    for (let i = 0; i < data.length; i++) values[i] = data[i] * scale
    return values
  }
  const grey = new Float32Array(data.length / 3)
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]) * scale
  }
  return grey
}
