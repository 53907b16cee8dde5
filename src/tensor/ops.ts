/**
 * What networks are written in. Every function checks its arguments and appends equations to the current trace.
 * Operands broadcast as NumPy does; a plain number takes the element type of the other operand.
 * Images are [N, H, W, C]. Wrong shapes and types throw `ProgramError`.
 */
import { type DType, fromNumbers, type NDArray, sizeOf } from '../base/ndarray.js'
import { requireDtype, requireFloat } from './dtype.js'
import type { Padding, Primitive } from './primitive.js'
import { ProgramError } from './program-error.js'
import {
  keptShape,
  noPadding,
  normaliseAxes,
  normaliseAxis,
  resolveReshape,
  samePadding,
  sameShape,
  showShape,
} from './shape.js'
import { bind, currentBuilder, type Tensor } from './trace.js'

export type Operand = Tensor | number

/**
 * A value known when the program is written. A number is a scalar of `dtype`.
 *
 * @param value an array, or a number for a scalar
 * @param dtype element type of a number; default float32
 * @returns a tensor of the array's shape
 * @throws `ProgramError` outside of a trace, and for a fraction of an integer type
 */
export function constant(value: NDArray | number, dtype: DType = 'float32'): Tensor {
  return typeof value === 'number' ? currentBuilder().scalar(value, dtype) : currentBuilder().constant(value)
}

function pair(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? constant(b, a.dtype) : b]
  return typeof b === 'number' ? [constant(a), constant(b)] : [constant(a, b.dtype), b]
}

type BinaryPrimitive = Extract<Primitive, 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'greater' | 'equal'>

const binary =
  (primitive: BinaryPrimitive) =>
  (a: Operand, b: Operand): Tensor =>
    bind(primitive, pair(a, b), {})

const unary =
  (primitive: Extract<Primitive, 'neg' | 'exp' | 'log' | 'sqrt' | 'tanh' | 'abs'>) =>
  (x: Tensor): Tensor =>
    bind(primitive, [x], {})

/**
 * a + b, element by element.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to
 */
export const add = binary('add')
/**
 * a - b, element by element.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to
 */
export const sub = binary('sub')
/**
 * a * b, element by element.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to
 */
export const mul = binary('mul')
/**
 * a / b, element by element. Integers divide towards zero.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to
 */
export const div = binary('div')
/**
 * The larger, element by element. The gradient of equal elements goes to both by halves, as PyTorch's does.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to
 */
export const maximum = binary('max')
/**
 * The smaller, element by element. Equal elements share the gradient as in `maximum`.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to
 */
export const minimum = binary('min')
/**
 * a > b, bool.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to, bool
 */
export const greater = binary('greater')
/**
 * a == b, bool.
 *
 * @param a a tensor, or a number of the other's element type
 * @param b the other; both broadcast
 * @returns a tensor of the shape that the two broadcast to, bool
 */
export const equal = binary('equal')

/**
 * -x, element by element.
 *
 * @param x numbers of any shape
 * @returns a tensor like x
 */
export const neg = unary('neg')
/**
 * e^x, element by element.
 *
 * @param x floats of any shape
 * @returns a tensor like x
 */
export const exp = unary('exp')
/**
 * The natural logarithm, element by element; NaN below 0.
 *
 * @param x floats of any shape
 * @returns a tensor like x
 */
export const log = unary('log')
/**
 * The square root, element by element; NaN below 0.
 *
 * @param x floats of any shape
 * @returns a tensor like x
 */
export const sqrt = unary('sqrt')
/**
 * The hyperbolic tangent, element by element.
 *
 * @param x floats of any shape
 * @returns a tensor like x
 */
export const tanh = unary('tanh')
/**
 * |x|, element by element. The gradient at 0 is 0.
 *
 * @param x numbers of any shape
 * @returns a tensor like x
 */
export const abs = unary('abs')

/**
 * x * x, element by element.
 *
 * @param x numbers of any shape
 * @returns a tensor like x
 */
