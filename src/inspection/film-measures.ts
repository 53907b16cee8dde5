/** What an inspection keeps of a film once its pixels are gone: a few kilobytes, so that thousands of films fit. */
import { fullWhite, type ObservedFilm } from '../dataset/audit.js'
import { makerOf, viewOf } from '../dataset/reading.js'
import { type Fingerprint, fingerprint } from '../image/fingerprint.js'
import { type Raster, whiteOf } from '../image/raster.js'

/** Steps from black to full white in which grey values are counted. */
const fineSteps = 256
export const shownSteps = 64

export interface FilmMeasures {
  /** Kind of file, such as 'png'. */
  readonly format: string
  readonly maker: string | null
  readonly view: string | null
  /** Full white of this film alone: as its file tells, else the smallest of 255, 1023, 4095, 16383, 65535 that holds its values. */
  readonly fullWhite: number
  /** Pixels in each of 256 steps from 0 to `fullWhite`; colour by the mean of its channels. */
  readonly histogram: Uint32Array
  /** Stored values. */
  readonly mean: number
  readonly deviation: number
  /** Mean and deviation of the frame's top, bottom, left and right side, in stored values. */
  readonly border: readonly Side[]
  readonly fingerprint: Fingerprint
}

export interface Side {
  readonly mean: number
  readonly deviation: number
}

/** Width of the frame that counts as border, as a share of the shorter side; at least one pixel. */
const borderShare = 0.03

export function measureFilm({ film, raster }: ObservedFilm): FilmMeasures {
  const white = whiteOf(raster, fullWhite(film.largest))
  const histogram = new Uint32Array(fineSteps)
  const perStep = (white + 1) / fineSteps
  const all = new Moments()
  const grey = greyOf(raster)
  for (let i = 0; i < raster.width * raster.height; i++) {
    const value = grey(i)
    all.add(value)
    histogram[Math.min(fineSteps - 1, Math.floor(value / perStep))]++
  }
  return {
    format: film.format,
    maker: makerOf(film),
    view: viewOf(film),
    fullWhite: white,
    histogram,
    ...all.result(),
    border: borderOf(raster, grey),
    fingerprint: fingerprint(raster, film.largest),
  }
}

function borderOf(raster: Raster, grey: (pixel: number) => number): Side[] {
  const { width, height } = raster
  const wide = Math.max(1, Math.round(borderShare * Math.min(width, height)))
  const side = (left: number, top: number, right: number, bottom: number): Side => {
    const moments = new Moments()
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) moments.add(grey(y * width + x))
    return moments.result()
  }
  return [
    side(0, 0, width, wide),
    side(0, height - wide, width, height),
    side(0, 0, wide, height),
    side(width - wide, 0, width, height),
  ]
}

function greyOf({ data, channels }: Raster): (pixel: number) => number {
  if (channels === 1) return (pixel) => data[pixel]
  return (pixel) => (data[3 * pixel] + data[3 * pixel + 1] + data[3 * pixel + 2]) / 3
}

/** Mean and deviation of values as they come. */
class Moments {
  #count = 0
  #sum = 0
  #squares = 0

  add(value: number): void {
    this.#count++
    this.#sum += value
    this.#squares += value * value
  }

  result(): Side {
    const mean = this.#sum / this.#count
    return { mean, deviation: Math.sqrt(Math.max(0, this.#squares / this.#count - mean * mean)) }
  }
}

/** Shares of a film's pixels in 64 steps from black to the cohort's full white, which is at least the film's own. */
export function shownHistogram({ histogram, fullWhite }: FilmMeasures, cohortWhite: number): Float64Array {
  const shares = new Float64Array(shownSteps)
  const pixels = histogram.reduce((sum, count) => sum + count, 0)
  // A film's steps lie within the cohort's: full whites and steps are powers of two.
  const perShown = (fineSteps / shownSteps) * ((cohortWhite + 1) / (fullWhite + 1))
  histogram.forEach((count, step) => {
    shares[Math.min(shownSteps - 1, Math.floor(step / perShown))] += count / pixels
  })
  return shares
}
