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
 * 5x5 with stride 2: 49 products for 4x4 pixels of x where the direct sum takes 100 (m = 2), 121 for 8x8 instead of 400 (m = 4).
 *
 * Tiles are laid out [element, tile, N, C], so that gathers move rows of N C numbers and a transform is one matrix product.
 */
import { fromNumbers } from '../../base/ndarray.js'
import type { NodeWriter } from '../onnx/node-writer.js'
import type { ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { cookToom } from './cook-toom.js'

/** Rows of numbers. */
type Matrix = readonly (readonly number[])[]

/** One axis of a convolution cut into tiles: block t is pixels s m t ... of x and elements m t + tileLow ... of y. */
interface Axis {
  readonly tiles: number
  /** Pixels of x in a tile: stride times m. */
  readonly block: number
  /** m: elements of y from one tile to the next. */
  readonly step: number
  /** Elements of y in a tile (they overlap), and the first of tile 0. */
  readonly length: number
  readonly tileLow: number
  /** [product][pixel of x], [product][tap], [product][element of y] */
  readonly tx: Matrix
  readonly tw: Matrix
  readonly ty: Matrix
}

/** Most taps of a phase: with more, float32 loses more digits than a network can spare. */
const mostTaps = 3

/** Whether minimal filtering with tiles of this kind keeps float32's precision. */
export function winogradFits(equation: ConvolutionEquation): boolean {
  const { strides } = equation.params
  const [height, width] = kernelOf(equation)
  return Math.ceil(height / strides[0]) <= mostTaps && Math.ceil(width / strides[1]) <= mostTaps
}

/** Minimal filtering for m x m neighbouring positions of each phase. */
export function winogradLowering(m: 2 | 4): ConvolutionLowering {
  return {
    conv(equation, x, w, writer) {
      const plan = planOf(equation, m)
      const product = writer.node('MatMul', [transformedX(x, plan, writer), transformedW(w, plan, writer)])
      return restoredY(product, plan, writer)
    },
    convInput(equation, y, w, writer) {
      const plan = planOf(equation, m)
      const kernel = writer.transpose(transformedW(w, plan, writer), [0, 2, 1])
      return restoredX(writer.node('MatMul', [transformedY(y, plan, writer), kernel]), plan, writer)
    },
    convFilter(equation, x, y, writer) {
      const plan = planOf(equation, m)
      const image = writer.transpose(transformedX(x, plan, writer), [0, 2, 1])
      const product = writer.node('MatMul', [image, transformedY(y, plan, writer)])
      const { kernel, channels, filters } = plan
      const taps = transform(transposed(plan.tw), product, writer)
      return writer.reshape(taps, [...kernel, channels, filters])
    },
  }
}

interface Plan {
  readonly axes: readonly [Axis, Axis]
  readonly kernel: readonly [number, number]
  /** Height and width of x and of y. */
  readonly large: readonly [number, number]
  readonly small: readonly [number, number]
  readonly channels: number
  readonly filters: number
  readonly products: number
  readonly tx: readonly [Matrix, Matrix]
  readonly tw: readonly [Matrix, Matrix]
  readonly ty: readonly [Matrix, Matrix]
}

function kernelOf(equation: ConvolutionEquation): readonly [number, number] {
  if (equation.primitive === 'convFilter') return equation.params.kernelSize
  const [height, width] = equation.inputs[1].shape
  return [height, width]
}

function planOf(equation: ConvolutionEquation, m: number): Plan {
  const { strides, padding } = equation.params
  const kernel = kernelOf(equation)
  const [x, y] =
    equation.primitive === 'conv'
      ? [equation.inputs[0].shape, equation.output.shape]
      : equation.primitive === 'convInput'
        ? [equation.output.shape, equation.inputs[0].shape]
        : [equation.inputs[0].shape, equation.inputs[1].shape]
  const along = (i: 0 | 1) => axisOf({ size: x[i + 1], kernel: kernel[i], stride: strides[i], low: padding.low[i], m })
  const axes = [along(0), along(1)] as const
  const both = (name: 'tx' | 'tw' | 'ty') => [axes[0][name], axes[1][name]] as const
  return {
    axes,
    kernel,
    large: [x[1], x[2]],
    small: [y[1], y[2]],
    channels: x[3],
    filters: y[3],
    products: axes[0].tx.length * axes[1].tx.length,
    tx: both('tx'),
    tw: both('tw'),
    ty: both('ty'),
  }
}

/** The transforms of one axis, the phases' one below the other. */
function axisOf({
  size,
  kernel,
  stride,
  low,
  m,
}: {
  size: number
  kernel: number
  stride: number
  low: number
  m: number
}): Axis {
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
  return { tiles: Math.ceil(size / block), block, step: m, length, tileLow, tx, tw, ty }
}

/** Numbers at start, start + step, ... of a row of zeros. */
function spread(numbers: readonly number[], length: number, start: number, step: number): number[] {
  const row = new Array<number>(length).fill(0)
  for (const [i, value] of numbers.entries()) row[start + step * i] = value
  return row
}

/** x [N, H, W, C] -> [products, tiles N, C] */
function transformedX(x: string, { axes: [v, h], large, channels, products, tx }: Plan, writer: NodeWriter): string {
  const whole = [v.tiles * v.block, h.tiles * h.block]
  const missing = [whole[0] - large[0], whole[1] - large[1]]
  const image =
    missing[0] + missing[1] > 0
      ? writer.node('Pad', [x, writer.integers([0, 0, ...missing]), '', writer.integers([1, 2])])
      : x
  const tiles = writer.reshape(image, [-1, v.tiles, v.block, h.tiles, h.block, channels])
  const elements = writer.transpose(tiles, [2, 4, 1, 3, 0, 5])
  return writer.reshape(transform(tx, elements, writer), [products, -1, channels])
}

/** [products, tiles N, C] -> x [N, H, W, C] */
function restoredX(product: string, { axes: [v, h], large, channels, tx }: Plan, writer: NodeWriter): string {
  const elements = writer.reshape(transform(transposed(tx), product, writer), [
    v.block,
    h.block,
    v.tiles,
    h.tiles,
    -1,
    channels,
  ])
  const whole = [v.tiles * v.block, h.tiles * h.block]
  const image = writer.reshape(writer.transpose(elements, [4, 2, 0, 3, 1, 5]), [-1, ...whole, channels])
  if (whole[0] === large[0] && whole[1] === large[1]) return image
  return writer.node('Slice', [image, writer.integers([0, 0]), writer.integers(large), writer.integers([1, 2])])
}

/** w [kh, kw, C, F] -> [products, C, F] */
function transformedW(w: string, { kernel, channels, filters, products, tw }: Plan, writer: NodeWriter): string {
  const taps = writer.reshape(w, [kernel[0] * kernel[1], channels * filters])
  return writer.reshape(transform(tw, taps, writer), [products, channels, filters])
}

/** y [N, h, w, F] -> [products, tiles N, F]; what lies outside of y is zero. */
function transformedY(y: string, { axes, small, filters, products, ty }: Plan, writer: NodeWriter): string {
  const rows = writer.transpose(writer.reshape(y, [-1, small[0] * small[1], filters]), [1, 0, 2])
  const padded = writer.node('Pad', [rows, writer.integers([0, 1]), '', writer.integers([0])])
  const table = tilePixels(axes, small).map((pixel) => pixel ?? small[0] * small[1])
  const elements = writer.node('Gather', [padded, indices(table, writer)], { axis: 0 })
  return writer.reshape(transform(ty, elements, writer), [products, -1, filters])
}

/** [products, tiles N, F] -> y [N, h, w, F]: every pixel of y is the sum of the tile elements that lie on it. */
function restoredY(product: string, { axes, small, filters, ty }: Plan, writer: NodeWriter): string {
  const tiles = axes[0].tiles * axes[1].tiles
  const length = axes[0].length * axes[1].length
  // One row of zeros more: tile elements for pixels that fewer tiles cover than others.
  const [v, h] = transposed(ty)
  const elements = transform([[...v, new Array<number>(v[0].length).fill(0)], h], product, writer)
  const rows = writer.reshape(elements, [(length + axes[1].length) * tiles, -1, filters])
  const covering = Array.from({ length: small[0] * small[1] }, (): number[] => [])
  for (const [place, pixel] of tilePixels(axes, small).entries()) {
    if (pixel !== undefined) covering[pixel].push(place)
  }
  const depth = Math.max(...covering.map((places) => places.length))
  let sum: string | undefined
  for (let layer = 0; layer < depth; layer++) {
    const table = covering.map((places) => places[layer] ?? length * tiles)
    const part = writer.node('Gather', [rows, indices(table, writer)], { axis: 0 })
    sum = sum === undefined ? part : writer.node('Add', [sum, part])
  }
  return writer.reshape(writer.transpose(sum as string, [1, 0, 2]), [-1, ...small, filters])
}

/** For each element of a tile and each tile the pixel of y beneath it; undefined outside. */
function tilePixels([v, h]: readonly [Axis, Axis], [height, width]: readonly [number, number]): (number | undefined)[] {
  const pixels: (number | undefined)[] = []
  for (let ev = 0; ev < v.length; ev++) {
    for (let eh = 0; eh < h.length; eh++) {
      for (let tv = 0; tv < v.tiles; tv++) {
        for (let th = 0; th < h.tiles; th++) {
          const row = v.step * tv + v.tileLow + ev
          const column = h.step * th + h.tileLow + eh
          const inside = row >= 0 && row < height && column >= 0 && column < width
          pixels.push(inside ? row * width + column : undefined)
        }
      }
    }
  }
  return pixels
}

/** Transforms of both axes: matrices [A, B] and [C, D], values [B D, ...] -> [A C, rest]. */
function transform([v, h]: readonly [Matrix, Matrix], values: string, writer: NodeWriter): string {
  const rows = writer.node('MatMul', [constant(v, writer), writer.reshape(values, [v[0].length, -1])])
  const both = writer.node('MatMul', [constant(h, writer), writer.reshape(rows, [v.length, h[0].length, -1])])
  return writer.reshape(both, [v.length * h.length, -1])
}

function constant(matrix: Matrix, writer: NodeWriter): string {
  return writer.constant(fromNumbers('float32', [matrix.length, matrix[0].length], matrix.flat()))
}

function indices(table: readonly number[], writer: NodeWriter): string {
  return writer.constant(fromNumbers('int32', [table.length], table))
}

function transposed([v, h]: readonly [Matrix, Matrix]): [Matrix, Matrix] {
  const turned = (matrix: Matrix) => matrix[0].map((_, column) => matrix.map((row) => row[column]))
  return [turned(v), turned(h)]
}

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n
}
