/**
 * Moving pixels by tables that are known when the program is written: from an image to the places that a convolution needs them in,
 * and, the adjoint, from the places back. One row of a move is a pixel of one channel for all examples (`batch-last.ts`).
 */
import type { Shape } from '../../../base/ndarray.js'
import { range } from '../../../base/range.js'
import type { Padding } from '../../primitive.js'
import type { NodeWriter } from '../format/node-writer.js'
import { fromBatchLast, rowsOf, toBatchLast, withZeroRow } from './batch-last.js'

/**
 * Which pixel of an image lies at each place [A, B]: under tap A of window B, or at element A of tile B. Undefined outside of the
 * image.
 */
export type Places = readonly (readonly (number | undefined)[])[]

/** The pixel of a row and a column; undefined outside of the image. */
export function pixelAt([, height, width]: Shape, row: number, column: number): number | undefined {
  const inside = row >= 0 && row < height && column >= 0 && column < width
  return inside ? row * width + column : undefined
}

export interface Windows {
  /** [N, H, W, C] */
  readonly image: Shape
  /** [kh, kw, ...] */
  readonly kernel: Shape
  /** [N, OH, OW, ...] */
  readonly output: Shape
  readonly strides: readonly [number, number]
  readonly padding: Padding
}

/** For each tap and each window the pixel beneath. */
export function windowPlaces({ image, kernel, output, strides, padding: { low } }: Windows): Places {
  return range(kernel[0] * kernel[1]).map((tap) =>
    range(output[1] * output[2]).map((window) => {
      const row = Math.floor(window / output[2]) * strides[0] - low[0] + Math.floor(tap / kernel[1])
      const column = (window % output[2]) * strides[1] - low[1] + (tap % kernel[1])
      return pixelAt(image, row, column)
    }),
  )
}

/** An image of shape [N, H, W, C] -> its pixels at every place, [A C B, N]; zeros outside. */
export function pixelsAt(x: string, image: Shape, places: Places, writer: NodeWriter): string {
  const [, height, width, channels] = image
  const pixels = height * width
  const outside = channels * pixels
  const table = places.flatMap((list) =>
    range(channels).flatMap((channel) =>
      list.map((pixel) => (pixel === undefined ? outside : channel * pixels + pixel)),
    ),
  )
  const rows = writer.reshape(toBatchLast(x, image, writer), [outside, -1])
  return rowsOf(table.includes(outside) ? withZeroRow(rows, writer) : rows, outside, table, writer)
}

/**
 * The adjoint: what lies at the places, [A C B, N], -> an image of shape [N, H, W, C], each pixel the sum of its places. Where these
 * are more for some pixels than for others (`unevenly`), one more row follows, of zeros.
 */
export function sumAt(rows: string, image: Shape, places: Places, writer: NodeWriter): string {
  const [, height, width, channels] = image
  const sum = rowSums(rows, channels, placesOf(image, places), places, writer)
  return fromBatchLast(writer.reshape(sum, [channels, height, width, -1]), writer)
}

/** The same for rows that hold all channels of a place, [A B, N C]. */
export function sumOfAllChannelsAt(rows: string, image: Shape, places: Places, writer: NodeWriter): string {
  const [, height, width, channels] = image
  const sum = rowSums(rows, 1, placesOf(image, places), places, writer)
  return writer.transpose(writer.reshape(sum, [height, width, -1, channels]), [2, 0, 1, 3])
}

/** [A C B, length] -> [C pixels, length] */
function rowSums(
  rows: string,
  channels: number,
  placesOfPixel: readonly (readonly Place[])[],
  places: Places,
  writer: NodeWriter,
): string {
  const columns = places[0].length
  const zeros = places.length * channels * columns
  const layers = range(Math.max(1, ...placesOfPixel.map((list) => list.length))).map((layer) => {
    const table = range(channels).flatMap((channel) =>
      placesOfPixel.map((list) => {
        if (layer >= list.length) return zeros
        const { a, b } = list[layer]
        return (a * channels + channel) * columns + b
      }),
    )
    return rowsOf(rows, zeros, table, writer)
  })
  return layers.reduce((all, layer) => writer.node('Add', [all, layer]))
}

/** Whether some pixels have more places than others. */
export function unevenly(image: Shape, places: Places): boolean {
  const [first, ...others] = placesOf(image, places)
  return first.length === 0 || others.some((list) => list.length !== first.length)
}

interface Place {
  readonly a: number
  readonly b: number
}

/** For each pixel of an image its places. */
function placesOf([, height, width]: Shape, places: Places): Place[][] {
  const placesOfPixel = range(height * width).map((): Place[] => [])
  for (const [a, list] of places.entries()) {
    for (const [b, pixel] of list.entries()) if (pixel !== undefined) placesOfPixel[pixel].push({ a, b })
  }
  return placesOfPixel
}
