/**
 * Convolutions as row gathers and matrix products over [C, H, W, N] (`batch-last.ts`).
 *
 * An image is a table of pixels, channel by channel, one row of N numbers each. A table of indices, known when the program is
 * written, lays the pixels under each tap of the window one below the other (im2col; a row of zeros stands for what lies outside):
 * [taps C, OH OW N], and one product with the kernel [Cout, taps C] does the rest. The filter gradient is a product over the same rows.
 *
 * `convInput` goes the other way (col2im): a product with the kernel [taps C, Cout] gives what every tap adds to the pixel
 * beneath it, and each pixel gathers and adds up what falls on it: for 5x5 and stride 2 up to nine of the 25, and no product
 * is spent on an inserted zero.
 * Source: Chellapilla et al., "High performance convolutional neural networks for document processing", 2006 (im2col).
 */
import type { Shape } from '../../base/ndarray.js'
import type { NodeWriter } from '../onnx/node-writer.js'
import type { Padding } from '../primitive.js'
import { fromBatchLast, gatherOrZeros, gatherRows, inChannels, range, toBatchLast } from './batch-last.js'
import type { ConvolutionLowering } from './convolution.js'

type Pair = readonly [number, number]

export const gatherLowering: ConvolutionLowering = {
  conv({ inputs: [image, kernel], params: { strides, padding }, output }, x, w, writer) {
    const [height, width, channels, filters] = kernel.shape
    const geometry = { image: image.shape, kernel: kernel.shape, output: output.shape, strides, padding }
    const taps = height * width
    // Turned once here: inside of a product ONNX Runtime turns an operand anew for every block of columns.
    const turned = writer.transpose(writer.reshape(w, [taps, channels, filters]), [2, 0, 1])
    const rows = writer.reshape(turned, [filters, taps * channels])
    const product = writer.node('MatMul', [rows, windowColumns(x, geometry, writer)])
    return fromBatchLast(writer.reshape(product, [filters, output.shape[1], output.shape[2], -1]), writer)
  },

  convFilter({ inputs: [image, outputImage], params: { strides, padding }, output }, x, y, writer) {
    const geometry = { image: image.shape, kernel: output.shape, output: outputImage.shape, strides, padding }
    const gradients = writer.reshape(toBatchLast(y, outputImage.shape, writer), [output.shape[3], -1])
    const product = writer.node('MatMul', [windowColumns(x, geometry, writer), writer.transpose(gradients, [1, 0])])
    return writer.reshape(product, output.shape)
  },

  convInput({ inputs: [image, kernel], params: { strides, padding }, output }, y, w, writer) {
    const [height, width, channels, filters] = kernel.shape
    const rows = height * width * channels
    const layers = scatterTables({ image: output.shape, kernel: kernel.shape, output: image.shape, strides, padding })
    // One more row, of zeros: what is added to a pixel that fewer taps fall on than on others.
    const zeros = layers.some((table) => table.includes(undefined)) ? 1 : 0
    const matrix = writer.reshape(w, [rows, filters])
    const padded = zeros ? writer.node('Pad', [matrix, writer.integers([0, 1]), '', writer.integers([0])]) : matrix
    const product = writer.node('MatMul', [padded, writer.reshape(toBatchLast(y, image.shape, writer), [filters, -1])])
    const positions = image.shape[1] * image.shape[2]
    const parts = writer.reshape(product, [(rows + zeros) * positions, -1])
    const sum = layers
      .map((table) =>
        gatherRows(
          parts,
          table.map((row) => row ?? rows * positions),
          writer,
        ),
      )
      .reduce((all, layer) => writer.node('Add', [all, layer]))
    return fromBatchLast(writer.reshape(sum, [channels, output.shape[1], output.shape[2], -1]), writer)
  },
}

interface Convolution {
  /** [N, H, W, C] */
  readonly image: Shape
  /** [kh, kw, C, Cout] */
  readonly kernel: Shape
  /** [N, OH, OW, Cout] */
  readonly output: Shape
  readonly strides: Pair
  readonly padding: Padding
}

/** The pixels of every channel under each tap: [taps C, OH OW N]. */
function windowColumns(x: string, convolution: Convolution, writer: NodeWriter): string {
  const { image, kernel } = convolution
  const [, height, width, channels] = image
  const pixels = height * width
  const table = inChannels(windowTable(convolution), channels, (pixel, channel) => channel * pixels + pixel)
  const rows = writer.reshape(toBatchLast(x, image, writer), [channels * pixels, -1])
  return writer.reshape(gatherOrZeros(rows, channels * pixels, table, writer), [kernel[0] * kernel[1] * channels, -1])
}

/** For each tap and each window the pixel beneath; undefined outside of the image. */
function windowTable({ image, kernel, output, strides, padding: { low } }: Convolution): (number | undefined)[][] {
  const [, height, width] = image
  return range(kernel[0] * kernel[1]).map((tap) =>
    range(output[1] * output[2]).map((window) => {
      const row = Math.floor(window / output[2]) * strides[0] - low[0] + Math.floor(tap / kernel[1])
      const column = (window % output[2]) * strides[1] - low[1] + (tap % kernel[1])
      const inside = row >= 0 && row < height && column >= 0 && column < width
      return inside ? row * width + column : undefined
    }),
  )
}

/**
 * The same seen from the pixels of every channel: which rows of [taps C OH OW] fall on each, as many tables as the most have;
 * undefined where one has fewer.
 */
function scatterTables(convolution: Convolution): (number | undefined)[][] {
  const { image, output } = convolution
  const [, height, width, channels] = image
  const positions = output[1] * output[2]
  const falling = range(height * width).map((): { tap: number; window: number }[] => [])
  for (const [tap, windows] of windowTable(convolution).entries()) {
    for (const [window, pixel] of windows.entries()) if (pixel !== undefined) falling[pixel].push({ tap, window })
  }
  return range(Math.max(1, ...falling.map((list) => list.length))).map((layer) =>
    range(channels).flatMap((channel) =>
      falling.map((list) =>
        layer < list.length ? (list[layer].tap * channels + channel) * positions + list[layer].window : undefined,
      ),
    ),
  )
}
