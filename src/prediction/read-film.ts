/** A film's pixels, or why there are none. */
import { UserError } from '../base/errors.js'
import { Unreadable } from '../base/files.js'
import { readRaster } from '../dataset/load.js'
import { ImageProblem, type Raster } from '../image/raster.js'
import type { Place } from './places.js'

/** @returns the pixels, or a phrase that completes "NAME ..."; `cropped`: whether the model judges regions alone */
export async function rasterOf(place: Place, cropped: boolean): Promise<Raster | string> {
  if (place.problem !== undefined) return place.problem
  if (cropped && place.roi === undefined) return 'is a whole film, and this model judges regions cut out of films'
  try {
    return await readRaster(place)
  } catch (error) {
    if (error instanceof ImageProblem) return error.message
    if (error instanceof Unreadable) return error.reason
    if (error instanceof UserError) return error.message.replace(`${place.file} `, '')
    throw error
  }
}
