/**
 * Convolutions by the operators ONNX has for them, which take images as [N, C, H, W].
 *
 * The filter gradient is a convolution too: with channels as batch and batch as channels, x is convolved with y as a kernel
 * whose taps are `strides` apart (dilation). Padding behind the image that no window reaches is left out there,
 * and asked for as `output_padding` in the transposed convolution.
 * Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, section 4.
 */
import type { Shape } from '../../../base/ndarray.js'
import type { Padding } from '../../primitive.js'
import type { NodeWriter } from '../format/node-writer.js'
import type { ConvolutionLowering } from './convolution.js'

export const toChannelsFirst = [0, 3, 1, 2]
export const toChannelsLast = [0, 2, 3, 1]
/** Swaps first and last axis of [N, H, W, C] and moves them to the front: [C, N, H, W]. */
const batchAsChannels = [3, 0, 1, 2]
/** [kh, kw, Cin, Cout] to [Cout, Cin, kh, kw]. */
export const kernelChannelsFirst = [3, 2, 0, 1]

type Pair = readonly [number, number]

export const nativeLowering: ConvolutionLowering = {
  conv({ inputs: [image, kernel], params: { strides, padding } }, x, w, writer) {
    const { low, high } = clamp(padding)
    const cropped = crop(x, image.shape, padding, writer)
    const y = writer.node(
      'Conv',
      [writer.transpose(cropped, toChannelsFirst), writer.transpose(w, kernelChannelsFirst)],
      { kernel_shape: kernel.shape.slice(0, 2), strides, pads: [...low, ...high] },
    )
    return writer.transpose(y, toChannelsLast)
  },

  convInput({ inputs: [image, kernel], params: { strides, padding, inputSize } }, y, w, writer) {
    const { low, high } = clamp(padding)
    const rest = unreached(inputSize, kernel.shape, padding, strides, image.shape)
    const x = writer.node(
      'ConvTranspose',
      [writer.transpose(y, toChannelsFirst), writer.transpose(w, kernelChannelsFirst)],
      { kernel_shape: kernel.shape.slice(0, 2), strides, pads: [...low, ...high], output_padding: rest },
    )
    return uncrop(writer.transpose(x, toChannelsLast), padding, writer)
  },

  convFilter({ inputs: [image, outputImage], params: { strides, padding, kernelSize } }, x, y, writer) {
    const rest = unreached(spatial(image.shape), kernelSize, padding, strides, outputImage.shape)
    const reached: Padding = {
      low: padding.low,
      high: [padding.high[0] - rest[0], padding.high[1] - rest[1]],
    }
    const { low, high } = clamp(reached)
    const cropped = crop(x, image.shape, reached, writer)
    const w = writer.node('Conv', [writer.transpose(cropped, batchAsChannels), writer.transpose(y, batchAsChannels)], {
      kernel_shape: spatial(outputImage.shape),
      dilations: strides,
      pads: [...low, ...high],
    })
    // [Cin, Cout, kh, kw]
    return writer.transpose(w, [2, 3, 0, 1])
  },
}

function spatial(shape: Shape): Pair {
  return [shape[1], shape[2]]
}

/** Rows and columns at the end of the padded image that no window covers. */
function unreached(size: Pair, kernel: Shape, { low, high }: Padding, strides: Pair, output: Shape): Pair {
  const along = (i: 0 | 1) => size[i] + low[i] + high[i] - kernel[i] - strides[i] * (output[i + 1] - 1)
  return [along(0), along(1)]
}

function clamp({ low, high }: Padding): Padding {
  const positive = (pair: Pair): Pair => [Math.max(0, pair[0]), Math.max(0, pair[1])]
  return { low: positive(low), high: positive(high) }
}

/** Operators take no negative padding: it is cut off before. */
function crop(x: string, shape: Shape, { low, high }: Padding, writer: NodeWriter): string {
  if (Math.min(...low, ...high) >= 0) return x
  const start = low.map((n) => Math.max(0, -n))
  const end = high.map((n, i) => shape[i + 1] - Math.max(0, -n))
  return writer.node('Slice', [x, writer.integers(start), writer.integers(end), writer.integers([1, 2])])
}

/** The adjoint of `crop`: zeros where the image was cut off. */
function uncrop(x: string, { low, high }: Padding, writer: NodeWriter): string {
  if (Math.min(...low, ...high) >= 0) return x
  const amounts = [...low, ...high].map((n) => Math.max(0, -n))
  return writer.node('Pad', [x, writer.integers(amounts), '', writer.integers([1, 2])])
}
