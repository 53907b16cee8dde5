/**
 * Reverse mode, a rule per primitive: from the cotangent of the output (written dy) to the cotangents of the inputs.
 * Each rule answers one thunk per input, called only where that gradient is wanted, or null where there is none.
 * Rules are written in the operations themselves, so that they can be differentiated again.
 */
import { type DType, fromNumbers, type NDArray, type Shape, sizeOf } from '../base/ndarray.js'
import { isFloat } from './dtype.js'
import {
  broadcastTo,
  cast,
  concat,
  constant,
  div,
  equal,
  greater,
  matmul,
  mul,
  neg,
  oneHot,
  pad,
  reshape,
  select,
  slice,
  sub,
  sum,
  take,
  transpose,
} from './ops.js'
import type { Primitive, PrimitiveParams } from './primitive.js'
import { broadcastAxes, keptShape, noPadding, sameShape } from './shape.js'
import { bind, Tensor } from './trace.js'

export type Cotangent = (() => Tensor) | null

export type VjpRule<P extends Primitive> = (
  dy: Tensor,
  inputs: readonly Tensor[],
  y: Tensor,
  params: PrimitiveParams[P],
) => readonly Cotangent[]

/** The adjoint of broadcasting `shape` to x's shape: sums over what was added or stretched. */
function unbroadcast(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : reshape(sumOver(x, broadcastAxes(shape, x.shape)), shape)
}

/** A sum, with a factor that stays the same along its axes taken out: what is left is often summed already. */
function sumOver(x: Tensor, axes: readonly number[]): Tensor {
  const product = x.builder.equations.findLast(({ output }) => output.id === x.value.id)
  if (product?.primitive !== 'mul') return sum(x, axes)
  const [a, b] = product.inputs.map((value) => new Tensor(x.builder, value))
  const along = (factor: Tensor, axis: number) => factor.shape[axis - x.shape.length + factor.shape.length] ?? 1
  for (const [factor, rest] of [
    [a, b],
    [b, a],
  ]) {
    if (!sameShape(rest.shape, x.shape) || !axes.every((axis) => along(factor, axis) === 1)) continue
    const remaining = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [along(factor, axis)]))
    return mul(sum(rest, axes), reshape(factor, remaining))
  }
  return sum(x, axes)
}

/** The inverse of a reduction's loss of axes: x back at rank, with ones. */
function restoreAxes(x: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return reshape(x, keptShape(shape, axes))
}

function swapLastAxes(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis)
  return transpose(x, [...axes.slice(0, -2), axes[axes.length - 1], axes[axes.length - 2]])
}

const noGradient = (_dy: Tensor, inputs: readonly Tensor[]): Cotangent[] => inputs.map(() => null)

/** The larger (or smaller) operand takes dy; equal ones take half each, as in PyTorch. */
const extremum =
  (wins: (a: Tensor, b: Tensor) => Tensor) =>
  (dy: Tensor, [a, b]: readonly Tensor[]): Cotangent[] => {
    const shared = (mine: Tensor, other: Tensor) => () =>
      unbroadcast(select(wins(mine, other), dy, select(equal(mine, other), mul(dy, 0.5), 0)), mine.shape)
    return [shared(a, b), shared(b, a)]
  }

