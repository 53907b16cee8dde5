/**
 * Films to one array of 8-bit pixels, as every arm of a run sees them: decode, cut to the region of interest,
 * scale grey values to 0..255, resize (METHOD: the one pixel path).
 */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { type NDArray, zeros } from '../base/ndarray.js'
import { decodeImage } from '../image/codec.js'
import { crop } from '../image/crop.js'
import { ImageProblem, type Raster } from '../image/raster.js'
import { type PixelTarget, toPixels } from '../image/resize.js'
import { mapBounded } from './bounded.js'
import type { Film } from './sample.js'

/** The largest file that is read as a film. */
export const maxFilmBytes = 512 * 2 ** 20

type Placed = Pick<Film, 'file' | 'roi' | 'region'>

/** A film's pixels as stored, cut to its region of interest. Throws an `ImageProblem` where it can't be decoded or cut. */
export async function readRaster(film: Placed): Promise<Raster> {
  return rasterOf(readBytes(film.file, maxFilmBytes), film)
}

/** The same of a film whose bytes have been read. */
export async function rasterOf(bytes: Uint8Array, film: Placed): Promise<Raster> {
  return cutOut(await decodeImage(bytes), film)
}

function cutOut(raster: Raster, { roi, region }: Placed): Raster {
  if (roi === undefined) return raster
  const { width, height } = region?.drawnOn ?? raster
  const where = region === undefined ? '' : ` (${region.place})`
  if (width !== raster.width || height !== raster.height) {
    throw new ImageProblem(
      `has ${raster.width} x ${raster.height} pixels, but its region was drawn on ${width} x ${height}${where}; draw it on the film itself`,
    )
  }
  try {
    return crop(raster, roi)
  } catch (error) {
    throw error instanceof ImageProblem ? new ImageProblem(`${error.message}${where}`) : error
  }
}

/**
 * Loads films in their order.
 * @param target size, channels, and the cohort's `maxValue`, which applies to its 16-bit films; 8-bit films end at 255
 * @param onProgress called with the number of films done since the last call
 * @returns uint8 [N, height, width, channels]
 */
export async function loadPixels(
  films: readonly Pick<Film, 'file' | 'name' | 'roi'>[],
  target: PixelTarget,
  onProgress?: (more: number) => void,
  signal?: AbortSignal,
): Promise<NDArray<'uint8'>> {
  const { height, width, channels } = target
  const out = zeros('uint8', [films.length, height, width, channels])
  await mapBounded(
    films,
    async (film, i) => {
      const raster = await readRaster(film).catch((error) => {
        throw error instanceof ImageProblem ? new UserError(`${film.name} ${error.message}`, { cause: error }) : error
      })
      const maxValue = raster.bitDepth === 8 ? 255 : target.maxValue
      out.data.set(toPixels(raster, { ...target, maxValue }), i * height * width * channels)
      onProgress?.(1)
    },
    signal,
  )
  return out
}
