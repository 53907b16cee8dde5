/**
 * Convolutions by minimal filtering: fewer products than the direct sum has, at the price of linear transforms before and
 * behind. Winograd, "Arithmetic complexity of computations", 1980; Lavin and Gray, "Fast algorithms for convolutional neural
 * networks", CVPR 2016.
 *
 * A convolution and its two adjoints are the three gradients of one trilinear form, the sum of x[s o - low + k] w[k] y[o].
 * Seen from the pixel of x, positions with equal (p + low) mod s (a phase) meet the same taps, so that each phase is a short
 * filter of stride 1 over y. Filters of r taps for m neighbouring positions take m + r - 1 products instead of m r
 * (Toom and Cook: evaluate at as many points, multiply, interpolate). With the phases of both axes stacked, the form is
 *
 *   sum over products p and tiles of (Tx x)[p] (Tw w)[p] (Ty y)[p]
 *
 * and `conv`, `convInput` and `convFilter` are each a transform of two operands, a batch of matrix products over channels, one for
 * every p, and the transposed transform of the third. A step computes each transformed operand once, whatever needs it.
 * 5x5 with stride 2: 49 products for 4x4 pixels of x where the direct sum takes 100 (m = 2), 289 for 14x14 instead of 1,225 (m = 7).
 *
 * Tiles are laid out [element, C, tile, N] (`batch-last.ts`): a transform is one matrix product along each axis. Gathers bring pixels
 * there and back.
 */
import { fromNumbers, type Shape } from '../../../base/ndarray.js'
import { range } from '../../../base/range.js'
import type { NodeWriter } from '../format/node-writer.js'
import { type ConvolutionEquation, type ConvolutionLowering, imageShapes, kernelShape } from './convolution.js'
import { cookToom } from './cook-toom.js'
import { type Places, pixelAt, pixelsAt, sumAt, sumOfAllChannelsAt, unevenly } from './places.js'
import { type AxisShape, cheapestTiles } from './tile-sizes.js'

/** Rows of numbers. */
type Matrix = readonly (readonly number[])[]

/** How an axis of an image is cut: tile t is the `length` elements from `step` t + `low` on. */
interface Cut {
  readonly tiles: number
  readonly length: number
  readonly step: number
  readonly low: number
}

/** One axis of a convolution cut into tiles. Those of x stand side by side, those of y overlap. */
interface Axis {
  readonly x: Cut
  readonly y: Cut
  /** [product][pixel of x], [product][tap], [product][element of y] */
  readonly tx: Matrix
  readonly tw: Matrix
  readonly ty: Matrix
}

/** Most taps of a phase: with more, float32 loses more digits than a network can spare. */
const mostTaps = 3

/**
 * Whether minimal filtering serves an equation: its phases are short enough for float32, and every tap meets a pixel somewhere.
 * One that meets padding alone has a gradient of exactly zero, of which rounding would leave a trace, and Adam makes whole steps
 * of traces.
 */
export function winogradFits(equation: ConvolutionEquation): boolean {
  const { strides, padding } = equation.params
  const kernel = kernelShape(equation)
  const { x, y } = imageShapes(equation)
  return [0, 1].every((i) => {
    const meets = (tap: number) =>
      range(y[i + 1]).some((position) => {
        const pixel = strides[i] * position - padding.low[i] + tap
        return pixel >= 0 && pixel < x[i + 1]
      })
    return Math.ceil(kernel[i] / strides[i]) <= mostTaps && range(kernel[i]).every(meets)
  })
}

/** Neighbouring positions of each phase in a tile: a number for both axes, or for each what takes the least time. */
export type TileSize = 2 | 4 | 5 | 7 | 'cheapest'

