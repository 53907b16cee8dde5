import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromNumbers, type NDArray, scalar } from '../../src/base/ndarray.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { valueAndGrad } from '../../src/tensor/grad.js'
import * as ops from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'

interface Numbers {
  shape: number[]
  data: number[]
}

interface GoldenCase {
  name: string
  inputs: Numbers[]
  output: Numbers
  weights: Numbers
  gradients: Numbers[]
}

const golden = JSON.parse(readFileSync(new URL('../golden/tensor.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[]
}

const functions: Record<string, (xs: Tensor[]) => Tensor> = {
  conv: ([x, w]) => ops.conv2d(x, w, { strides: [2, 1], padding: { low: [1, 2], high: [0, 1] } }),
  'conv that crops': ([x, w]) => ops.conv2d(x, w, { strides: [1, 2], padding: { low: [-1, 0], high: [1, -1] } }),
  convTranspose: ([y, w]) => ops.convTranspose2d(y, w, { strides: [2, 2], padding: 'same', outputSize: [6, 8] }),
  matmul: ([a, b]) => ops.matmul(a, b),
  softplus: ([x]) => ops.softplus(x),
  sigmoid: ([x]) => ops.sigmoid(x),
  leakyRelu: ([x]) => ops.leakyRelu(x, 0.2),
  logSoftmax: ([x]) => ops.logSoftmax(x),
  softmax: ([x]) => ops.softmax(x),
  max: ([x]) => ops.max(x, 1, { keepDims: true }),
  mean: ([x]) => ops.mean(x, [0, 2]),
  take: ([table]) => ops.take(table, ops.constant(fromNumbers('int32', [2, 2], [2, 0, 2, 2]))),
}

describe('values and gradients are those of PyTorch for', () => {
  for (const { name, inputs, output, weights, gradients } of golden.cases) {
    test(name, () => {
      const specs = [...inputs, weights].map(({ shape }) => ({ shape, dtype: 'float64' as const }))
      const graph = trace((all: Tensor[]) => {
        const xs = all.slice(0, -1)
        const loss = (given: Tensor[]) => {
          const y = functions[name](given)
          return [ops.sum(ops.mul(y, all[all.length - 1])), y] as const
        }
        const { grads, aux } = valueAndGrad(loss, { hasAux: true })(xs)
        return [aux, ...grads]
      }, specs)
      const results = evaluate(
        graph,
        [...inputs, weights].map(({ shape, data }) => fromNumbers('float64', shape, data)),
      )
      for (const [i, expected] of [output, ...gradients].entries()) {
        expect(results[i].shape).toEqual(expected.shape)
        expect(largestDifference(results[i], expected.data)).toBeLessThan(1e-7)
      }
    })
  }
})

test('float32 is rounded after every primitive, float64 is kept', () => {
  const graph = trace((x: Tensor) => ops.sub(ops.add(x, 1e8), 1e8), { shape: [], dtype: 'float32' })
  expect(evaluate(graph, [scalar('float32', 3)])).toEqual([scalar('float32', 0)])
  expect(evaluate(graph, [scalar('float32', 3)], { precision: 'float64' })).toEqual([scalar('float64', 3)])
  expect(evaluate(graph, [scalar('float64', 3)], { precision: 'float64' })).toEqual([scalar('float64', 3)])
})

test('functions that could overflow do not', () => {
  const graph = trace((x: Tensor) => [ops.softplus(x), ops.sigmoid(x), ops.logSoftmax(x)], {
    shape: [2],
    dtype: 'float32',
  })
  const [softplus, sigmoid, logSoftmax] = evaluate(graph, [fromNumbers('float32', [2], [-1000, 1000])])
  expect([...softplus.data]).toEqual([0, 1000])
  expect([...sigmoid.data]).toEqual([0, 1])
  expect([...logSoftmax.data]).toEqual([-2000, 0])
})

test('casts truncate, and anything but zero is true', () => {
  const graph = trace(
    (x: Tensor) => [ops.cast(x, 'int32'), ops.cast(x, 'bool'), ops.cast(ops.greater(x, 0), 'float32')],
    { shape: [4], dtype: 'float32' },
  )
  const [whole, truth, positive] = evaluate(graph, [fromNumbers('float32', [4], [-1.7, 0, 0.5, 2.9])])
  expect(whole).toEqual(fromNumbers('int32', [4], [-1, 0, 0, 2]))
  expect(truth).toEqual(fromNumbers('bool', [4], [1, 0, 1, 1]))
  expect(positive).toEqual(fromNumbers('float32', [4], [0, 0, 1, 1]))
})

test('bytes unpack to bits by whole-number arithmetic', () => {
  const graph = trace(
    (bytes: Tensor) => {
      const shifted = ops.div(ops.cast(bytes, 'int32'), ops.constant(fromNumbers('int32', [4], [1, 2, 4, 8])))
      return ops.sub(shifted, ops.mul(ops.div(shifted, 2), 2))
    },
    { shape: [1], dtype: 'uint8' },
  )
  expect([...evaluate(graph, [fromNumbers('uint8', [1], [0b0110])])[0].data]).toEqual([0, 1, 1, 0])
})

test('labels become rows with a one; a label out of range becomes a row of zeros', () => {
  const graph = trace((labels: Tensor) => ops.oneHot(labels, 3), { shape: [3], dtype: 'int32' })
  const [rows] = evaluate(graph, [fromNumbers('int32', [3], [2, 0, 3])])
  expect(rows).toEqual(fromNumbers('float32', [3, 3], [0, 0, 1, 1, 0, 0, 0, 0, 0]))
})

test('an input of another shape or type is refused', () => {
  const graph = trace((x: Tensor) => ops.neg(x), { shape: [2], dtype: 'float32' })
  expect(() => evaluate(graph, [])).toThrow('the graph takes 1 inputs, but got 0')
  expect(() => evaluate(graph, [scalar('float32', 1)])).toThrow('input 0 is float32[2], but got float32[]')
  expect(() => evaluate(graph, [fromNumbers('int32', [2], [1, 2])])).toThrow('input 0 is float32[2], but got int32[2]')
})

test('an index beyond the table is refused', () => {
  const graph = trace(
    ([table, index]: Tensor[]) => ops.take(table, index),
    [
      { shape: [2], dtype: 'float32' },
      { shape: [], dtype: 'int32' },
    ],
  )
  expect(() => evaluate(graph, [fromNumbers('float32', [2], [1, 2]), scalar('int32', 2)])).toThrow(
    'take: index 2 is not a row of a table of shape [2]',
  )
})

function largestDifference(a: NDArray, b: readonly number[]): number {
  expect(a.data).toHaveLength(b.length)
  return b.reduce((most, n, i) => Math.max(most, Math.abs(a.data[i] - n)), 0)
}
