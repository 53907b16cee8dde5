/** A contact sheet: equal images in rows and columns on black, for people to look at. */
import type { NDArray } from '../base/ndarray.js'
import type { Raster } from './raster.js'

/**
 * Lays images out row by row.
 * @param images uint8 [N, height, width, channels], channels 1 or 3
 * @param columns images in a row
 * @param gap black pixels between neighbours
 */
export function contactSheet(images: NDArray<'uint8'>, columns: number, gap = 2): Raster {
  const [n, h, w, c] = images.shape
  const across = Math.max(1, Math.min(columns, n))
  const down = Math.max(1, Math.ceil(n / across))
  const width = across * (w + gap) - gap
  const height = down * (h + gap) - gap
  const data = new Uint8Array(width * height * c)
  for (let i = 0; i < n; i++) {
    const left = (i % across) * (w + gap)
    const top = Math.floor(i / across) * (h + gap)
    for (let y = 0; y < h; y++) {
      const from = (i * h + y) * w * c
      data.set(images.data.subarray(from, from + w * c), ((top + y) * width + left) * c)
    }
  }
  return { width, height, channels: c as 1 | 3, bitDepth: 8, data }
}
