/**
 * Multi-scale structural similarity of two images (Wang, Simoncelli, Bovik 2003), as pytorch-msssim computes it:
 * Gaussian window of deviation 1.5, valid positions only, K = (0.01, 0.03), grey range 255, halving by 2 x 2 means,
 * negative contrast terms cut at 0, channels averaged. With fewer than five scales the first weights are renormalised,
 * for the usual form needs sides over 160 pixels; the metric's name says so.
 */
import { InternalError } from '../base/errors.js'

/** Exponents of the five scales (Wang et al. 2003, section 3.2). */
const scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

export interface MsSsimForm {
  /** 1..5; each halves the image. */
  readonly scales: number
  /** Side of the Gaussian window in pixels, odd. */
  readonly window: number
}

/**
 * The metric's full name, the form included.
 *
 * @param form number of scales and side of the window in pixels
 * @returns such as `MS-SSIM` with its scales and window
 */
export function msSsimName({ scales, window }: MsSsimForm): string {
  return `MS-SSIM (${scales} ${scales === 1 ? 'scale' : 'scales'}, ${window}-pixel window)`
}

/**
 * Similarity of two 8-bit images [H, W, C], 0..1 (1: equal).
 *
 * @param a pixels of one image, row by row, channels innermost
 * @param b pixels of the other
 * @param size height, width and channels
 * @param form number of scales and side of the window in pixels
 * @returns the similarity
 * @throws `InternalError` where the image is too small for the form
 * @source Wang, Simoncelli, Bovik, Asilomar 2003
 */
export function msSsim(
  a: Uint8Array,
  b: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  { scales, window }: MsSsimForm,
): number {
  if (Math.floor(Math.min(height, width) / 2 ** (scales - 1)) < window) {
    throw new InternalError(`${height} x ${width} pixels are too few for ${msSsimName({ scales, window })}`)
  }
  const kernel = gaussian(window)
  const total = scaleWeights.slice(0, scales).reduce((x, y) => x + y, 0)
  let sum = 0
  for (let channel = 0; channel < channels; channel++) {
    let x: Plane = { data: plane(a, channel, channels), height, width }
    let y: Plane = { data: plane(b, channel, channels), height, width }
    let product = 1
    for (let scale = 0; scale < scales; scale++) {
      if (scale > 0) {
        x = halve(x)
        y = halve(y)
      }
      const { luminanceContrast, contrast } = similarity(x, y, kernel)
      const term = scale === scales - 1 ? luminanceContrast : contrast
      product *= Math.max(0, term) ** (scaleWeights[scale] / total)
    }
    sum += product
  }
  return sum / channels
}

interface Plane {
  data: Float64Array
  height: number
  width: number
}

function plane(image: Uint8Array, channel: number, channels: number): Float64Array {
  return Float64Array.from({ length: image.length / channels }, (_, i) => image[i * channels + channel])
}

function gaussian(size: number): Float64Array {
  const kernel = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * 1.5 ** 2)))
  const total = kernel.reduce((x, y) => x + y, 0)
  return kernel.map((value) => value / total)
}

/** Means over the valid positions of SSIM and of its contrast-structure part. */
function similarity(x: Plane, y: Plane, kernel: Float64Array): { luminanceContrast: number; contrast: number } {
  const c1 = (0.01 * 255) ** 2
  const c2 = (0.03 * 255) ** 2
  const times = (p: Plane, q: Plane): Plane => ({ ...p, data: p.data.map((value, i) => value * q.data[i]) })
  const muX = blur(x, kernel)
  const muY = blur(y, kernel)
  const xx = blur(times(x, x), kernel)
  const yy = blur(times(y, y), kernel)
  const xy = blur(times(x, y), kernel)
  let luminanceContrast = 0
  let contrast = 0
  for (let i = 0; i < muX.length; i++) {
    const mx = muX[i]
    const my = muY[i]
    const cs = (2 * (xy[i] - mx * my) + c2) / (xx[i] - mx * mx + (yy[i] - my * my) + c2)
    contrast += cs
    luminanceContrast += ((2 * mx * my + c1) / (mx * mx + my * my + c1)) * cs
  }
  return { luminanceContrast: luminanceContrast / muX.length, contrast: contrast / muX.length }
}

/** Separable convolution, valid positions only. */
function blur({ data, height, width }: Plane, kernel: Float64Array): Float64Array {
  const size = kernel.length
  const outWidth = width - size + 1
  const outHeight = height - size + 1
  const across = new Float64Array(height * outWidth)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < outWidth; column++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += kernel[k] * data[row * width + column + k]
      across[row * outWidth + column] = sum
    }
  }
  const out = new Float64Array(outHeight * outWidth)
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += kernel[k] * across[(row + k) * outWidth + column]
      out[row * outWidth + column] = sum
    }
  }
  return out
}

/** Means of 2 x 2 pixels; an odd side is padded with zeros before, as PyTorch's avg_pool2d with padding does. */
function halve({ data, height, width }: Plane): Plane {
  const padRow = height % 2
  const padColumn = width % 2
  const outHeight = Math.floor((height + 2 * padRow - 2) / 2) + 1
  const outWidth = Math.floor((width + 2 * padColumn - 2) / 2) + 1
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= height || column >= width ? 0 : data[row * width + column]
  const out = new Float64Array(outHeight * outWidth)
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      const top = 2 * row - padRow
      const left = 2 * column - padColumn
      out[row * outWidth + column] = (at(top, left) + at(top, left + 1) + at(top + 1, left) + at(top + 1, left + 1)) / 4
    }
  }
  return { data: out, height: outHeight, width: outWidth }
}
