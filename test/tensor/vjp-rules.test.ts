import { describe, expect, test } from 'vitest'
import { fromNumbers, type NDArray, ndarray } from '../../src/base/ndarray.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { valueAndGrad } from '../../src/tensor/grad.js'
import * as ops from '../../src/tensor/ops.js'
import type { Primitive } from '../../src/tensor/primitive.js'
import { bind, type Tensor, trace } from '../../src/tensor/trace.js'
import { type CheckGradsOptions, checkGrads, normals } from '../support/check-grads.js'

type Case = [fn: (xs: Tensor[]) => Tensor, inputs: NDArray[], options?: CheckGradsOptions]

/** Numbers away from 0, where logarithms and roots live. */
function positive(seed: number, shape: number[]): NDArray<'float64'> {
  return ndarray(
    'float64',
    shape,
    normals(seed, shape).data.map((n) => 0.5 + Math.abs(n)),
  )
}

const a = normals(1, [3, 4])
const b = normals(2, [4])
const c = normals(3, [3, 1])
const conv = { strides: [2, 1], padding: { low: [1, 2], high: [0, 1] } } as const
const images = normals(4, [2, 6, 5, 3])
const kernel = normals(5, [3, 2, 3, 4])
const answers = normals(6, [2, 3, 7, 4])
const linear = { linear: true, order: 2 } as const
const smooth = { order: 2 } as const

// every primitive; `greater` and `equal` pass no gradient and are tested below
const primitives: { [P in Exclude<Primitive, 'greater' | 'equal'>]: Case } = {
  neg: [([x]) => ops.neg(x), [a], linear],
  exp: [([x]) => ops.exp(x), [a], smooth],
  log: [([x]) => ops.log(x), [positive(1, [3, 4])], smooth],
  sqrt: [([x]) => ops.sqrt(x), [positive(2, [3, 4])], smooth],
  tanh: [([x]) => ops.tanh(x), [a], smooth],
  abs: [([x]) => ops.abs(x), [a]],
  cast: [([x]) => ops.cast(ops.cast(x, 'float64'), 'float32'), [a], linear],
  add: [([x, y]) => ops.add(x, y), [a, b], linear],
  sub: [([x, y]) => ops.sub(x, y), [b, a], linear],
  mul: [([x, y]) => ops.mul(x, y), [a, c], smooth],
  div: [([x, y]) => ops.div(x, y), [a, positive(3, [4])], smooth],
  max: [([x, y]) => ops.maximum(x, y), [a, b]],
  min: [([x, y]) => ops.minimum(x, y), [c, a]],
  select: [([x, y]) => ops.select(ops.greater(ops.constant(float32(a)), 0), x, y), [b, c], linear],
  matmul: [([x, y]) => ops.matmul(x, y), [normals(7, [2, 3, 4]), normals(8, [4, 5])], smooth],
  sum: [([x]) => ops.sum(x, [0, 2]), [normals(9, [2, 3, 4])], linear],
  reduceMax: [([x]) => ops.max(x, 1), [normals(10, [2, 5, 3])]],
  reshape: [([x]) => ops.reshape(x, [2, -1]), [a], linear],
  transpose: [([x]) => ops.transpose(x, [2, 0, 1]), [normals(11, [2, 3, 4])], linear],
  broadcast: [([x]) => ops.broadcastTo(x, [2, 3, 4]), [c], linear],
  concat: [([x, y]) => ops.concat([x, y, x], -1), [a, c], linear],
  slice: [([x]) => ops.slice(x, [1, 0], [3, 2]), [a], linear],
  pad: [([x]) => ops.pad(x, [1, 0], [0, 2]), [a], linear],
  take: [([x]) => ops.take(x, ints([2, 2], [0, 2, 2, 0])), [a], linear],
  conv: [([x, w]) => ops.conv2d(x, w, conv), [images, kernel], smooth],
  convInput: [([y, w]) => ops.convTranspose2d(y, w, { ...conv, outputSize: [6, 5] }), [answers, kernel], smooth],
  convFilter: [([x, y]) => bind('convFilter', [x, y], { ...conv, kernelSize: [3, 2] }), [images, answers], smooth],
  maxPool: [
    ([x]) => ops.maxPool2d(x, { window: [3, 2], strides: [2, 1], padding: { low: [1, 0], high: [1, 1] } }),
    [images],
  ],
  averagePool: [([x]) => ops.averagePool2d(x, { window: [2, 3], strides: [2, 2] }), [images], linear],
}

