/**
 * Images as [C, H, W, N], the examples of the batch innermost. Convolutions on the processor are computed so: whatever moves, a
 * pixel under a window or a tile, is a run of N numbers whatever the channels; the columns of every matrix product are as many
 * as fill the processor's lanes, however narrow the layer; a number per channel meets one long run of memory.
 * Programs hold [N, H, W, C]. Between two operators that both work in this layout the two transposes cancel.
 */
import { fromNumbers, type Shape } from '../../../base/ndarray.js'
import { range } from '../../../base/range.js'
import type { NodeWriter } from '../format/node-writer.js'

/** [N, H, W, C] to [C, H, W, N], and back. */
export const batchLast = [3, 1, 2, 0]

/** An image of shape [N, H, W, C] as [C, H, W, N]. */
export function toBatchLast(x: string, [, height, width, channels]: Shape, writer: NodeWriter): string {
  if (writer.transposed(x)) return writer.transpose(x, batchLast)
  const pixels = height * width
  const columns = writer.transpose(writer.reshape(x, [-1, pixels * channels]), [1, 0])
  const order = range(channels).flatMap((channel) => range(pixels).map((pixel) => pixel * channels + channel))
  return writer.reshape(rowsOf(columns, order.length, order, writer), [channels, height, width, -1])
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
  return writer.transpose(rowsOf(writer.reshape(x, [channels * pixels, -1]), order.length, order, writer), [1, 0])
}

/** Rows [R, N] by a table; `count`: R. */
export function rowsOf(rows: string, count: number, table: readonly number[], writer: NodeWriter): string {
  if (table.length === count && table.every((row, i) => row === i)) return rows
  return writer.node('Gather', [rows, writer.constant(fromNumbers('int32', [table.length], table))], { axis: 0 })
}

/**
 * Rows [R, N] -> [R + 1, N], the last of zeros. ONNX Runtime pads on one core and joins on all, so one row is padded, and the row
 * of zeros behind it joined on.
 */
export function withZeroRow(rows: string, writer: NodeWriter): string {
  const [none, one, two] = [0, 1, 2].map((n) => writer.integers([n]))
  const slice = (from: string, start: string, end: string) => writer.node('Slice', [from, start, end, none])
  const padded = writer.node('Pad', [slice(rows, none, one), writer.integers([0, 1]), '', none])
  return writer.node('Concat', [rows, slice(padded, one, two)], { axis: 0 })
}