/** Minimal filtering for tiles of a size. */
export function winogradLowering(m: TileSize): ConvolutionLowering {
  return {
    conv(equation, x, w, writer) {
      const plan = planOf(equation, m)
      const kernel = transformedKernel(w, plan, writer)
      const pixels = transformed(x, plan.x, writer)
      // ONNX Runtime is slow to turn the first operand of a product. The smaller one is turned.
      const turned = (operand: string) => writer.transpose(operand, [0, 2, 1])
      return columnsOf(plan.x) < plan.kernel[3]
        ? restoredFromRows(writer.node('MatMul', [turned(pixels), kernel]), plan.y, writer)
        : restored(writer.node('MatMul', [turned(kernel), pixels]), plan.y, writer)
    },
    convInput(equation, y, w, writer) {
      const plan = planOf(equation, m)
      const kernel = transformedKernel(w, plan, writer)
      return restored(writer.node('MatMul', [kernel, transformed(y, plan.y, writer)]), plan.x, writer)
    },
    convFilter(equation, x, y, writer) {
      const plan = planOf(equation, m)
      const gradients = writer.transpose(transformed(y, plan.y, writer), [0, 2, 1])
      const product = writer.node('MatMul', [transformed(x, plan.x, writer), gradients])
      const taps = transform(transposed(plan.kernelTransforms), product, writer)
      return writer.reshape(taps, plan.kernel)
    },
  }
}

type Pair<T> = readonly [T, T]

/** An image of the convolution and its tiles, along both axes. */
interface Tiling {
  /** [N, H, W, C] */
  readonly image: Shape
  readonly cuts: Pair<Cut>
  readonly transforms: Pair<Matrix>
}

interface Plan {
  readonly x: Tiling
  readonly y: Tiling
  readonly kernel: Shape
  readonly kernelTransforms: Pair<Matrix>
}

function planOf(equation: ConvolutionEquation, m: TileSize): Plan {
  const { strides, padding } = equation.params
  const kernel = kernelShape(equation)
  const { x, y } = imageShapes(equation)
  const shapeOf = (i: 0 | 1) => ({ size: x[i + 1], kernel: kernel[i], stride: strides[i] })
  const [vertical, horizontal] = [shapeOf(0), shapeOf(1)]
  const sizes = m === 'cheapest' ? cheapestTiles([vertical, horizontal], x[0]) : [m, m]
  const v = axisOf(vertical, padding.low[0], sizes[0])
  const h = axisOf(horizontal, padding.low[1], sizes[1])
  return {
    x: { image: x, cuts: [v.x, h.x], transforms: [v.tx, h.tx] },
    y: { image: y, cuts: [v.y, h.y], transforms: [v.ty, h.ty] },
    kernel,
    kernelTransforms: [v.tw, h.tw],
  }
}

/** The transforms of one axis, the phases' one below the other. */
function axisOf({ size, kernel, stride }: AxisShape, low: number, m: number): Axis {
  const phases = Array.from({ length: Math.min(stride, kernel) }, (_, first) => {
    const taps = Math.ceil((kernel - first) / stride)
    // Pixel p of this phase meets tap first + stride j at y[(p + low - first) / stride - j].
    const pixel = modulo(first - low, stride)
    const from = (pixel + low - first) / stride - (taps - 1)
    return { first, taps, pixel, from, count: m + taps - 1 }
  })
  const tileLow = Math.min(...phases.map(({ from }) => from))
  const length = Math.max(...phases.map(({ from, count }) => from + count)) - tileLow
  const block = stride * m
  const tx: number[][] = []
  const tw: number[][] = []
  const ty: number[][] = []
  for (const { first, taps, pixel, from } of phases) {
    const { outputs, filter, inputs } = cookToom(m, taps)
    outputs.forEach((row, product) => {
      tx.push(spread(row, block, pixel, stride))
      // The filter runs backwards over y.
      tw.push(spread([...filter[product]].reverse(), kernel, first, stride))
      ty.push(spread(inputs[product], length, from - tileLow, 1))
    })
  }
  const tiles = Math.ceil(size / block)
  return {
    x: { tiles, length: block, step: block, low: 0 },
    y: { tiles, length, step: m, low: tileLow },
    tx,
    tw,
    ty,
  }
}

/** Numbers at start, start + step, ... of a row of zeros. */
function spread(numbers: readonly number[], length: number, start: number, step: number): number[] {
  const row = new Array<number>(length).fill(0)
  for (const [i, value] of numbers.entries()) row[start + step * i] = value
  return row
}

