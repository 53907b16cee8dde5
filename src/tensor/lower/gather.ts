/**
 * Convolutions as row gathers and matrix products, in [N, H, W, C] throughout.
 *
 * An image is a table of pixels, one row of C numbers each. A table of indices, the same for every image and known when the
 * program is written, lays the pixels under each window side by side (im2col; a row of zeros stands for what lies outside), and
 * one product with the kernel does the rest. The filter gradient is the transposed product over the same rows, cut into parts
 * where its sum is long. An image of few channels is first regrouped into fewer pixels of more (`groupedWindows`): a third of the time for the image layer's gradient.
 *
 * `convInput` would scatter. Seen from the pixel that receives, p = s o - low + k: pixels with equal (p + low) mod s (a phase)
 * see the same taps k, so each phase is a convolution of stride 1 over y. For 5x5 and stride 2 these are four, with
 * 9, 6, 6 and 4 of the 25 taps, and no product is spent on an inserted zero.
 * Sources: Chellapilla et al., "High performance convolutional neural networks for document processing", 2006 (im2col);
 * Shi et al., "Is the deconvolution layer the same as a convolutional layer?", arXiv:1609.07009 (phases).
 */
import { fromNumbers, type Shape, sizeOf } from '../../base/ndarray.js'
import type { NodeWriter } from '../onnx/node-writer.js'
import type { Padding } from '../primitive.js'
import { noPadding } from '../shape.js'
import type { ConvolutionLowering } from './convolution.js'

type Pair = readonly [number, number]

/** In an index table: a row of zeros. */
const nothing = -1

export const gatherLowering: ConvolutionLowering = {
  conv({ inputs: [image, kernel], params: { strides, padding }, output }, x, w, writer) {
    const windows = windowsOf({ image: image.shape, kernel: kernel.shape, output: output.shape, strides, padding })
    const product = writer.node('MatMul', [windows.columns(x, writer), windows.matrix(w, writer)])
    return writer.reshape(product, [-1, ...output.shape.slice(1)])
  },

  convFilter({ inputs: [image, outputImage], params: { strides, padding }, output }, x, y, writer) {
    const windows = windowsOf({ image: image.shape, kernel: output.shape, output: outputImage.shape, strides, padding })
    const filters = output.shape[3]
    const positions = sizeOf(outputImage.shape.slice(0, 3))
    const parts = partsOf(positions, filters * windows.rows)
    const inParts = (values: string, length: number) => writer.reshape(values, [parts, positions / parts, length])
    // The narrower operand is the transposed one: ONNX Runtime turns its columns a few at a time.
    const gradients = writer.transpose(inParts(y, filters), [0, 2, 1])
    const products = writer.node('MatMul', [gradients, inParts(windows.columns(x, writer), windows.rows)])
    const sum =
      parts === 1
        ? writer.reshape(products, [filters, windows.rows])
        : writer.node('ReduceSum', [products, writer.integers([0])], { keepdims: 0 })
    return windows.kernel(writer.transpose(sum, [1, 0]), writer)
  },

  convInput({ inputs: [image, kernel], params: { strides, padding }, output }, y, w, writer) {
    const [, , channels, filters] = kernel.shape
    const [, height, width] = output.shape
    const parts: string[] = []
    const place = new Int32Array(height * width).fill(nothing)
    let rows = 0
    for (const { pixels, taps, table } of phases(image.shape, kernel.shape, output.shape, strides, padding)) {
      for (const [i, pixel] of pixels.entries()) place[pixel] = rows + i
      const product = writer.node('MatMul', [
        writer.reshape(gatherRows(y, image.shape, table, writer), [-1, taps.length * filters]),
        transposedTaps(w, kernel.shape, taps, writer),
      ])
      parts.push(writer.reshape(product, [-1, pixels.length, channels]))
      rows += pixels.length
    }
    const joined = parts.length === 1 ? parts[0] : writer.node('Concat', parts, { axis: 1 })
    const x = gatherRows(joined, [-1, rows, channels], place, writer)
    return writer.reshape(x, [-1, height, width, channels])
  },
}

/** The elements under each window side by side: [N, windows, taps, C]. */
export function gatherWindows(x: string, image: Shape, window: Pair, output: Shape, strides: Pair, writer: NodeWriter) {
  const columns = gatherRows(x, image, windowTable(image, window, output, strides, noPadding), writer)
  return writer.reshape(columns, [-1, output[1] * output[2], window[0] * window[1], image[3]])
}