export const vjpRules: { [P in Primitive]: VjpRule<P> } = {
  // d(-x) = -dx
  neg: (dy) => [() => neg(dy)],
  // d(e^x) = e^x dx
  exp: (dy, _, y) => [() => mul(dy, y)],
  // d(log x) = dx / x
  log: (dy, [x]) => [() => div(dy, x)],
  // d(sqrt x) = dx / (2 sqrt x)
  sqrt: (dy, _, y) => [() => div(mul(dy, 0.5), y)],
  // d(tanh x) = (1 - tanh^2 x) dx
  tanh: (dy, _, y) => [() => mul(dy, sub(1, mul(y, y)))],
  // d|x| = sign(x) dx, with sign(0) = 0
  abs: (dy, [x]) => [() => select(greater(x, 0), dy, select(greater(0, x), neg(dy), 0))],
  // a cast between floats is the identity; integers carry no gradient
  cast: (dy, [x], y) => [isFloat(x.dtype) && isFloat(y.dtype) ? () => cast(dy, x.dtype) : null],

  // d(a + b) = da + db
  add: (dy, [a, b]) => [() => unbroadcast(dy, a.shape), () => unbroadcast(dy, b.shape)],
  // d(a - b) = da - db
  sub: (dy, [a, b]) => [() => unbroadcast(dy, a.shape), () => neg(unbroadcast(dy, b.shape))],
  // d(a b) = b da + a db, and d(a^2) = 2 a da
  mul: (dy, [a, b]) =>
    a.value.id === b.value.id
      ? [() => mul(mul(dy, 2), a), null]
      : [() => unbroadcast(mul(dy, b), a.shape), () => unbroadcast(mul(dy, a), b.shape)],
  // d(a / b) = da / b - (a / b) db / b
  div: (dy, [a, b], y) => [() => unbroadcast(div(dy, b), a.shape), () => neg(unbroadcast(div(mul(dy, y), b), b.shape))],
  // d max(a, b) = da where a > b, db where b > a, (da + db) / 2 where they are equal
  max: extremum(greater),
  // d min(a, b) = da where a < b, db where b < a, (da + db) / 2 where they are equal
  min: extremum((a, b) => greater(b, a)),
  // piecewise constant
  greater: noGradient,
  // piecewise constant
  equal: noGradient,
  // d(c ? a : b) = c ? da : db
  select: (dy, [condition, a, b]) => [
    null,
    () => unbroadcast(select(condition, dy, 0), a.shape),
    () => unbroadcast(select(condition, 0, dy), b.shape),
  ],

  // d(A B) = dA B + A dB, so A takes dY B^T and B takes A^T dY
  matmul: (dy, [a, b]) => [
    () => unbroadcast(matmul(dy, swapLastAxes(b)), a.shape),
    () => {
      if (b.shape.length > 2) return unbroadcast(matmul(swapLastAxes(a), dy), b.shape)
      // one B for a whole batch: the batch joins the rows, so that one product does the sum
      const rows = (x: Tensor) => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape[x.shape.length - 1]])
      return matmul(swapLastAxes(rows(a)), rows(dy))
    },
  ],

  // d(sum x) = sum dx
  sum: (dy, [x], _, { axes }) => [() => broadcastTo(restoreAxes(dy, x.shape, axes), x.shape)],
  // the largest elements share dy evenly, as in PyTorch's amax
  reduceMax: (dy, [x], y, { axes }) => [
    () => {
      const largest = equal(x, restoreAxes(y, x.shape, axes))
      const ties = sum(cast(largest, x.dtype), axes)
      return select(largest, restoreAxes(div(dy, ties), x.shape, axes), 0)
    },
  ],

  // a reshape back
  reshape: (dy, [x]) => [() => reshape(dy, x.shape)],
  // the inverse permutation
  transpose: (dy, _x, _y, { permutation }) => [
    () =>
      transpose(
        dy,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
  ],
  // copies sum up
  broadcast: (dy, [x]) => [() => unbroadcast(dy, x.shape)],
  // each part takes its own piece
  concat: (dy, inputs, _, { axis }) => {
    let next = 0
    return inputs.map((x) => {
      const from = next
      next += x.shape[axis]
      const start = dy.shape.map((_, i) => (i === axis ? from : 0))
      const end = dy.shape.map((n, i) => (i === axis ? from + x.shape[axis] : n))
      return () => slice(dy, start, end)
    })
  },
  // zeros where nothing was taken
  slice: (dy, [x], _, { start, end }) => [
    () =>
      pad(
        dy,
        start,
        x.shape.map((n, axis) => n - end[axis]),
      ),
  ],
  // the zeros fall away
  pad: (dy, [x], _, { low }) => [
    () =>
      slice(
        dy,
        low,
        x.shape.map((n, axis) => low[axis] + n),
      ),
  ],
  // row r takes the sum of dy over the places where it was taken
  take: (dy, [table, indices]) => [() => scatterAdd(dy, table, indices), null],

  // y = conv(x, w) is linear in each operand and binds the same triples (x, y, w) as its two adjoints:
  // <dy, conv(dx, w)> = <convInput(dy, w), dx> and <dy, conv(x, dw)> = <convFilter(x, dy), dw>
  conv: (dy, [x, w], _, { strides, padding }) => [
    () => bind('convInput', [dy, w], { strides, padding, inputSize: [x.shape[1], x.shape[2]] }),
    () => bind('convFilter', [x, dy], { strides, padding, kernelSize: [w.shape[0], w.shape[1]] }),
  ],
  // x = convInput(y, w), with dx the cotangent of x: y takes conv(dx, w), w takes convFilter(dx, y)
  convInput: (dx, [y, w], _, { strides, padding }) => [
    () => bind('conv', [dx, w], { strides, padding }),
    () => bind('convFilter', [dx, y], { strides, padding, kernelSize: [w.shape[0], w.shape[1]] }),
  ],
  // w = convFilter(x, y), with dw the cotangent of w: x takes convInput(y, dw), y takes conv(x, dw)
  convFilter: (dw, [x, y], _, { strides, padding }) => [
    () => bind('convInput', [y, dw], { strides, padding, inputSize: [x.shape[1], x.shape[2]] }),
    () => bind('conv', [x, dw], { strides, padding }),
  ],

  // the largest elements of a window share its dy evenly, as in reduceMax
  maxPool: (dy, [x], y, { kernelSize, strides, padding }) => [
    () => {
      const onePlace = { strides, padding }
      const taps = constant(oneTapEach(kernelSize, x.dtype))
      const windows = (image: Tensor) => bind('conv', [image, taps], onePlace)
      const [, height, width] = x.shape
      const inside = windows(constant(fromNumbers(x.dtype, [1, height, width, 1], new Array(height * width).fill(1))))
      const largest = mul(cast(equal(windows(channelsAsBatch(x)), channelsAsBatch(y)), x.dtype), inside)
      const ties = sum(largest, -1, { keepDims: true })
      const shares = mul(largest, div(channelsAsBatch(dy), ties))
      const dx = bind('convInput', [shares, taps], { ...onePlace, inputSize: [height, width] })
      return batchAsChannels(dx, x.shape)
    },
  ],
  // every element of a window takes an equal part of its dy
  averagePool: (dy, [x], _, { kernelSize, strides }) => [
    () => {
      const size = sizeOf(kernelSize)
      const ones = constant(fromNumbers(x.dtype, [...kernelSize, 1, 1], new Array(size).fill(1)))
      const inputSize = [x.shape[1], x.shape[2]] as const
      const parts = channelsAsBatch(div(dy, size))
      return batchAsChannels(bind('convInput', [parts, ones], { strides, padding: noPadding, inputSize }), x.shape)
    },
  ],
}

