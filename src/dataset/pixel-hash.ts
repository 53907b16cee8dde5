import { hashBytes } from '../base/hash.js'
import type { Raster } from '../image/raster.js'

/** Hash of decoded pixels: equal exactly for equal images, whatever file they come from. */
export function pixelHashOf({ width, height, channels, bitDepth, data }: Raster): string {
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return hashBytes(`${width} x ${height} x ${channels} x ${bitDepth} ${hashBytes(pixels)}`)
}