export function square(x: Tensor): Tensor {
  return mul(x, x)
}

/**
 * 1 / (1 + e^-x), as (tanh(x/2) + 1) / 2, which overflows nowhere.
 *
 * @param x floats of any shape
 * @returns a tensor like x, 0..1
 */
export function sigmoid(x: Tensor): Tensor {
  return add(mul(tanh(mul(x, 0.5)), 0.5), 0.5)
}

/**
 * log(1 + e^x), as max(x, 0) + log(1 + e^-|x|), which overflows nowhere.
 *
 * @param x floats of any shape
 * @returns a tensor like x
 */
export function softplus(x: Tensor): Tensor {
  return add(maximum(x, 0), log(add(exp(neg(abs(x))), 1)))
}

/**
 * x where x > 0, else 0. The gradient at 0 is 0, as PyTorch's. Written as a product for the reason given at `leakyRelu`.
 *
 * @param x floats of any shape
 * @returns a tensor like x
 */
export function relu(x: Tensor): Tensor {
  return mul(x, cast(greater(x, 0), x.dtype))
}

/**
 * x where x > 0, else slope * x. The gradient at 0 is the slope, as PyTorch's.
 * Written as x times 1 or the slope, so that the gradient is one product.
 *
 * @param x floats of any shape
 * @param slope factor below 0
 * @returns a tensor like x
 */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return mul(x, leakySlope(x, slope))
}

/**
 * 1 where x > 0, else the slope.
 *
 * @param x floats of any shape
 * @param slope factor below 0
 * @returns a tensor like x
 */
export function leakySlope(x: Tensor, slope: number): Tensor {
  return select(greater(x, 0), constant(1, x.dtype), constant(slope, x.dtype))
}

/**
 * condition (bool) ? a : b, element by element.
 *
 * @param condition bool
 * @param a taken where the condition holds
 * @param b taken elsewhere
 * @returns a tensor of the shape that the three broadcast to
 */
export function select(condition: Tensor, a: Operand, b: Operand): Tensor {
  return bind('select', [condition, ...pair(a, b)], {})
}

/**
 * To another element type; floats to integers truncate, anything but 0 is true.
 *
 * @param x any tensor
 * @param dtype the element type wanted
 * @returns a tensor of the same shape
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : bind('cast', [x], { dtype })
}

/**
 * [..., M, K] x [..., K, N] -> [..., M, N]; leading axes broadcast.
 *
 * @param a [..., M, K]
 * @param b [..., K, N], of the same element type
 * @returns [..., M, N]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return bind('matmul', [a, b], {})
}

/** Axes of a reduction: one, several, negative ones from the end; none given means all. */
export type Axes = number | readonly number[]

export interface ReduceOptions {
  /** Keep the reduced axes with one element each (default: they disappear). */
  readonly keepDims?: boolean
}

function reduce(primitive: 'sum' | 'reduceMax', x: Tensor, axes: Axes | undefined, options: ReduceOptions): Tensor {
  const list = normaliseAxes(primitive, x.shape, axes)
  const reduced = bind(primitive, [x], { axes: list })
  return options.keepDims ? reshape(reduced, keptShape(x.shape, list)) : reduced
}

/**
 * The sum along axes.
 *
 * @param x numbers of any shape
 * @param axes to sum over; default all
 * @param options.keepDims keep the axes with one element each; default false
 * @returns a tensor without those axes
 */
export function sum(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return reduce('sum', x, axes, options)
}

/**
 * The arithmetic mean along axes.
 *
 * @param x floats of any shape
 * @param axes to average over; default all
 * @param options.keepDims keep the axes with one element each; default false
 * @returns a tensor without those axes
 */
export function mean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireFloat('mean', x.dtype)
  const count = sizeOf(normaliseAxes('mean', x.shape, axes).map((axis) => x.shape[axis]))
  return div(sum(x, axes, options), count)
}