/**
 * Into how many equal parts a sum of products over the positions is cut: a product with few results and a long sum is else
 * computed by one core, or by several that all lay out the whole of one operand.
 */
function partsOf(positions: number, results: number): number {
  const fits = (parts: number) =>
    positions % parts === 0 && positions / parts >= shortestPart && results * parts <= positions * mostResults
  return [16, 8, 4, 2].find(fits) ?? 1
}

/** Shorter sums gain nothing. */
const shortestPart = 1024
/** Adding up more results for a position costs what the parts gain. */
const mostResults = 64

interface Convolution {
  readonly image: Shape
  readonly kernel: Shape
  readonly output: Shape
  readonly strides: Pair
  readonly padding: Padding
}

/** The pixels under each window side by side, and the kernel as the matrix that they are multiplied by. */
interface Windows {
  /** Numbers under a window, filled up. */
  readonly rows: number
  /** x -> [N OH OW, rows] */
  columns(x: string, writer: NodeWriter): string
  /** w -> [rows, Cout] */
  matrix(w: string, writer: NodeWriter): string
  /** [rows, Cout] -> w */
  kernel(matrix: string, writer: NodeWriter): string
}

/** A row of fewer numbers takes longer to find than to copy. */
const fewChannels = 8

function windowsOf(convolution: Convolution): Windows {
  const { image, strides } = convolution
  return image[3] < fewChannels && strides[0] * strides[1] > 1 ? groupedWindows(convolution) : plainWindows(convolution)
}

function plainWindows({ image, kernel, output, strides, padding }: Convolution): Windows {
  const [height, width, channels, filters] = kernel
  return {
    rows: height * width * channels,
    columns(x, writer) {
      const window = windowTable(image, [height, width], output, strides, padding)
      return writer.reshape(gatherRows(x, image, window, writer), [-1, height * width * channels])
    },
    matrix: (w, writer) => writer.reshape(w, [height * width * channels, filters]),
    kernel: (matrix, writer) => writer.reshape(matrix, kernel),
  }
}

/**
 * For images of few channels: strides x strides neighbours become one pixel of as many times the channels, over which the
 * windows step by one. The kernel is filled up with zeros to a multiple of the strides.
 */
function groupedWindows({ image, kernel, output, strides, padding }: Convolution): Windows {
  const [, height, width, channels] = image
  const taps: Pair = [Math.ceil(kernel[0] / strides[0]), Math.ceil(kernel[1] / strides[1])]
  const groups: Pair = [output[1] - 1 + taps[0], output[2] - 1 + taps[1]]
  const depth = strides[0] * strides[1] * channels
  const rows = taps[0] * taps[1] * depth
  const inGroups = [taps[0], strides[0], taps[1], strides[1], channels, kernel[3]]
  return {
    rows,
    columns(x, writer) {
      const high = [height, width].map((size, i) => groups[i] * strides[i] - padding.low[i] - size)
      const pads = writer.integers([...padding.low, ...high])
      const padded = writer.node('Pad', [x, pads, '', writer.integers([1, 2])])
      const split = writer.reshape(padded, [-1, groups[0], strides[0], groups[1], strides[1], channels])
      const grouped = writer.reshape(writer.transpose(split, [0, 1, 3, 2, 4, 5]), [-1, ...groups, depth])
      const table = windowTable([image[0], ...groups, depth], taps, output, [1, 1], noPadding)
      return writer.reshape(gatherRows(grouped, [image[0], ...groups, depth], table, writer), [-1, rows])
    },
    matrix(w, writer) {
      const missing = taps.map((count, i) => count * strides[i] - kernel[i])
      const filled = writer.node('Pad', [w, writer.integers([0, 0, ...missing]), '', writer.integers([0, 1])])
      const grouped = writer.transpose(writer.reshape(filled, inGroups), [0, 2, 1, 3, 4, 5])
      return writer.reshape(grouped, [rows, kernel[3]])
    },
    kernel(matrix, writer) {
      const grouped = writer.reshape(matrix, [taps[0], taps[1], strides[0], strides[1], channels, kernel[3]])
      const whole = taps.map((count, i) => count * strides[i])
      const filled = writer.reshape(writer.transpose(grouped, [0, 2, 1, 3, 4, 5]), [...whole, channels, kernel[3]])
      const end = writer.integers([kernel[0], kernel[1]])
      return writer.node('Slice', [filled, writer.integers([0, 0]), end, writer.integers([0, 1])])
    },
  }
}

