/** Stands for `image/codec.ts` in the page: PNG and JPEG without sharp. */
import type { DecodedImage } from '../../image/codec.js'
import { refusalOf, sniffContent } from '../../image/content-kind.js'
import { ImageProblem } from '../../image/raster.js'
import { decodeJpeg } from './jpeg.js'
import { decodePng } from './png.js'

export async function decodeStored(bytes: Uint8Array): Promise<DecodedImage> {
  const kind = sniffContent(bytes)
  if (kind === 'png') return decodePng(bytes)
  if (kind === 'jpeg') return decodeJpeg(bytes)
  throw new ImageProblem(
    kind === 'tiff'
      ? 'is a TIFF, which this page does not read: save it as PNG'
      : (refusalOf(kind) ?? 'is not an image'),
  )
}
