/**
 * Images as [C, H, W, N], the examples of the batch innermost. Convolutions on the processor are computed so: whatever moves, a
 * pixel under a window or a tile, is a run of N numbers whatever the channels; the columns of every matrix product are as many
 * as fill the processor's lanes, however narrow the layer; a number per channel meets one long run of memory.
 * Programs hold [N, H, W, C]. Between two operators that both work in this layout the two transposes cancel.
 */
import { fromNumbers, type Shape } from '../../base/ndarray.js'
import type { NodeWriter } from '../onnx/node-writer.js'

/** [N, H, W, C] to [C, H, W, N], and back. */
export const batchLast = [3, 1, 2, 0]

/** An image of shape [N, H, W, C] as [C, H, W, N]. */
export function toBatchLast(x: string, [, height, width, channels]: Shape, writer: NodeWriter): string {
  if (writer.transposed(x)) return writer.transpose(x, batchLast)
  const pixels = height * width
  const columns = writer.transpose(writer.reshape(x, [-1, pixels * channels]), [1, 0])
  const order = range(channels).flatMap((channel) => range(pixels).map((pixel) => pixel * channels + channel))
  return writer.reshape(gatherRows(columns, order, writer, order.length), [channels, height, width, -1])
}

export function fromBatchLast(x: string, writer: NodeWriter): string {
  return writer.transpose(x, batchLast)
}

/** The [C, H, W, N] that an image's [N, H, W, C] is a transpose of, if it is one. */
export function heldBatchLast(x: string, writer: NodeWriter): string | undefined {
  return writer.transposed(x, batchLast)
}

/** [C, H, W, N] -> [N, H W C]: two moves of long runs, where one transpose would move single numbers. */
export function flattened(x: string, [, height, width, channels]: Shape, writer: NodeWriter): string {
  const pixels = height * width
  const order = range(pixels).flatMap((pixel) => range(channels).map((channel) => channel * pixels + pixel))
  return writer.transpose(gatherRows(writer.reshape(x, [channels * pixels, -1]), order, writer, order.length), [1, 0])
}

/** Rows [R, N] by a table. */
export function gatherRows(x: string, table: readonly number[], writer: NodeWriter, count?: number): string {
  if (table.length === count && table.every((row, i) => row === i)) return x
  return writer.node('Gather', [x, writer.constant(fromNumbers('int32', [table.length], table))], { axis: 0 })
}

/** The same with a row of zeros where the table has none; `count`: R. */
export function gatherOrZeros(
  x: string,
  count: number,
  table: readonly (number | undefined)[],
  writer: NodeWriter,
): string {
  const padded = table.includes(undefined)
    ? writer.node('Pad', [x, writer.integers([0, 1]), '', writer.integers([0])])
    : x
  return gatherRows(
    padded,
    table.map((row) => row ?? count),
    writer,
    count,
  )
}

/** A table of places [A, B] for each channel: [A, C, B]. */
export function inChannels(
  places: readonly (readonly (number | undefined)[])[],
  channels: number,
  row: (place: number, channel: number) => number,
): (number | undefined)[] {
  return places.flatMap((list) =>
    range(channels).flatMap((channel) => list.map((place) => (place === undefined ? undefined : row(place, channel)))),
  )
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}
