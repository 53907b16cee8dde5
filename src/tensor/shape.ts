/**
 * What shape comes out: broadcasting, products, reductions, moves, convolutions.
 * One function per operation takes shapes and parameters and returns the output shape or throws; every shape
 * error is born here, and nothing else repeats the arithmetic.
 * Axes: N batch, H height, W width, Cin and Cout channels, kh and kw kernel height and width.
 */
import { type Shape, sizeOf } from '../base/ndarray.js'
import type { Padding } from './primitive.js'
import { ProgramError } from './program-error.js'

/** A shape as people write it: `[2, 3]`. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i])
}

/** Every axis a whole number from 0. */
export function checkShape(name: string, shape: readonly number[]): void {
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ProgramError(`${name}: ${showShape(shape)} is not a shape; axes are whole numbers from 0`)
  }
}

/** NumPy's broadcasting of several shapes: aligned at the last axis, an axis of 1 stretches. */
export function broadcastShapes(name: string, ...shapes: Shape[]): Shape {
  const rank = Math.max(...shapes.map((s) => s.length))
  const out = new Array<number>(rank).fill(1)
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i
      if (shape[i] === 1 || shape[i] === out[axis]) continue
      if (out[axis] !== 1) {
        throw new ProgramError(`${name}: shapes ${shapes.map(showShape).join(' and ')} do not broadcast to one`)
      }
      out[axis] = shape[i]
    }
  }
  return out
}

/** Axes that broadcasting `from` to `to` added or stretched, as axes of `to`. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const added = to.length - from.length
  return to.flatMap((n, axis) => (axis < added || (from[axis - added] === 1 && n !== 1) ? [axis] : []))
}

export function broadcastToShape(from: Shape, to: Shape): Shape {
  checkShape('broadcastTo', to)
  const added = to.length - from.length
  if (added < 0 || from.some((n, i) => n !== 1 && n !== to[i + added])) {
    throw new ProgramError(`broadcastTo: ${showShape(from)} does not broadcast to ${showShape(to)}`)
  }
  return to
}

/** [..., M, K] x [..., K, N] -> [..., M, N]; leading axes broadcast. */
export function matmulShape(a: Shape, b: Shape): Shape {
  if (a.length < 2 || b.length < 2) {
    throw new ProgramError(`matmul takes matrices, but got shapes ${showShape(a)} and ${showShape(b)}`)
  }
  const [m, k] = a.slice(-2)
  const [k2, n] = b.slice(-2)
  if (k !== k2) {
    throw new ProgramError(
      `matmul: ${showShape(a)} and ${showShape(b)} do not fit; the first ends in ${k}, the second has ${k2} rows`,
    )
  }
  return [...broadcastShapes('matmul', a.slice(0, -2), b.slice(0, -2)), m, n]
}

/** Axes as ascending numbers from 0; negative ones count from the end, none given means all. */
export function normaliseAxes(name: string, shape: Shape, axes?: number | readonly number[]): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis)
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => normaliseAxis(name, shape, axis))
  const unique = [...new Set(list)].sort((a, b) => a - b)
  if (unique.length !== list.length) throw new ProgramError(`${name}: axes ${showShape(list)} name an axis twice`)
  return unique
}

export function normaliseAxis(name: string, shape: Shape, axis: number): number {
  const counted = axis < 0 ? axis + shape.length : axis
  if (!Number.isInteger(axis) || counted < 0 || counted >= shape.length) {
    throw new ProgramError(`${name}: ${showShape(shape)} has no axis ${axis}`)
  }
  return counted
}

/** The reduced axes disappear. */
export function reduceShape(name: string, shape: Shape, axes: readonly number[]): Shape {
  const reduced = new Set(normaliseAxes(name, shape, axes))
  return shape.filter((_, axis) => !reduced.has(axis))
}

/** The largest of nothing is not a number, so its axes must hold something. */
export function reduceMaxShape(shape: Shape, axes: readonly number[]): Shape {
  if (axes.some((axis) => shape[axis] === 0)) {
    throw new ProgramError(`max: ${showShape(shape)} is empty along axes ${showShape(axes)}`)
  }
  return reduceShape('max', shape, axes)
}

