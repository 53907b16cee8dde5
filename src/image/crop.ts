/**
 * A rectangle of interest cut out of an image. At the border nothing is invented: a rectangle that reaches
 * beyond the image is refused, since it most often means coordinates of another image.
 */
import { ImageProblem, type Raster } from './raster.js'

/** Whole pixels, the origin at the upper left corner of the upright image. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The part of a raster inside a rectangle. Throws an `ImageProblem` where the rectangle does not lie within the image. */
export function crop(raster: Raster, { left, top, width, height }: Rectangle): Raster {
  if (left < 0 || top < 0 || width < 1 || height < 1 || left + width > raster.width || top + height > raster.height) {
    const asked = `${width} x ${height} at (${left}, ${top})`
    throw new ImageProblem(`has a region of ${asked} outside its ${raster.width} x ${raster.height} pixels`)
  }
  const { channels } = raster
  const data =
    raster.bitDepth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * channels
    data.set(raster.data.subarray(from, from + width * channels), y * width * channels)
  }
  return { ...raster, width, height, data }
}