/** For each window, row by row, and each of its taps the pixel beneath it. */
function windowTable(image: Shape, kernel: Pair, output: Shape, strides: Pair, { low }: Padding): Int32Array {
  const [, height, width] = image
  const table = new Int32Array(output[1] * output[2] * kernel[0] * kernel[1])
  let at = 0
  for (let oy = 0; oy < output[1]; oy++) {
    for (let ox = 0; ox < output[2]; ox++) {
      for (let ky = 0; ky < kernel[0]; ky++) {
        for (let kx = 0; kx < kernel[1]; kx++) {
          table[at++] = pixelIndex(oy * strides[0] - low[0] + ky, ox * strides[1] - low[1] + kx, height, width)
        }
      }
    }
  }
  return table
}

interface Phase {
  /** The pixels of x that belong to this phase, as row-major positions. */
  readonly pixels: readonly number[]
  /** The taps they see, as row-major positions in the kernel. */
  readonly taps: readonly number[]
  /** For each of the pixels and each of the taps the pixel of y that meets them. */
  readonly table: Int32Array
}

/** The phases that see at least one tap. */
function phases(image: Shape, kernel: Shape, output: Shape, strides: Pair, { low }: Padding): Phase[] {
  const found: Phase[] = []
  for (let phaseY = 0; phaseY < strides[0]; phaseY++) {
    const along = (size: number, start: number, step: number) =>
      Array.from({ length: Math.max(0, Math.ceil((size - start) / step)) }, (_, i) => start + i * step)
    for (let phaseX = 0; phaseX < strides[1]; phaseX++) {
      const tapsY = along(kernel[0], phaseY, strides[0])
      const tapsX = along(kernel[1], phaseX, strides[1])
      const pixelsY = along(output[1], modulo(phaseY - low[0], strides[0]), strides[0])
      const pixelsX = along(output[2], modulo(phaseX - low[1], strides[1]), strides[1])
      const taps = tapsY.flatMap((ky) => tapsX.map((kx) => ky * kernel[1] + kx))
      const pixels = pixelsY.flatMap((py) => pixelsX.map((px) => py * output[2] + px))
      if (taps.length === 0 || pixels.length === 0) continue
      const table = new Int32Array(pixels.length * taps.length)
      let at = 0
      for (const py of pixelsY) {
        for (const px of pixelsX) {
          for (const ky of tapsY) {
            for (const kx of tapsX) {
              const oy = (py + low[0] - ky) / strides[0]
              const ox = (px + low[1] - kx) / strides[1]
              table[at++] = pixelIndex(oy, ox, image[1], image[2])
            }
          }
        }
      }
      found.push({ pixels, taps, table })
    }
  }
  return found
}

function pixelIndex(row: number, column: number, height: number, width: number): number {
  return row >= 0 && row < height && column >= 0 && column < width ? row * width + column : nothing
}

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n
}

/** Rows [N, table length, C] of an image [N, ..., C]; `nothing` gives zeros. */
function gatherRows(x: string, shape: Shape, table: Int32Array, writer: NodeWriter): string {
  const channels = shape[shape.length - 1]
  const rows = shape.slice(1, -1).reduce((product, n) => product * n, 1)
  const image = writer.reshape(x, [-1, rows, channels])
  if (table.length === rows && table.every((row, i) => row === i)) return image
  const padded = table.includes(nothing)
    ? writer.node('Pad', [image, writer.integers([0, 1]), '', writer.integers([1])])
    : image
  const indices = table.map((row) => (row === nothing ? rows : row))
  const constant = writer.constant(fromNumbers('int32', [indices.length], indices))
  return writer.node('Gather', [padded, constant], { axis: 1 })
}

/** Some taps of a kernel [kh, kw, Cin, Cout] as the matrix [taps * Cout, Cin]. */
function transposedTaps(w: string, kernel: Shape, taps: readonly number[], writer: NodeWriter): string {
  const [height, width, channels, filters] = kernel
  const turned = writer.transpose(writer.reshape(w, [height * width, channels, filters]), [0, 2, 1])
  const all = taps.length === height * width
  const picked = all
    ? turned
    : writer.node('Gather', [turned, writer.constant(fromNumbers('int32', [taps.length], taps))], { axis: 0 })
  return writer.reshape(picked, [taps.length * filters, channels])
}