const functions: Record<string, Case> = {
  square: [([x]) => ops.square(x), [a], smooth],
  sigmoid: [([x]) => ops.sigmoid(x), [a], smooth],
  softplus: [([x]) => ops.softplus(x), [a], smooth],
  relu: [([x]) => ops.relu(x), [a]],
  leakyRelu: [([x]) => ops.leakyRelu(x, 0.2), [a]],
  mean: [([x]) => ops.mean(x, -1, { keepDims: true }), [a], linear],
  logSoftmax: [([x]) => ops.logSoftmax(x), [a], smooth],
  softmax: [([x]) => ops.softmax(x), [a], smooth],
  'matmul of two batches that broadcast': [
    ([x, y]) => ops.matmul(x, y),
    [normals(12, [2, 1, 3, 4]), normals(13, [5, 4, 2])],
    smooth,
  ],
  'conv2d with same padding': [
    ([x, w]) => ops.conv2d(x, w, { strides: [2, 2], padding: 'same' }),
    [normals(14, [1, 5, 6, 2]), normals(15, [5, 5, 2, 3])],
    smooth,
  ],
  'conv2d that crops': [
    ([x, w]) => ops.conv2d(x, w, { strides: [1, 1], padding: { low: [-1, 0], high: [0, -2] } }),
    [images, kernel],
    smooth,
  ],
  'convTranspose2d with same padding': [
    ([x, w]) => ops.convTranspose2d(x, w, { strides: [2, 2], padding: 'same', outputSize: [6, 5] }),
    [normals(16, [2, 3, 3, 2]), normals(17, [5, 5, 4, 2])],
    smooth,
  ],
  'take of one row many times': [([x]) => ops.take(x, ints([5], [1, 1, 1, 1, 1])), [a], linear],
  'take of rows of rows': [([x]) => ops.take(x, ints([2, 1], [1, 0])), [normals(18, [2, 3, 2])], linear],
}

describe('central differences agree with the gradient of', () => {
  for (const [name, [fn, inputs, options]] of Object.entries({ ...primitives, ...functions })) {
    test(name, () => checkGrads((xs) => fn(xs as Tensor[]), inputs, options))
  }
})

test('the check itself notices a gradient that lacks a part', () => {
  const half = ([x]: Tensor[]) => ops.mul(x, ops.stopGradient(x))
  expect(() => checkGrads((xs) => half(xs as Tensor[]), [a])).toThrow('against')
})

test('take with indices that come in when the program runs sends each row the sum over its places', () => {
  const weights = () => ops.constant(fromNumbers('float32', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]))
  const graph = trace(
    ([table, indices]) => valueAndGrad((t: Tensor) => ops.sum(ops.mul(ops.take(t, indices), weights())))(table).grads,
    [
      { shape: [3, 2], dtype: 'float32' },
      { shape: [4], dtype: 'int32' },
    ],
  )
  const [gradient] = evaluate(graph, [
    fromNumbers('float32', [3, 2], [0, 0, 0, 0, 0, 0]),
    fromNumbers('int32', [4], [2, 0, 2, 2]),
  ])
  expect([...gradient.data]).toEqual([3, 4, 0, 0, 13, 16])
})

describe('at kinks the gradient is the one that PyTorch takes', () => {
  const cases: Record<string, [fn: (x: Tensor) => Tensor, at: number[], gradient: number[]]> = {
    'maximum shares a tie by halves': [(x) => ops.maximum(x, 1), [0, 1, 2], [0, 0.5, 1]],
    'minimum shares a tie by halves': [(x) => ops.minimum(x, 1), [0, 1, 2], [1, 0.5, 0]],
    'max along an axis shares a tie evenly': [(x) => ops.max(x), [3, 1, 3, 3], [1 / 3, 0, 1 / 3, 1 / 3]],
    'abs has none at 0': [ops.abs, [-2, 0, 2], [-1, 0, 1]],
    'relu has none at 0': [ops.relu, [-1, 0, 1], [0, 0, 1]],
    'leakyRelu has its slope at 0': [(x) => ops.leakyRelu(x, 0.25), [-1, 0, 1], [0.25, 0.25, 1]],
    'softplus has a half at 0': [ops.softplus, [0], [0.5]],
  }
  for (const [name, [fn, at, expected]] of Object.entries(cases)) {
    test(name, () => {
      const gradient = gradientAt(fn, at)
      expect(gradient).toHaveLength(expected.length)
      for (const [i, n] of gradient.entries()) expect(n).toBeCloseTo(expected[i], 7)
    })
  }
})

test('comparisons and integers pass no gradient', () => {
  expect(gradientAt((x) => ops.cast(ops.greater(x, 0), 'float32'), [1, -1])).toEqual([0, 0])
  expect(gradientAt((x) => ops.cast(ops.equal(x, 1), 'float32'), [1, -1])).toEqual([0, 0])
  expect(gradientAt((x) => ops.cast(ops.cast(x, 'int32'), 'float32'), [1, -1])).toEqual([0, 0])
})

function gradientAt(fn: (x: Tensor) => Tensor, at: number[]): number[] {
  const graph = trace((x: Tensor) => valueAndGrad((y: Tensor) => ops.sum(fn(y)))(x).grads, {
    shape: [at.length],
    dtype: 'float32',
  })
  return [...evaluate(graph, [fromNumbers('float32', [at.length], at)])[0].data]
}

function ints(shape: number[], values: number[]): Tensor {
  return ops.constant(fromNumbers('int32', shape, values))
}

function float32(x: NDArray): NDArray {
  return fromNumbers('float32', x.shape, x.data)
}
