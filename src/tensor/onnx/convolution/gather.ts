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
import type { NodeWriter } from '../format/node-writer.js'
import { fromBatchLast, toBatchLast, withZeroRow } from './batch-last.js'
import type { ConvolutionLowering } from './convolution.js'
import { pixelsAt, sumAt, unevenly, type Windows, windowPlaces } from './places.js'

export const gatherLowering: ConvolutionLowering = {
  conv({ inputs: [image, kernel], params: { strides, padding }, output }, x, w, writer) {
    const [height, width, channels, filters] = kernel.shape
    const windows = { image: image.shape, kernel: kernel.shape, output: output.shape, strides, padding }
    const taps = height * width
    // Turned once here: inside of a product ONNX Runtime turns an operand anew for every block of columns.
    const turned = writer.transpose(writer.reshape(w, [taps, channels, filters]), [2, 0, 1])
    const rows = writer.reshape(turned, [filters, taps * channels])
    const product = writer.node('MatMul', [rows, columns(x, windows, writer)])
    return fromBatchLast(writer.reshape(product, [filters, output.shape[1], output.shape[2], -1]), writer)
  },

  convFilter({ inputs: [image, outputImage], params: { strides, padding }, output }, x, y, writer) {
    const windows = { image: image.shape, kernel: output.shape, output: outputImage.shape, strides, padding }
    const gradients = writer.reshape(toBatchLast(y, outputImage.shape, writer), [output.shape[3], -1])
    const product = writer.node('MatMul', [columns(x, windows, writer), writer.transpose(gradients, [1, 0])])
    return writer.reshape(product, output.shape)
  },

  convInput({ inputs: [image, kernel], params: { strides, padding }, output }, y, w, writer) {
    const [height, width, channels, filters] = kernel.shape
    const rows = height * width * channels
    const places = windowPlaces({ image: output.shape, kernel: kernel.shape, output: image.shape, strides, padding })
    // One more row gives the zeros for pixels that fewer taps fall on.
    const zeros = unevenly(output.shape, places) ? 1 : 0
    const matrix = writer.reshape(w, [rows, filters])
    const padded = zeros ? withZeroRow(matrix, writer) : matrix
    const product = writer.node('MatMul', [padded, writer.reshape(toBatchLast(y, image.shape, writer), [filters, -1])])
    // Rows that a product gives for all positions, as rows for each.
    const parts = writer.reshape(product, [(rows + zeros) * image.shape[1] * image.shape[2], -1])
    return sumAt(parts, output.shape, places, writer)
  },
}

/** The pixels of every channel under each tap: [taps C, OH OW N]. */
function columns(x: string, windows: Windows, writer: NodeWriter): string {
  const [height, width, channels] = windows.kernel
  return writer.reshape(pixelsAt(x, windows.image, windowPlaces(windows), writer), [height * width * channels, -1])
}
