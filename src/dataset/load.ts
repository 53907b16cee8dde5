/**
 * Films to one array of 8-bit pixels, as every arm of a run sees them: decode, cut to the region of interest,
 * scale grey values to 0..255, resize (METHOD: the one pixel path).
 */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { type NDArray, zeros } from '../base/ndarray.js'
import { crop } from '../image/crop.js'
import { type DecodedFilm, decodeFilm } from '../image/film.js'
import { ImageProblem, type Raster, whiteOf } from '../image/raster.js'
import { type PixelTarget, toPixels } from '../image/resize.js'
import { mapBounded } from './bounded.js'
import { releaseArrays } from './npz-arrays.js'
import { readNpzImage } from './npz-reader.js'
import { pixelHashOf } from './pixel-hash.js'
import type { Film } from './sample.js'

/** The largest file that is read as a film. */
export const maxFilmBytes = 512 * 2 ** 20

/** The film is good, its region of interest is not. The message completes "FILE ...". */
export class RegionProblem extends ImageProblem {}

/** What finds a film's pixels. */
export type FilmPlace = Pick<Film, 'file' | 'array' | 'frame' | 'voi' | 'roi' | 'region'> & {
  /** The file itself, where it was piped in and stands nowhere. */
  readonly bytes?: Uint8Array
}

/** A film's pixels, cut to its region of interest, and what was done to them. Throws an `ImageProblem` where it can't be decoded or cut. */
export async function readDecoded(film: FilmPlace): Promise<DecodedFilm> {
  const { file, bytes, array, frame = 1, voi } = film
  const decoded =
    array === undefined
      ? await decodeFilm(bytes ?? readBytes(file, maxFilmBytes), { frame, voi })
      : { format: 'npz' as const, raster: readNpzImage(file, array, frame), steps: [], notes: [] }
  return { ...decoded, raster: cutOut(decoded.raster, film) }
}

/** A film's pixels alone, as `readDecoded`. */
export async function readRaster(film: FilmPlace): Promise<Raster> {
  return (await readDecoded(film)).raster
}

function cutOut(raster: Raster, { roi, region }: FilmPlace): Raster {
  if (roi === undefined) return raster
  const { width, height } = region?.drawnOn ?? raster
  const where = region === undefined ? '' : ` (${region.place})`
  if (width !== raster.width || height !== raster.height) {
    throw new RegionProblem(
      `has ${raster.width} x ${raster.height} pixels, but its region was drawn on ${width} x ${height}${where}; draw it on the film itself`,
    )
  }
  try {
    return crop(raster, roi)
  } catch (error) {
    throw error instanceof ImageProblem ? new RegionProblem(`${error.message}${where}`) : error
  }
}

/** A film, and what it showed when it was read before. */
export type KnownFilm = FilmPlace & Pick<Film, 'name'> & { readonly pixelHash?: string }

/** A film's pixels. Throws a `UserError` that names it where it can't be read, or shows something else than before. */
export async function readAgain(film: KnownFilm): Promise<Raster> {
  let raster: Raster
  try {
    raster = await readRaster(film)
  } catch (error) {
    if (error instanceof ImageProblem) throw new UserError(`${film.name} ${error.message}`, { cause: error })
    if (error instanceof UserError) throw new UserError(error.message.replace(film.file, film.name), { cause: error })
    throw error
  }
  if (film.pixelHash !== undefined && pixelHashOf(raster) !== film.pixelHash) {
    throw new UserError(`${film.name} no longer shows what it showed when it was first read; put the film of then back`)
  }
  return raster
}

/**
 * Loads films in their order. One that was read before must show what it showed then.
 * @param target size, channels, and the cohort's `maxValue`, which applies to 16-bit films that don't tell their own (`whiteOf`)
 * @param onProgress called with the number of films done since the last call
 * @returns uint8 [N, height, width, channels]
 */
export async function loadPixels(
  films: readonly KnownFilm[],
  target: PixelTarget,
  onProgress?: (more: number) => void,
  signal?: AbortSignal,
): Promise<NDArray<'uint8'>> {
  const { height, width, channels } = target
  const out = zeros('uint8', [films.length, height, width, channels])
  try {
    await mapBounded(
      films,
      async (film, i) => {
        const raster = await readAgain(film)
        const maxValue = whiteOf(raster, target.maxValue)
        out.data.set(toPixels(raster, { ...target, maxValue }), i * height * width * channels)
        onProgress?.(1)
      },
      signal,
    )
  } finally {
    releaseArrays(films.map(({ file }) => file))
  }
  return out
}
