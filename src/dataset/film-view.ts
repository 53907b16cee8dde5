/**
 * A film for a viewer: its stored values, and what they mean, so that any window can be laid over them where it is looked at;
 * and a small picture of it.
 */
import { readBytes } from '../base/files.js'
import { encodeJpeg } from '../image/codec.js'
import { crop } from '../image/crop.js'
import { type FilmFile, readFilm } from '../image/film.js'
import { ImageProblem, largestValue, type Raster, whiteOf } from '../image/raster.js'
import { toPixels } from '../image/resize.js'
import { fullWhite } from './audit.js'
import { type FilmPlace, maxFilmBytes, readRaster } from './load.js'
import { readNpzImage } from './npz-reader.js'

export interface FilmView {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** Row by row, channels interleaved; each is a place in the two tables. */
  readonly values: Uint16Array
  /** What a window is laid over, in the film's own unit; NaN is black in every window. */
  readonly measured: Float32Array
  /** 0 to 255 as the film is shown at first. */
  readonly levels: Uint8Array
  /** Whether the least measured value is white. */
  readonly inverted: boolean
  /** The first window, or the nearest to it where the film is first shown through a table. */
  readonly window: { readonly center: number; readonly width: number }
}

const largestPlace = 65_535

/** Throws an `ImageProblem` where the film can't be read. */
export async function readView(film: FilmPlace): Promise<FilmView> {
  const { file, array, frame = 1, voi, roi } = film
  const whole =
    array === undefined
      ? viewOfFile(await readFilm(readBytes(file, maxFilmBytes), { frame, voi }))
      : viewOfRaster(readNpzImage(file, array, frame))
  if (roi === undefined) return whole
  const { values: data, height, width, channels } = whole
  const cut = crop({ width, height, channels, bitDepth: 16, data }, roi)
  return { ...whole, height: cut.height, width: cut.width, values: Uint16Array.from(cut.data) }
}

function viewOfFile(film: FilmFile): FilmView {
  const { grey } = film.display
  if (grey === undefined) return viewOfRaster(film.raster())
  const { stored, rows: height, columns: width } = film
  const [least, greatest] = extentOf(stored)
  const range = greatest - least
  // Values of 32 bits may be further apart than there are places.
  const perPlace = Math.max(1, range / largestPlace)
  const values = new Uint16Array(stored.length)
  stored.forEach((value: number, i: number) => {
    values[i] = Math.round((value - least) / perPlace)
  })
  const places = Math.floor(range / perPlace) + 1
  const storedAt = (place: number) => Math.round(least + place * perPlace)
  return {
    height,
    width,
    channels: 1,
    values,
    measured: Float32Array.from({ length: places }, (_, place) => grey.measured(storedAt(place))),
    levels: Uint8Array.from({ length: places }, (_, place) => Math.floor(255 * grey.levelOf(storedAt(place)) + 0.5)),
    inverted: grey.inverted,
    window: grey.window,
  }
}

function viewOfRaster(raster: Raster): FilmView {
  const { height, width, channels, data } = raster
  const largest = largestValue(raster)
  const white = whiteOf(raster, fullWhite(largest))
  return {
    height,
    width,
    channels,
    values: Uint16Array.from(data),
    measured: Float32Array.from({ length: largest + 1 }, (_, value) => value),
    levels: Uint8Array.from({ length: largest + 1 }, (_, value) =>
      Math.min(255, Math.floor((255 * value) / white + 0.5)),
    ),
    inverted: false,
    window: { center: white / 2, width: white },
  }
}

function extentOf(values: FilmFile['stored']): [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  if (least > greatest) throw new ImageProblem('holds no pixels')
  return [least, greatest]
}

/** The longer side of a small picture. */
const pictureSide = 192

/** A small JPEG. Throws an `ImageProblem` where the film can't be read. */
export async function pictureOf(film: FilmPlace): Promise<Uint8Array> {
  const raster = await readRaster(film)
  const { height, width, channels } = raster
  const scale = Math.min(1, pictureSide / Math.max(height, width))
  const target = {
    height: Math.max(1, Math.round(height * scale)),
    width: Math.max(1, Math.round(width * scale)),
    channels,
    maxValue: whiteOf(raster, fullWhite(largestValue(raster))),
  }
  return encodeJpeg({ ...target, bitDepth: 8, data: toPixels(raster, target) })
}