/**
 * The largest along axes. Elements that tie share the gradient evenly, as PyTorch's `amax` does.
 *
 * @param x numbers of any shape
 * @param axes to look along; default all
 * @param options.keepDims keep the axes with one element each; default false
 * @returns a tensor without those axes
 */
export function max(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return reduce('reduceMax', x, axes, options)
}

/**
 * One axis may be -1: it takes what is left.
 *
 * @param x any tensor
 * @param shape with as many elements
 * @returns the same elements in row-major order
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const resolved = resolveReshape(x.shape, shape)
  return sameShape(resolved, x.shape) ? x : bind('reshape', [x], { shape: resolved })
}

/**
 * Axis i of the result is axis permutation[i] of x.
 *
 * @param x any tensor
 * @param permutation a permutation of 0..rank-1
 * @returns a tensor with the axes in the new order
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return bind('transpose', [x], { permutation })
}

/**
 * x stretched to a shape as NumPy does: axes of 1 repeat, missing ones are put before.
 *
 * @param x any tensor
 * @param shape that x broadcasts to
 * @returns a tensor of that shape
 */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : bind('broadcast', [x], { shape })
}

/**
 * Joined along one axis; a negative axis counts from the end.
 *
 * @param xs tensors that differ in the joined axis at most
 * @param axis that is joined
 * @returns a tensor whose axis is as long as the others' together
 */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  return bind('concat', xs, { axis: xs.length === 0 ? axis : normaliseAxis('concat', xs[0].shape, axis) })
}

/**
 * Elements start <= i < end of every axis.
 *
 * @param x any tensor
 * @param start first element of every axis
 * @param end one past the last element of every axis
 * @returns a tensor of shape end - start
 */
export function slice(x: Tensor, start: readonly number[], end: readonly number[]): Tensor {
  return bind('slice', [x], { start, end })
}

/**
 * `low` zeros before and `high` zeros behind every axis.
 *
 * @param x numbers of any shape
 * @param low zeros before every axis
 * @param high zeros behind every axis
 * @returns a tensor of shape low + x + high
 */
export function pad(x: Tensor, low: readonly number[], high: readonly number[]): Tensor {
  return bind('pad', [x], { low, high })
}

/**
 * Rows of a table: table [R, ...], indices int32 [...I] -> [...I, ...].
 * Indices run from 0 to R - 1; constant ones are checked here.
 *
 * @param table [R, ...]
 * @param indices int32, 0 to R - 1
 * @returns [...I, ...]
 * @throws `ProgramError` for a constant index that is no row
 */
export function take(table: Tensor, indices: Tensor): Tensor {
  const known = indices.builder.constants.get(indices.value.id)
  const outside = known?.data.find((index: number) => index < 0 || index >= table.shape[0])
  if (outside !== undefined) {
    throw new ProgramError(`take: index ${outside} is not a row of a table of shape ${showShape(table.shape)}`)
  }
  return bind('take', [table, indices], {})
}

/**
 * labels int32 [...I] -> float32 [...I, depth], 1 at the label and 0 elsewhere; a label outside 0..depth-1 gives zeros.
 *
 * @param labels int32 of any shape
 * @param depth number of classes
 * @returns float32 with one axis more
 */
export function oneHot(labels: Tensor, depth: number): Tensor {
  requireDtype('oneHot', 'labels', labels.dtype, 'int32')
  const classes = constant(
    fromNumbers(
      'int32',
      [depth],
      Array.from({ length: depth }, (_, i) => i),
    ),
  )
  return cast(equal(reshape(labels, [...labels.shape, 1]), classes), 'float32')
}

/**
 * log(e^x / sum e^x) along the last axis, with the largest element taken off first.
 *
 * @param x floats [..., classes]
 * @returns a tensor like x, at most 0
 */
export function logSoftmax(x: Tensor): Tensor {
  const shifted = sub(x, stopGradient(max(x, -1, { keepDims: true })))
  return sub(shifted, log(sum(exp(shifted), -1, { keepDims: true })))
}

/**
 * e^x / sum e^x along the last axis, with the largest element taken off first.
 *
 * @param x floats [..., classes]
 * @returns a tensor like x whose last axis sums to 1
 */
