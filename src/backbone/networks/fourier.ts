/**
 * Two-dimensional discrete Fourier transforms in a tensor program, as products with matrices.
 * The spectrum of images [B, H, W] is kept as [B, W, 2 H]: transposed, in each row first the real parts, then the imaginary
 * ones. So each axis is one matrix product, with one transposition between the two, and the way back ends as it began.
 */
import { type NDArray, ndarray } from '../../base/ndarray.js'
import { constant, matmul, mul, reshape, sqrt, square, sum, transpose } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { keptBins, lowPassSpectrum } from './morlet.js'

/** Sizes along the two axes of an image: rows, then columns. */
export type Size = readonly [number, number]

/** The transforms of one trace; a matrix that is used twice is one constant. */
export class Fourier {
  readonly #matrices = new Map<string, Tensor>()

  /** Spectrum of real images [B, H, W], each enlarged by `margin` reflected pixels at every side. */
  transform(images: Tensor, margin = 0): Tensor {
    const [, height, width] = images.shape
    const rows = matmul(images, this.#dft(width, margin, 'real', -1))
    return this.#alongColumns(rows, height, this.#dft(height, margin, 'complex', -1))
  }

  /** Magnitudes of the complex images that a spectrum [B, W, 2 H] belongs to: [B, H, W]. */
  modulus(spectrum: Tensor): Tensor {
    const [, width, twiceHeight] = spectrum.shape
    const columns = matmul(spectrum, this.#dft(twiceHeight / 2, 0, 'complex', 1))
    const images = this.#alongColumns(columns, width, this.#dft(width, 0, 'complex', 1))
    return sqrt(sum(reshape(square(images), [-1, twiceHeight / 2, 2, width]), 2))
  }

  /**
   * A spectrum [B, W, 2 H] times each of F real filters [H, W] (row-major), then every factor-th pixel along both axes:
   * [B F, W / factor, 2 H / factor]. Leaving pixels out is a mean over the frequencies that fold onto each other.
   */
  filter(spectrum: Tensor, filters: readonly Float64Array[], factor: number): Tensor {
    const [, width, twiceHeight] = spectrum.shape
    const [w, h] = [width / factor, twiceHeight / 2 / factor]
    const folded = transpose(reshape(spectrum, [-1, factor, w, 2, factor, h]), [0, 1, 4, 2, 3, 5])
    const weights = new Float32Array(filters.length * width * twiceHeight)
    let at = 0
    for (const filter of filters) {
      for (let fold = 0; fold < factor ** 2; fold++) {
        const [left, top] = [Math.floor(fold / factor) * w, (fold % factor) * h]
        for (let column = left; column < left + w; column++) {
          for (let part = 0; part < 2; part++) {
            for (let row = top; row < top + h; row++) weights[at++] = filter[row * width + column] / factor ** 2
          }
        }
      }
    }
    const products = mul(
      reshape(folded, [-1, 1, factor ** 2, 2 * w * h]),
      constant(ndarray('float32', [filters.length, factor ** 2, 2 * w * h], weights)),
    )
    return reshape(factor === 1 ? products : sum(products, 2), [-1, w, 2 * h])
  }

  /**
   * Images [B, H, W] of the given scale, with a reflected margin, through the low pass of `scales` scales and subsampled to
   * 2^scales pixels, without the outermost coefficient at each side: [B, w, h], transposed.
   */
  lowPass(images: Tensor, scales: number, scale: number, margin = 0): Tensor {
    const [, height, width] = images.shape
    const along = (length: number) =>
      this.#matrix(`low pass ${length} ${scale} ${margin}`, () => lowPassMatrix(length, scales, scale, margin))
    return matmul(transpose(matmul(images, along(width)), [0, 2, 1]), along(height))
  }

  /** [B, n, 2 m] -> [B, m, 2 n'] by a matrix [2 n, 2 n']: the other axis of a complex image. */
  #alongColumns(x: Tensor, n: number, matrix: Tensor): Tensor {
    const m = x.shape[2] / 2
    return matmul(reshape(transpose(reshape(x, [-1, n, 2, m]), [0, 3, 2, 1]), [-1, m, 2 * n]), matrix)
  }

  #dft(length: number, margin: number, input: 'real' | 'complex', sign: 1 | -1): Tensor {
    return this.#matrix(`DFT ${length} ${margin} ${input} ${sign}`, () => dftMatrix(length, margin, input, sign))
  }

  #matrix(name: string, make: () => NDArray): Tensor {
    const known = this.#matrices.get(name)
    if (known) return known
    const made = constant(make())
    this.#matrices.set(name, made)
    return made
  }
}

/**
 * A row vector of `length` samples (complex: real parts, then imaginary ones) times this is its DFT (sign -1), or its inverse
 * DFT (sign 1, divided by the length); real parts, then imaginary ones.
 */
function dftMatrix(length: number, margin: number, input: 'real' | 'complex', sign: 1 | -1): NDArray {
  const bins = length + 2 * margin
  const scale = sign === 1 ? 1 / bins : 1
  const rows = input === 'complex' ? 2 * length : length
  const values = new Float64Array(rows * 2 * bins)
  for (let place = 0; place < bins; place++) {
    const sample = reflected(place - margin, length)
    const [re, im] = [sample * 2 * bins, (length + sample) * 2 * bins]
    for (let bin = 0; bin < bins; bin++) {
      const angle = (2 * Math.PI * ((place * bin) % bins)) / bins
      const [cos, sin] = [scale * Math.cos(angle), sign * scale * Math.sin(angle)]
      values[re + bin] += cos
      values[re + bins + bin] += sin
      if (input === 'real') continue
      values[im + bin] -= sin
      values[im + bins + bin] += cos
    }
  }
  return ndarray('float32', [rows, 2 * bins], Float32Array.from(values))
}

/** A row vector of `length` samples times this is the vector smoothed and subsampled. */
function lowPassMatrix(length: number, scales: number, scale: number, margin: number): NDArray {
  const places = length + 2 * margin
  const step = 2 ** (scales - scale)
  const kept = places / step - 2
  const full = lowPassSpectrum(places * 2 ** scale, scales)
  const spectrum = keptBins(full.length, 2 ** scale).map((bin) => full[bin])
  const response = Float64Array.from({ length: places }, (_, distance) =>
    spectrum.reduce(
      (total, value, bin) => total + (value * Math.cos((2 * Math.PI * bin * distance) / places)) / places,
      0,
    ),
  )
  const values = new Float64Array(length * kept)
  for (let place = 0; place < places; place++) {
    const row = reflected(place - margin, length) * kept
    for (let i = 0; i < kept; i++) values[row + i] += response[Math.abs((i + 1) * step - place)]
  }
  return ndarray('float32', [length, kept], Float32Array.from(values))
}

/** The sample at a place outside, mirrored at the outermost samples, which are not doubled. */
function reflected(place: number, length: number): number {
  const inside = Math.abs(place)
  return inside < length ? inside : 2 * (length - 1) - inside
}
