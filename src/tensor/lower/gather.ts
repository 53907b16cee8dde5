/**
 * Convolutions as row gathers and matrix products, in [N, H, W, C] throughout.
 *
 * An image is a table of pixels, one row of C numbers each. A table of indices, the same for every image and known when the
 * program is written, lays the pixels under each window side by side (im2col; a row of zeros stands for what lies outside), and
 * one product with the kernel does the rest. The filter gradient is the transposed product over the same rows, cut into parts
 * where its sum is long. In an image of few channels the pixels of neighbouring
 * windows are taken together (`blockWindows`): fewer and longer copies.
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
    const filters = windows.neighbours * output.shape[3]
    const positions = sizeOf(outputImage.shape.slice(0, 3)) / windows.neighbours
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

/** The pixels under each window, or under a few neighbours, side by side, and the kernel as the matrix that they meet. */
interface Windows {
  /** Numbers under the windows that are taken together. */
  readonly rows: number
  /** Windows that are taken together. */
  readonly neighbours: number
  /** x -> [N OH OW / neighbours, rows] */
  columns(x: string, writer: NodeWriter): string
  /** w -> [rows, neighbours Cout] */
  matrix(w: string, writer: NodeWriter): string
  /** [rows, neighbours Cout] -> w */
  kernel(matrix: string, writer: NodeWriter): string
}

/** A row of fewer numbers takes longer to find than to copy. */
const fewChannels = 8

function windowsOf(convolution: Convolution): Windows {
  return convolution.image[3] < fewChannels ? blockWindows(convolution) : plainWindows(convolution)
}

function plainWindows({ image, kernel, output, strides, padding }: Convolution): Windows {
  const [height, width, channels, filters] = kernel
  return {
    rows: height * width * channels,
    neighbours: 1,
    columns(x, writer) {
      const window = windowTable(image, [height, width], output, strides, padding)
      return writer.reshape(gatherRows(x, image, window, writer), [-1, height * width * channels])
    },
    matrix: (w, writer) => writer.reshape(w, [height * width * channels, filters]),
    kernel: (matrix, writer) => writer.reshape(matrix, kernel),
  }
}

/**
 * For images of few channels: windows beside each other in a row of the image share the `block` of pixels that they start in, and
 * a window of all of them is as many long runs of pixels as it has rows. What a window does not see is multiplied by zeros.
 */
function blockWindows(convolution: Convolution): Windows {
  const { image, kernel, output, strides, padding } = convolution
  const [, height, width, channels] = image
  const [kernelHeight, kernelWidth, , filters] = kernel
  const { neighbours, block, blocks } = blocksOf(convolution)
  const seen = blocks * block
  const rows = kernelHeight * seen * channels
  const padded: Pair = [(output[1] - 1) * strides[0] + kernelHeight, (output[2] / neighbours - 1 + blocks) * block]
  const at = range(neighbours).map((neighbour) => neighbour * strides[1])
  return {
    rows,
    neighbours,
    columns(x, writer) {
      const high = [padded[0] - height - padding.low[0], padded[1] - width - padding.low[1]]
      const pads = writer.integers([...padding.low, ...high])
      const filled = writer.node('Pad', [x, pads, '', writer.integers([1, 2])])
      const runs = [image[0], padded[0], padded[1] / block, block * channels]
      const windows = [output[0], output[1], output[2] / neighbours]
      const table = windowTable(runs, [kernelHeight, blocks], windows, [strides[0], 1], noPadding)
      return writer.reshape(gatherRows(writer.reshape(filled, [-1, ...runs.slice(1)]), runs, table, writer), [-1, rows])
    },
    matrix(w, writer) {
      const shifted = at.map((start) =>
        writer.node('Pad', [w, writer.integers([start, seen - kernelWidth - start]), '', writer.integers([1])]),
      )
      const joined = neighbours === 1 ? shifted[0] : writer.node('Concat', shifted, { axis: 3 })
      return writer.reshape(joined, [rows, neighbours * filters])
    },
    kernel(matrix, writer) {
      const all = writer.reshape(matrix, [kernelHeight, seen, channels, neighbours * filters])
      const own = at.map((start, i) =>
        writer.node('Slice', [
          all,
          writer.integers([start, i * filters]),
          writer.integers([start + kernelWidth, (i + 1) * filters]),
          writer.integers([1, 3]),
        ]),
      )
      return own.reduce((sum, part) => writer.node('Add', [sum, part]))
    },
  }
}

/** How windows beside each other are taken together. */
interface Blocks {
  /** Windows that share a run of pixels. */
  readonly neighbours: number
  /** Pixels from the first window of one group to that of the next. */
  readonly block: number
  /** Blocks that a group of windows reaches into. */
  readonly blocks: number
}

/** Copying a run of pixels takes as long as this many products (measured, AVX-512). */
const productsPerRun = 340
/** Results that a product computes side by side: fewer take as long. */
const lanes = 16

/** Two neighbours at once save copies and fill the processor's lanes where there are few filters; the zeros cost products. */
function blocksOf({ kernel, output, strides }: Convolution): Blocks {
  const [height, width, , filters] = kernel
  const choices = [1, 2].filter((neighbours) => output[2] % neighbours === 0)
  const costs = choices.map((neighbours) => {
    const block = neighbours * strides[1]
    const blocks = Math.ceil((block - strides[1] + width) / block)
    const runs = height * blocks
    const results = lanes * Math.ceil((neighbours * filters) / lanes)
    // One product forwards, one for the gradient.
    const products = 2 * runs * block * kernel[2] * results
    return { neighbours, block, blocks, cost: (runs * productsPerRun + products) / neighbours }
  })
  return costs.reduce((best, choice) => (choice.cost < best.cost ? choice : best))
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

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}
