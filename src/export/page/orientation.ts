/** Turning a film upright by its EXIF orientation. */
import type { Raster } from '../../image/raster.js'
import { tiffValue } from '../../image/tiff.js'

const orientationTag = 0x0112

/** 1 to 8 (EXIF 2.3, 4.6.4): where the first row and column of an image are; 1, upright, where EXIF data do not say. */
export function orientationIn(exif: Uint8Array): number {
  const value = tiffValue(exif, orientationTag) ?? 1
  return value >= 1 && value <= 8 ? value : 1
}

export function turned(raster: Raster, orientation: number): Raster {
  if (orientation === 1) return raster
  const { width, height, channels, bitDepth, data } = raster
  const sideways = orientation > 4
  const [newWidth, newHeight] = sideways ? [height, width] : [width, height]
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBelow = [3, 4, 6, 7].includes(orientation)
  const out = bitDepth === 8 ? new Uint8Array(data.length) : new Uint16Array(data.length)
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [across, down] = sideways ? [y, x] : [x, y]
      const column = fromRight ? width - 1 - across : across
      const row = fromBelow ? height - 1 - down : down
      for (let c = 0; c < channels; c++) {
        out[(y * newWidth + x) * channels + c] = data[(row * width + column) * channels + c] as number
      }
    }
  }
  return { ...raster, width: newWidth, height: newHeight, data: out }
}
