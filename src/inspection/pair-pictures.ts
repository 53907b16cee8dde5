/** Small pictures of films that are almost the same image, to be looked at side by side. */

import type { AuditedFilm } from '../dataset/audit.js'
import { readRaster } from '../dataset/load.js'
import { encodeJpeg } from '../image/codec.js'
import { largestValue } from '../image/raster.js'
import { toPixels } from '../image/resize.js'
import type { NearDuplicate } from '../record/inspection.js'

/** Pairs that are pictured; the gravest come first. */
const mostPictured = 24
/** Longer side of a picture, in pixels. */
const side = 240

/** Pictures by the films' ids, as `data:` addresses. */
export async function picturesOf(
  pairs: readonly NearDuplicate[],
  films: readonly AuditedFilm[],
): Promise<Record<string, string>> {
  const wanted = new Set(pairs.slice(0, mostPictured).flatMap(({ a, b }) => [a.id, b.id]))
  const pictures: Record<string, string> = {}
  for (const film of films) if (wanted.has(film.id)) pictures[film.id] = await picture(film)
  return pictures
}

async function picture(film: AuditedFilm): Promise<string> {
  const raster = await readRaster(film)
  const scale = Math.min(1, side / Math.max(raster.width, raster.height))
  const width = Math.max(1, Math.round(scale * raster.width))
  const height = Math.max(1, Math.round(scale * raster.height))
  const { channels } = raster
  const data = toPixels(raster, { width, height, channels, maxValue: Math.max(1, largestValue(raster)) })
  const jpeg = await encodeJpeg({ width, height, channels, bitDepth: 8, data }, 80)
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`
}
