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
  /** The value of full white, where the file tells it; otherwise it is that of the depth, or the dataset's (`whiteOf`). */
  readonly white?: number
  readonly data: Uint8Array | Uint16Array
}

/** Of pixels in memory, channels interleaved. */
export type ImageShape = readonly [height: number, width: number, channels: number]

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
  const colours = channels - 1
  const full = bitDepth === 8 ? 255 : 65535
  const pixels = width * height
  const out = bitDepth === 8 ? new Uint8Array(pixels * colours) : new Uint16Array(pixels * colours)
  for (let i = 0; i < pixels; i++) {
    const alpha = data[i * channels + colours]
    for (let c = 0; c < colours; c++) out[i * colours + c] = Math.floor((data[i * channels + c] * alpha) / full + 0.5)
  }
  return { width, height, channels: colours as 1 | 3, bitDepth, data: out }
}

/** CMYK (255: full ink) to RGB as printed on white: (255 - ink) * (255 - black) / 255, as PIL converts it. */
export function cmykToRgb(data: Uint8Array, width: number, height: number, channels: number): Raster {
  const out = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    const black = 255 - data[i * channels + 3]
    for (let c = 0; c < 3; c++) out[i * 3 + c] = Math.floor(((255 - data[i * channels + c]) * black) / 255 + 0.5)
  }
  return { width, height, channels: 3, bitDepth: 8, data: out }
}

/** The value of full white: as the file tells, else 255 of 8 bits, else what the dataset's 16-bit films use. */
export function whiteOf({ bitDepth, white }: Pick<Raster, 'bitDepth' | 'white'>, whiteOfWide: number): number {
  return white ?? (bitDepth === 8 ? 255 : whiteOfWide)
}

/** The largest value of a raster; 0 for an empty one. */
export function largestValue(raster: Raster): number {
  let largest = 0
  for (const value of raster.data) if (value > largest) largest = value
  return largest
}

/** Whether all pixels are the same. */
export function isFlat({ data, channels }: Raster): boolean {
  for (let i = channels; i < data.length; i++) if (data[i] !== data[i - channels]) return false
  return true
}

/** The level of the value at a place, row by row, channels interleaved. Called for every pixel, with places within the data. */
export function levelsOf(data: ArrayLike<number>, levelOf: (value: number) => number): (index: number) => number {
  return (index) => levelOf(data[index])
}
