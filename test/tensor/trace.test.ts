import { describe, expect, test } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { valueAndGrad } from '../../src/tensor/grad.js'
import * as ops from '../../src/tensor/ops.js'
import { printGraph } from '../../src/tensor/print.js'
import { simplify } from '../../src/tensor/simplify.js'
import { type Tensor, trace, traceProgram } from '../../src/tensor/trace.js'

const vector = { shape: [3], dtype: 'float32' } as const
const label = { shape: [3], dtype: 'int32' } as const

describe('a traced program', () => {
  test('prints one equation a line', () => {
    const graph = trace(
      ({ x, w, b }) => ops.leakyRelu(ops.add(ops.conv2d(x, w, { strides: [2, 2], padding: 'same' }), b), 0.2),
      {
        x: { shape: [8, 28, 28, 1], dtype: 'float32' },
        w: { shape: [5, 5, 1, 32], dtype: 'float32' },
        b: { shape: [32], dtype: 'float32' },
      },
    )
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "inputs %0: float32[32], %1: float32[5, 5, 1, 32], %2: float32[8, 28, 28, 1]
      %3: float32[8, 14, 14, 32] = conv %2 %1 strides=[2, 2] padding=[1, 1]..[2, 2]
      %4: float32[8, 14, 14, 32] = add %3 %0
      %5: bool[8, 14, 14, 32] = greater %4 0
      %6: float32[8, 14, 14, 32] = select %5 1 0.2
      %7: float32[8, 14, 14, 32] = mul %4 %6
      outputs %7
      "
    `)
  })

  test('prints its gradient, simplified', () => {
    const loss = (w: Tensor, x: Tensor, y: Tensor) => ops.mean(ops.square(ops.sub(ops.matmul(x, w), y)))
    const graph = trace(({ w, x, y }) => valueAndGrad(loss)(w, x, y), {
      w: { shape: [3, 2], dtype: 'float32' },
      x: { shape: [4, 3], dtype: 'float32' },
      y: { shape: [4, 2], dtype: 'float32' },
    })
    expect(printGraph(simplify(graph))).toMatchInlineSnapshot(`
      "inputs %0: float32[3, 2], %1: float32[4, 3], %2: float32[4, 2]
      %3: float32[4, 2] = matmul %1 %0
      %4: float32[4, 2] = sub %3 %2
      %5: float32[4, 2] = mul %4 %4
      %6: float32[] = sum %5 axes=[0, 1]
      %7: float32[] = div %6 8
      %8: float32[4, 2] = mul 0.25 %4
      %9: float32[3, 4] = transpose %1 permutation=[1, 0]
      %10: float32[3, 2] = matmul %9 %8
      outputs %10, %7
      "
    `)
  })

  test('prints tables and literals', () => {
    const graph = trace((x: Tensor) => {
      const table = ops.constant(fromNumbers('float32', [3], [1, 0.1, -2]))
      const long = ops.constant(fromNumbers('int32', [9], [0, 1, 2, 0, 1, 2, 0, 1, 2]))
      return [ops.mul(ops.add(x, table), 0.3), ops.take(x, long), ops.constant(7)]
    }, vector)
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "inputs %0: float32[3]
      %1: float32[3] = constant [1, 0.1, -2]
      %2: int32[9] = constant [0, 1, 2, 0, 1, 2, 0, 1, ...]
      %3: float32[3] = add %0 %1
      %4: float32[3] = mul %3 0.3
      %5: float32[9] = take %0 %2
      outputs %4, %5, 7
      "
    `)
  })

  test('knows the trees of its inputs and outputs', () => {
    const { graph, inputTree, outputTree } = traceProgram(({ b, a }) => ({ sum: ops.add(a, b), list: [a] }), {
      b: vector,
      a: vector,
    })
    expect(inputTree).toEqual({ a: vector, b: vector })
    expect(outputTree).toEqual({ list: [vector], sum: vector })
    // inputs and outputs in the order of sorted names
    expect(graph.outputs[0]).toBe(graph.inputs[0])
  })

  test('holds equal literals once', () => {
    const graph = trace((x: Tensor) => ops.mul(ops.add(x, 2), 2), vector)
    expect(graph.constantValues).toHaveLength(1)
  })
})

describe('a program is refused where', () => {
  const refused = (fn: (x: Tensor, labels: Tensor) => unknown, message: string) =>
    expect(() => trace(({ x, labels }) => fn(x, labels), { labels: label, x: vector })).toThrow(message)

  test('a tensor is used outside its trace', () => {
    let escaped: Tensor | undefined
    trace((x: Tensor) => {
      escaped = x
      return x
    }, vector)
    expect(() => ops.neg(escaped as Tensor)).toThrow('tensors are computed inside a traced function only; see trace()')
    refused((x) => ops.add(x, escaped as Tensor), 'add got a tensor that belongs to another trace')
    refused(() => escaped, 'an output belongs to another trace')
  })

  test('it returns something else than tensors', () => {
    refused((x) => ({ x, n: 3 }), "the traced function returns no tensor at 'n'")
  })

  test('element types do not fit', () => {
    refused((x, labels) => ops.add(x, labels), 'add takes operands of one element type, but got float32 and int32')
    refused((_, labels) => ops.exp(labels), 'exp takes floats, but got int32; cast it first')
    refused((x) => ops.add(ops.greater(x, 0), ops.greater(x, 1)), 'add takes floats or int32, but got bool')
    refused((x) => ops.select(x, x, x), 'select takes a condition of type bool, but got float32')
    refused((x) => ops.take(x, x), 'take takes indices of type int32, but got float32')
    refused((x) => ops.oneHot(x, 2), 'oneHot takes labels of type int32, but got float32')
    refused((_, labels) => ops.mul(labels, 0.5), '0.5 is not a whole number and cannot be of type int32')
    refused((_, labels) => ops.mean(labels), 'mean takes floats, but got int32')
  })

  test('a constant index is not a row of the table', () => {
    refused((x) => ops.take(x, ops.constant(3, 'int32')), 'take: index 3 is not a row of a table of shape [3]')
  })
})

test('a failed trace does not disturb the next', () => {
  expect(() => trace(() => ops.constant(fromNumbers('float32', [2], [1])), vector)).toThrow()
  expect(trace((x: Tensor) => ops.neg(x), vector).equations).toHaveLength(1)
})