export function softmax(x: Tensor): Tensor {
  const weights = exp(sub(x, stopGradient(max(x, -1, { keepDims: true }))))
  return div(weights, sum(weights, -1, { keepDims: true }))
}

/**
 * x itself, through which no gradient flows.
 *
 * @param x any tensor
 * @returns x
 */
export function stopGradient(x: Tensor): Tensor {
  const stopped = bind('reshape', [x], { shape: x.shape })
  stopped.builder.stopped.add(stopped.value.id)
  return stopped
}

export interface ConvOptions {
  /** Rows and columns from one position to the next. */
  readonly strides: readonly [number, number]
  /** `same`: ceil(size / stride) positions, as TensorFlow pads. */
  readonly padding: 'same' | Padding
}

/**
 * x [N, H, W, Cin], w [kh, kw, Cin, Cout] -> [N, OH, OW, Cout]; a cross-correlation, as everywhere in deep learning.
 *
 * @param x images [N, H, W, Cin]
 * @param w kernel [kh, kw, Cin, Cout]
 * @param options strides and padding in pixels, [height, width]
 * @returns [N, OH, OW, Cout], where OH = floor((H + low + high - kh) / stride) + 1
 * @throws `ProgramError` where channels differ or the kernel does not fit
 */
export function conv2d(x: Tensor, w: Tensor, { strides, padding }: ConvOptions): Tensor {
  return bind('conv', [x, w], {
    strides,
    padding: padding === 'same' ? samePadding([x.shape[1], x.shape[2]], [w.shape[0], w.shape[1]], strides) : padding,
  })
}

/**
 * The adjoint of `conv2d` in its images: x [N, h, w, Cin], w [kh, kw, Cout, Cin] -> [N, H, W, Cout].
 * `w` is the kernel of the convolution that takes [N, H, W, Cout] to [N, h, w, Cin]; `padding` is that convolution's.
 *
 * @param x images [N, h, w, Cin]
 * @param w kernel [kh, kw, Cout, Cin]
 * @param options strides, padding and size of the output in pixels, [height, width]
 * @returns [N, H, W, Cout], [H, W] as in `outputSize`
 * @throws `ProgramError` where channels differ or `outputSize` is not taken to [h, w]
 * @source Dumoulin and Visin, arXiv:1603.07285, section 4
 */
export function convTranspose2d(
  x: Tensor,
  w: Tensor,
  { strides, padding, outputSize }: ConvOptions & { readonly outputSize: readonly [number, number] },
): Tensor {
  return bind('convInput', [x, w], {
    strides,
    padding: padding === 'same' ? samePadding(outputSize, [w.shape[0], w.shape[1]], strides) : padding,
    inputSize: outputSize,
  })
}

export interface PoolOptions {
  /** Height and width of a window. */
  readonly window: readonly [number, number]
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [number, number]
}

/**
 * x [N, H, W, C] -> [N, OH, OW, C]: the largest of each window, channel by channel; padding counts for nothing.
 * Elements that tie share the gradient evenly, as in `max` (PyTorch's MaxPool2d gives it to the first).
 *
 * @param x images [N, H, W, C], floats
 * @param options window, strides and padding (default none) in pixels, [height, width]
 * @returns [N, OH, OW, C]
 */
export function maxPool2d(
  x: Tensor,
  { window, strides, padding = noPadding }: PoolOptions & { readonly padding?: Padding },
): Tensor {
  return bind('maxPool', [x], { kernelSize: window, strides, padding })
}

/**
 * x [N, H, W, C] -> [N, OH, OW, C]: the mean of each window; rows and columns that fill no window are left out.
 *
 * @param x images [N, H, W, C], floats
 * @param options window and strides in pixels, [height, width]
 * @returns [N, OH, OW, C]
 */
export function averagePool2d(x: Tensor, { window, strides }: PoolOptions): Tensor {
  return bind('averagePool', [x], { kernelSize: window, strides })
}