/** [N, H, W, C] -> [N * C, H, W, 1] */
function channelsAsBatch(x: Tensor): Tensor {
  const [n, height, width, channels] = x.shape
  return reshape(transpose(x, [0, 3, 1, 2]), [n * channels, height, width, 1])
}

/** [N * C, H, W, 1] -> [N, H, W, C] */
function batchAsChannels(x: Tensor, [n, height, width, channels]: Shape): Tensor {
  return transpose(reshape(x, [n, channels, height, width]), [0, 2, 3, 1])
}

/** The kernel [kh, kw, 1, kh * kw] that lays the elements of a window side by side. */
function oneTapEach([height, width]: readonly [number, number], dtype: DType): NDArray {
  const taps = height * width
  const at = Array.from({ length: taps * taps }, (_, i) => Number(Math.floor(i / taps) === i % taps))
  return fromNumbers(dtype, [height, width, 1, taps], at)
}

/**
 * dy [...I, ...], indices [...I] -> [R, ...]: the rows of dy added up by index.
 * Constant indices: a gather with the inverse table and a sum. Others: a product with the one-hot matrix.
 */
function scatterAdd(dy: Tensor, table: Tensor, indices: Tensor): Tensor {
  const [rowCount, ...rowShape] = table.shape
  const places = sizeOf(indices.shape)
  const flat = reshape(dy, [places, sizeOf(rowShape)])
  const known = dy.builder.constants.get(indices.value.id)
  const inverse = known && inverseTable(known.data, rowCount)
  if (inverse && inverse.width < places) {
    const zeroRow = broadcastTo(constant(0, dy.dtype), [1, flat.shape[1]])
    const gathered = take(concat([flat, zeroRow], 0), constant(inverse.table))
    return reshape(sum(gathered, 1), table.shape)
  }
  const hot = cast(oneHot(reshape(indices, [places]), rowCount), dy.dtype)
  return reshape(matmul(transpose(hot, [1, 0]), flat), table.shape)
}

/** Where each row was taken: [R, width] places, filled up with the number of a row of zeros. */
function inverseTable(indices: ArrayLike<number>, rowCount: number) {
  const places: number[][] = Array.from({ length: rowCount }, () => [])
  for (let i = 0; i < indices.length; i++) places[indices[i]].push(i)
  const width = places.reduce((most, list) => Math.max(most, list.length), 1)
  const filled = places.flatMap((list) => [...list, ...new Array<number>(width - list.length).fill(indices.length)])
  return { width, table: fromNumbers('int32', [rowCount, width], filled) }
}
