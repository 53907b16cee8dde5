/**
 * What makes an image recognisable after it was saved again, resized, or made a little brighter: a perceptual hash that
 * finds candidates among millions of pairs, and its fine structure, which tells copies from films that only look alike.
 *
 * The hash is the DCT hash of Zauner (2010) as imagehash's `phash` computes it: 32 x 32 grey values, DCT-II by rows and
 * columns, the 8 x 8 lowest frequencies against their median. Radiographs of one view all have nearly the same: of
 * 19,900 pairs of chest films of different patients 54 lie within 10 bits. So it never decides.
 *
 * The fine structure is a 64 x 64 thumbnail less its own blur, divided by the local deviation, so that exposure, gamma
 * and contrast drop out and ribs and vessels stay. Its correlation decides.
 */
import type { Raster } from './raster.js'
import { levels, resizeBilinear } from './resize.js'

export interface Fingerprint {
  /** 64 bits, first bit highest: of the lowest frequencies, row by row. */
  readonly hash: readonly [high: number, low: number]
  /** 64 x 64 values in steps of 1/32 of a local deviation. */
  readonly detail: Int8Array
  /** Length of `detail` as a vector from each of its eighths on, the first of the whole; all 0 for an image without structure. */
  readonly lengths: Float64Array
}

const hashSide = 32
const lowest = 8
const detailSide = 64
/** Of the blur, in pixels of the thumbnail. */
const blurDeviation = 3
/** Grey levels of 255 that count as noise: flat ground must not be stretched into structure. */
const noiseFloor = 2
const stepsPerDeviation = 32
const parts = 8
const partSize = detailSide ** 2 / parts

export function fingerprint(raster: Raster, largest: number): Fingerprint {
  const grey = levels(raster, 1, 255 / Math.max(1, largest))
  const thumbnail = resizeBilinear(grey, [raster.height, raster.width, 1], [detailSide, detailSide])
  const small = resizeBilinear(thumbnail, [detailSide, detailSide, 1], [hashSide, hashSide])
  const detail = fineStructure(thumbnail)
  return { hash: perceptualHash(small), detail, lengths: lengthsOf(detail) }
}

/** Bits in which two hashes differ, 0..64. */
export function hashDistance(a: Fingerprint['hash'], b: Fingerprint['hash']): number {
  return ones(a[0] ^ b[0]) + ones(a[1] ^ b[1])
}

/** Correlation of two images' fine structure, -1..1; 0 where one has none. */
export function detailCorrelation(a: Fingerprint, b: Fingerprint): number {
  return correlationFrom(a, b, Number.NEGATIVE_INFINITY) ?? 0
}

/**
 * The same where it is at least so much, else undefined, mostly after a fraction of the work: what an eighth and all that follow can
 * still add is no more than the product of their lengths (Cauchy-Schwarz).
 */
export function correlationFrom(a: Fingerprint, b: Fingerprint, least: number): number | undefined {
  const whole = a.lengths[0] * b.lengths[0]
  if (whole === 0) return least <= 0 ? 0 : undefined
  let sum = 0
  for (let part = 0; part < parts; part++) {
    if (sum + a.lengths[part] * b.lengths[part] < least * whole) return undefined
    sum += product(a.detail, b.detail, part * partSize, (part + 1) * partSize)
  }
  const correlation = sum / whole
  return correlation >= least ? correlation : undefined
}

/** The DCT hash of 32 x 32 grey values. */
export function perceptualHash(grey: Float32Array): [high: number, low: number] {
  const frequencies: number[] = []
  for (let v = 0; v < lowest; v++) {
    for (let u = 0; u < lowest; u++) {
      let sum = 0
      for (let y = 0; y < hashSide; y++) {
        const row = cosines[v * hashSide + y]
        for (let x = 0; x < hashSide; x++) sum += row * cosines[u * hashSide + x] * grey[y * hashSide + x]
      }
      frequencies.push(sum)
    }
  }
  const sorted = frequencies.toSorted((a, b) => a - b)
  const median = (sorted[31] + sorted[32]) / 2
  const word = (from: number) => {
    let bits = 0
    for (let i = from; i < from + 32; i++) bits = (bits << 1) | (frequencies[i] > median ? 1 : 0)
    return bits >>> 0
  }
  return [word(0), word(32)]
}

/** cos(pi (2x + 1) u / 2N) for the lowest frequencies u. */
const cosines = Float64Array.from({ length: lowest * hashSide }, (_, i) => {
  const [u, x] = [Math.floor(i / hashSide), i % hashSide]
  return Math.cos((Math.PI * (2 * x + 1) * u) / (2 * hashSide))
})

function fineStructure(thumbnail: Float32Array): Int8Array {
  const blurred = blur(thumbnail)
  const sharp = thumbnail.map((value, i) => value - blurred[i])
  const variance = blur(sharp.map((value) => value * value))
  const local = sharp.map((value, i) => value / (Math.sqrt(variance[i]) + noiseFloor))
  const mean = local.reduce((sum, value) => sum + value, 0) / local.length
  const steps = (value: number) => Math.round((value - mean) * stepsPerDeviation)
  return Int8Array.from(local, (value) => Math.min(127, Math.max(-127, steps(value))))
}

const reach = 4 * blurDeviation
const kernel = gaussian()

function gaussian(): number[] {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / blurDeviation) ** 2))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** Gaussian blur of a 64 x 64 image, which goes on mirrored beyond its edges. */
function blur(image: Float32Array): Float32Array {
  return blurColumns(blurColumns(image))
}

/** Blurs down the columns and transposes. */
function blurColumns(image: Float32Array): Float32Array {
  const out = new Float32Array(image.length)
  const n = detailSide
  const sums = new Float64Array(n)
  for (let y = 0; y < n; y++) {
    sums.fill(0)
    for (let k = -reach; k <= reach; k++) {
      const at = y + k
      const row = n * (at < 0 ? -1 - at : at >= n ? 2 * n - 1 - at : at)
      const weight = kernel[k + reach]
      for (let x = 0; x < n; x++) sums[x] += weight * image[row + x]
    }
    for (let x = 0; x < n; x++) out[x * n + y] = sums[x]
  }
  return out
}

/** What `lengths` holds, of such a detail. */
export function lengthsOf(detail: Int8Array): Float64Array {
  return Float64Array.from({ length: parts }, (_, part) =>
    Math.sqrt(product(detail, detail, part * partSize, detail.length)),
  )
}

function product(a: Int8Array, b: Int8Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += a[i] * b[i]
  return sum
}

/** Ones among the bits of a 32-bit number (Hacker's Delight, figure 5-2). */
export function ones(bits: number): number {
  let x = bits - ((bits >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  x = (x + (x >>> 4)) & 0x0f0f0f0f
  return Math.imul(x, 0x01010101) >>> 24
}
