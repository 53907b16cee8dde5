/**
 * One decoded image: grey values row by row, channels interleaved (HWC), as stored in the file.
 * Alpha is laid onto black, palettes are expanded, and an RGB image whose channels are equal everywhere is grey.
 */

export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** 8: values 0..255; 16: values 0..65535, of which a film may use fewer. */
  readonly bitDepth: 8 | 16
  readonly data: Uint8Array | Uint16Array
}

/** Why a file is no usable image, as a phrase that follows the file's name: 'is empty (0 bytes)'. */
export class ImageProblem extends Error {
  override readonly name = 'ImageProblem'
}

/** The raster with one channel where its three are equal everywhere; else the raster itself. */
export function collapseEqualChannels(raster: Raster): Raster {
  if (raster.channels === 1) return raster
  const { data } = raster
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return raster
  }
  const grey = raster.bitDepth === 8 ? new Uint8Array(data.length / 3) : new Uint16Array(data.length / 3)
  for (let i = 0; i < grey.length; i++) grey[i] = data[3 * i]
  return { ...raster, channels: 1, data: grey }
}

/** The raster without its alpha channel (the last of 2 or 4), laid onto black: value * alpha / full, rounded half up. */
export function dropAlpha(
  data: Uint8Array | Uint16Array,
  width: number,
  height: number,
  channels: number,
  bitDepth: 8 | 16,
): Raster {
  if (channels === 1 || channels === 3) return { width, height, channels, bitDepth, data }
  const kept = channels - 1
  const full = bitDepth === 8 ? 255 : 65535
  const pixels = width * height
  const out = bitDepth === 8 ? new Uint8Array(pixels * kept) : new Uint16Array(pixels * kept)
  for (let i = 0; i < pixels; i++) {
    const alpha = data[i * channels + kept]
    for (let c = 0; c < kept; c++) out[i * kept + c] = Math.floor((data[i * channels + c] * alpha) / full + 0.5)
  }
  return { width, height, channels: kept as 1 | 3, bitDepth, data: out }
}

/** The largest value of a raster; 0 for an empty one. */
export function largestValue(raster: Raster): number {
  let largest = 0
  for (const value of raster.data) if (value > largest) largest = value
  return largest
}