/** The reduced axes stay, with one element each. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
}

export function reshapeShape(from: Shape, to: Shape): Shape {
  checkShape('reshape', to)
  if (sizeOf(from) !== sizeOf(to)) {
    throw new ProgramError(
      `reshape: ${showShape(from)} has ${sizeOf(from)} elements, but ${showShape(to)} has ${sizeOf(to)}`,
    )
  }
  return to
}

/** Fills in the one axis given as -1. */
export function resolveReshape(from: Shape, to: readonly number[]): Shape {
  const at = to.indexOf(-1)
  if (at < 0) return to
  const known = sizeOf(to.filter((_, axis) => axis !== at))
  const missing = sizeOf(from) / known
  if (!Number.isInteger(missing)) {
    throw new ProgramError(`reshape: the ${sizeOf(from)} elements of ${showShape(from)} do not fill ${showShape(to)}`)
  }
  return to.map((n, axis) => (axis === at ? missing : n))
}

export function transposeShape(shape: Shape, permutation: readonly number[]): Shape {
  const sorted = [...permutation].sort((a, b) => a - b)
  if (permutation.length !== shape.length || sorted.some((axis, i) => axis !== i)) {
    throw new ProgramError(`transpose: ${showShape(permutation)} does not permute the axes of ${showShape(shape)}`)
  }
  return permutation.map((axis) => shape[axis])
}

export function concatShape(shapes: readonly Shape[], axis: number): Shape {
  if (shapes.length === 0) throw new ProgramError('concat takes at least one tensor')
  const first = shapes[0]
  normaliseAxis('concat', first, axis)
  for (const shape of shapes) {
    if (shape.length !== first.length || shape.some((n, i) => i !== axis && n !== first[i])) {
      throw new ProgramError(
        `concat: ${showShape(first)} and ${showShape(shape)} differ in more than the joined axis ${axis}`,
      )
    }
  }
  return first.map((n, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[i], 0) : n))
}

/** Elements start <= i < end of every axis. */
export function sliceShape(shape: Shape, start: readonly number[], end: readonly number[]): Shape {
  const fits =
    start.length === shape.length &&
    end.length === shape.length &&
    shape.every((n, i) => Number.isInteger(start[i]) && 0 <= start[i] && start[i] <= end[i] && end[i] <= n)
  if (!fits) {
    throw new ProgramError(`slice: ${showShape(start)} to ${showShape(end)} is not a part of ${showShape(shape)}`)
  }
  return shape.map((_, i) => end[i] - start[i])
}

export function padShape(shape: Shape, low: readonly number[], high: readonly number[]): Shape {
  const isCount = (n: number) => Number.isInteger(n) && n >= 0
  if (low.length !== shape.length || high.length !== shape.length || !low.every(isCount) || !high.every(isCount)) {
    throw new ProgramError(
      `pad: ${showShape(low)} before and ${showShape(high)} behind do not pad the axes of ${showShape(shape)}`,
    )
  }
  return shape.map((n, i) => low[i] + n + high[i])
}

/** table [R, ...], indices [...I] -> [...I, ...] */
export function takeShape(table: Shape, indices: Shape): Shape {
  if (table.length === 0)
    throw new ProgramError(`take: a table of shape [] has no rows for indices ${showShape(indices)}`)
  return [...indices, ...table.slice(1)]
}

type Pair = readonly [number, number]

/**
 * The padding under which a convolution gives ceil(size / stride) positions; the odd row goes behind.
 * Source: TensorFlow's `SAME`, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export function samePadding(size: Pair, kernel: Pair, strides: Pair): Padding {
  const total = size.map((n, i) => Math.max((Math.ceil(n / strides[i]) - 1) * strides[i] + kernel[i] - n, 0))
  const low: Pair = [Math.floor(total[0] / 2), Math.floor(total[1] / 2)]
  return { low, high: [total[0] - low[0], total[1] - low[1]] }
}

/** Positions of a kernel of `kernel` in a padded axis of `size`: floor((low + size + high - kernel) / stride) + 1. */
function positions(size: number, kernel: number, stride: number, low: number, high: number): number {
  return Math.floor((low + size + high - kernel) / stride) + 1
}

function convSize(name: string, size: Pair, kernel: Pair, strides: Pair, padding: Padding): [number, number] {
  const isPositiveInteger = (n: number) => Number.isInteger(n) && n >= 1
  if (!strides.every(isPositiveInteger))
    throw new ProgramError(`${name}: strides ${showShape(strides)} are not whole numbers from 1`)
  const out = [0, 1].map((i) => positions(size[i], kernel[i], strides[i], padding.low[i], padding.high[i]))
  if (!out.every(isPositiveInteger)) {
    throw new ProgramError(
      `${name}: a ${showShape(kernel)} kernel does not fit into a ${showShape(size)} image with padding ` +
        `${showShape(padding.low)} and ${showShape(padding.high)}`,
    )
  }
  return [out[0], out[1]]
}