/** An image [N, H, W, C] -> [products, C, tiles N]; what lies outside of the image is zero. */
function transformed(x: string, tiling: Tiling, writer: NodeWriter): string {
  const { image, transforms } = tiling
  const products = transform(transforms, pixelsAt(x, image, tilePlaces(tiling), writer), writer)
  return writer.reshape(products, [productsOf(transforms), image[3], -1])
}

/** [products, C, tiles N] -> an image [N, H, W, C]: every pixel is the sum of the tile elements that lie on it. */
function restored(products: string, tiling: Tiling, writer: NodeWriter): string {
  const places = tilePlaces(tiling)
  const { elements, count } = tileElements(products, tiling, places, writer)
  return sumAt(writer.reshape(elements, [count * tiling.image[3] * places[0].length, -1]), tiling.image, places, writer)
}

/** The same from [products, tiles N, C]. */
function restoredFromRows(products: string, tiling: Tiling, writer: NodeWriter): string {
  const places = tilePlaces(tiling)
  const { elements, count } = tileElements(products, tiling, places, writer)
  return sumOfAllChannelsAt(writer.reshape(elements, [count * places[0].length, -1]), tiling.image, places, writer)
}

/** [products, ...] -> [elements, rest], and behind them elements that are zero if some pixels lie in fewer tiles than others. */
function tileElements(
  products: string,
  { image, transforms }: Tiling,
  places: Places,
  writer: NodeWriter,
): { elements: string; count: number } {
  const [v, h] = transposed(transforms)
  const zeros = unevenly(image, places) ? [new Array<number>(v[0].length).fill(0)] : []
  const matrices = [[...v, ...zeros], h] as const
  return { elements: transform(matrices, products, writer), count: productsOf(matrices) }
}

/** Tiles times examples. */
function columnsOf({ image, cuts: [v, h] }: Tiling): number {
  return v.tiles * h.tiles * image[0]
}

/** w [kh, kw, C, F] -> [products, C, F] */
function transformedKernel(w: string, { kernel, kernelTransforms }: Plan, writer: NodeWriter): string {
  const [height, width, channels, filters] = kernel
  const taps = writer.reshape(w, [height * width, channels * filters])
  const products = transform(kernelTransforms, taps, writer)
  return writer.reshape(products, [productsOf(kernelTransforms), channels, filters])
}

function productsOf([v, h]: Pair<Matrix>): number {
  return v.length * h.length
}

/** For each element of a tile and each tile the pixel beneath it. */
function tilePlaces({ image, cuts: [v, h] }: Tiling): Places {
  return range(v.length * h.length).map((element) =>
    range(v.tiles * h.tiles).map((tile) => {
      const row = v.step * Math.floor(tile / h.tiles) + v.low + Math.floor(element / h.length)
      const column = h.step * (tile % h.tiles) + h.low + (element % h.length)
      return pixelAt(image, row, column)
    }),
  )
}

/**
 * Transforms of both axes: matrices [A, B] and [C, D], values [B D, ...] -> [A C, rest]; that axis first which leaves less in
 * between.
 */
function transform([v, h]: Pair<Matrix>, values: string, writer: NodeWriter): string {
  const along = (matrix: Matrix, from: string, shape: Shape) =>
    writer.node('MatMul', [constant(matrix, writer), writer.reshape(from, shape)])
  const [rows, columns] = [v[0].length, h[0].length]
  const both =
    v.length * columns <= rows * h.length
      ? along(h, along(v, values, [rows, -1]), [v.length, columns, -1])
      : along(v, along(h, values, [rows, columns, -1]), [rows, -1])
  return writer.reshape(both, [v.length * h.length, -1])
}

function constant(matrix: Matrix, writer: NodeWriter): string {
  return writer.constant(fromNumbers('float32', [matrix.length, matrix[0].length], matrix.flat()))
}

function transposed([v, h]: Pair<Matrix>): Pair<Matrix> {
  const turned = (matrix: Matrix) => matrix[0].map((_, column) => matrix.map((row) => row[column]))
  return [turned(v), turned(h)]
}

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n
}
