import { expect, test } from 'vitest'
import { Rng } from '../../../../src/base/random.js'
import { cookToom } from '../../../../src/tensor/onnx/convolution/cook-toom.js'

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)

const sizes: [number, number][] = [
  [1, 3],
  [4, 1],
  [2, 2],
  [2, 3],
  [3, 2],
  [4, 2],
  [4, 3],
  [5, 2],
  [5, 3],
  [6, 3],
  [7, 2],
  [7, 3],
]

test.each(sizes)('F(%i, %i) filters as the direct sum does, with m + r - 1 products', (m, r) => {
  const { outputs, filter, inputs } = cookToom(m, r)
  const rng = new Rng(m * 10 + r)
  const taps = [...rng.normals(r)]
  const window = [...rng.normals(m + r - 1)]
  const products = filter.map((row, p) => dot(row, taps) * dot(inputs[p], window))
  expect(products).toHaveLength(m + r - 1)
  for (let i = 0; i < m; i++) {
    const minimal = products.reduce((sum, product, p) => sum + outputs[p][i] * product, 0)
    expect(minimal).toBeCloseTo(dot(taps, window.slice(i, i + r)), 11)
  }
})

test('More points than float32 bears are refused', () => {
  expect(() => cookToom(7, 4)).toThrow(RangeError)
})