function checkImage(name: string, role: string, shape: Shape, axes: string): void {
  if (shape.length !== 4) throw new ProgramError(`${name} takes ${role} [${axes}], but got shape ${showShape(shape)}`)
}

/** x [N, H, W, Cin], w [kh, kw, Cin, Cout] -> y [N, OH, OW, Cout] */
export function convShape(x: Shape, w: Shape, strides: Pair, padding: Padding): Shape {
  checkImage('conv', 'images', x, 'N, H, W, Cin')
  checkImage('conv', 'a kernel', w, 'kh, kw, Cin, Cout')
  if (x[3] !== w[2]) {
    throw new ProgramError(
      `conv: images ${showShape(x)} have ${x[3]} channels, but the kernel ${showShape(w)} takes ${w[2]}`,
    )
  }
  const size = convSize('conv', [x[1], x[2]], [w[0], w[1]], strides, padding)
  return [x[0], ...size, w[3]]
}

/** y [N, OH, OW, Cout], w [kh, kw, Cin, Cout] -> x [N, H, W, Cin] for an `inputSize` [H, W] that `conv` takes to [OH, OW] */
export function convInputShape(y: Shape, w: Shape, strides: Pair, padding: Padding, inputSize: Pair): Shape {
  checkImage('convInput', 'images', y, 'N, OH, OW, Cout')
  checkImage('convInput', 'a kernel', w, 'kh, kw, Cin, Cout')
  if (y[3] !== w[3]) {
    throw new ProgramError(
      `convInput: images ${showShape(y)} have ${y[3]} channels, but the kernel ${showShape(w)} takes ${w[3]}`,
    )
  }
  checkShape('convInput', inputSize)
  const size = convSize('convInput', inputSize, [w[0], w[1]], strides, padding)
  if (!sameShape(size, [y[1], y[2]])) {
    throw new ProgramError(
      `convInput: a convolution of ${showShape(inputSize)} by ${showShape(w)} gives ${showShape(size)}, ` +
        `not the ${showShape([y[1], y[2]])} of ${showShape(y)}`,
    )
  }
  return [y[0], ...inputSize, w[2]]
}

/** x [N, H, W, Cin], y [N, OH, OW, Cout] -> w [kh, kw, Cin, Cout] for a `kernelSize` [kh, kw] that takes x to y */
export function convFilterShape(x: Shape, y: Shape, strides: Pair, padding: Padding, kernelSize: Pair): Shape {
  checkImage('convFilter', 'images', x, 'N, H, W, Cin')
  checkImage('convFilter', 'images', y, 'N, OH, OW, Cout')
  checkShape('convFilter', kernelSize)
  const size = convSize('convFilter', [x[1], x[2]], kernelSize, strides, padding)
  if (x[0] !== y[0] || !sameShape(size, [y[1], y[2]])) {
    throw new ProgramError(
      `convFilter: a ${showShape(kernelSize)} kernel takes ${showShape(x)} to ${showShape([x[0], ...size])} ` +
        `positions, but the second operand has shape ${showShape(y)}`,
    )
  }
  return [...kernelSize, x[3], y[3]]
}

export const noPadding: Padding = { low: [0, 0], high: [0, 0] }

/** x [N, H, W, C] -> [N, OH, OW, C]; padding is smaller than the window, so that none lies wholly outside. */
export function poolShape(name: string, x: Shape, kernel: Pair, strides: Pair, padding: Padding): Shape {
  checkImage(name, 'images', x, 'N, H, W, C')
  const fits = (side: Pair) => side.every((n, i) => Number.isInteger(n) && n >= 0 && n < kernel[i])
  if (!fits(padding.low) || !fits(padding.high)) {
    throw new ProgramError(
      `${name}: padding ${showShape(padding.low)} and ${showShape(padding.high)} must be from 0 to less than ` +
        `the window ${showShape(kernel)}`,
    )
  }
  return [x[0], ...convSize(name, [x[1], x[2]], kernel, strides, padding), x[3]]
}
