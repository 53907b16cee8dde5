import { describe, expect, test } from 'vitest'
import { fromNumbers, type NDArray, ndarray, sizeOf } from '../../../../src/base/ndarray.js'
import { Rng } from '../../../../src/base/random.js'
import { openSession } from '../../../../src/runtime/session.js'
import { evaluate } from '../../../../src/tensor/evaluate.js'
import type { Graph } from '../../../../src/tensor/graph.js'
import { emitModel, emitOnnx } from '../../../../src/tensor/onnx/emit.js'
import * as ops from '../../../../src/tensor/ops.js'
import { type Tensor, trace } from '../../../../src/tensor/trace.js'

const [n, height, width, channels] = [5, 6, 4, 3]
const same = { strides: [1, 1], padding: 'same' } as const

/** A convolution, what is done to its output [5, 6, 4, 3], and an image of that shape that no convolution has made. */
function after(use: (y: Tensor, image: Tensor, perChannel: Tensor) => Tensor): Graph {
  return trace(({ x, w, c }) => use(ops.conv2d(x, w, same), x, c), {
    x: { shape: [n, height, width, channels], dtype: 'float32' },
    w: { shape: [3, 3, channels, channels], dtype: 'float32' },
    c: { shape: [channels], dtype: 'float32' },
  })
}

const normals = (graph: Graph) =>
  graph.inputs.map(({ shape }, i) => ndarray('float32', shape, new Rng(i).normals(sizeOf(shape))))

async function run(graph: Graph, inputs: readonly NDArray[]): Promise<NDArray> {
  const session = await openSession(emitOnnx(graph))
  const { output_0 } = await session.run(Object.fromEntries(inputs.map((array, i) => [`input_${i}`, array])))
  await session.close()
  return output_0
}

/** Nodes that move images between the two layouts: an image without convolution has to be turned, one with it does not. */
function turns(graph: Graph): number {
  const nodes = emitModel(graph).graph?.nodes ?? []
  return nodes.filter(({ opType, name, attributes }) => {
    // Of three axes: a row that a product takes as a column.
    const axes = attributes.find((attribute) => attribute.name === 'perm')?.ints.length
    return opType === 'Transpose' && axes !== 3 && !name?.startsWith('conv')
  }).length
}

describe('What follows a convolution is what the interpreter computes, in whatever layout:', () => {
  const table = fromNumbers(
    'float32',
    [1, height, 1, channels],
    new Array(height * channels).fill(0).map((_, i) => i),
  )
  const uses: Record<string, (y: Tensor, image: Tensor, perChannel: Tensor) => Tensor> = {
    'a number': (y) => ops.mul(y, 3),
    'a number per channel': (y, _, c) => ops.sub(ops.mul(y, c), c),
    'a number per channel, of four axes': (y, _, c) => ops.div(y, ops.exp(ops.reshape(c, [1, 1, 1, channels]))),
    'a number per channel, subtracted from': (y, _, c) => ops.sub(c, y),
    'an image that is held otherwise': (y, image) => ops.sub(image, ops.mul(y, image)),
    'numbers per row and channel': (y) => ops.add(y, ops.constant(table)),
    'leaky ReLU': (y) => ops.mul(y, ops.leakySlope(y, 0.2)),
    ReLU: ops.relu,
    tanh: ops.tanh,
    'a comparison': (y, image) => ops.select(ops.greater(y, image), y, ops.neg(image)),
    'a sum over images': (y) => ops.sum(y, [0, 1, 2]),
    'a sum of squares over images': (y) => ops.mean(ops.square(y), [0, 1, 2]),
    'a sum of products over images, one of them held otherwise': (y, image) => ops.mean(ops.mul(image, y), [0, 1, 2]),
    'a sum of what a number per channel multiplies': (y, _, c) => ops.mean(ops.mul(y, ops.sub(c, y)), [0, 1, 2]),
    'a sum of a product that is needed itself': (y, image) => {
      const product = ops.mul(y, image)
      return ops.mul(product, ops.mean(product, [0, 1, 2]))
    },
    'a sum of products over images and channels': (y, image) => ops.mean(ops.mul(y, image)),
    'a sum over channels': (y) => ops.sum(y, [3]),
    'a sum over rows': (y) => ops.sum(y, [1]),
    'a sum over everything': (y) => ops.sum(y),
    'a largest': (y) => ops.max(y, [0, 1, 2]),
    'a slice': (y) => ops.slice(y, [1, 0, 1, 0], [4, 6, 4, 2]),
    'a flat view': (y) => ops.reshape(y, [n, -1]),
    'a flat view and back': (y) => ops.mul(ops.reshape(ops.tanh(ops.reshape(y, [n, -1])), [...y.shape]), y),
    'another order of axes': (y) => ops.transpose(y, [0, 3, 1, 2]),
    'channels beside channels': (y, image) => ops.concat([y, image], 3),
  }
  for (const [name, use] of Object.entries(uses)) {
    test(name, async () => {
      const graph = after(use)
      const inputs = normals(graph)
      const [expected] = evaluate(graph, inputs)
      const found = await run(graph, inputs)
      expect(found.shape).toEqual(expected.shape)
      for (const [i, value] of expected.data.entries()) expect(found.data[i]).toBeCloseTo(value, 4)
    })
  }
})

test('Between two convolutions nothing is turned: normalisation, activation and mask work where the image lies', () => {
  const block = (y: Tensor, _: Tensor, c: Tensor) => {
    const centred = ops.sub(y, ops.mean(y, [0, 1, 2]))
    const scaled = ops.add(ops.mul(centred, ops.div(c, ops.sqrt(ops.mean(ops.square(centred), [0, 1, 2])))), c)
    return ops.mul(scaled, ops.leakySlope(scaled, 0.2))
  }
  const twice = (use: typeof block) =>
    after((y, image, c) => {
      const w = ops.constant(ndarray('float32', [1, 1, channels, channels], new Float32Array(channels ** 2).fill(1)))
      return ops.conv2d(use(y, image, c), ops.mul(w, ops.sum(c)), same)
    })
  const none = turns(twice((y) => y))
  expect(turns(twice(block))).toBe(none)
  const flat = (y: Tensor) => ops.reshape(ops.tanh(ops.reshape(y, [n, -1])), [...y.shape])
  expect(turns(twice(flat))).toBeGreaterThan(none)
})

test('A sum of products of two images writes no image, unless the products are needed', () => {
  const written = (use: Parameters<typeof after>[0]) => {
    const nodes = emitModel(after(use)).graph?.nodes ?? []
    return nodes.filter(({ opType }) => opType === 'Mul').length
  }
  expect(written((y, image) => ops.sum(ops.mul(y, image), [0, 1, 2]))).toBe(0)
  expect(written((y) => ops.sum(ops.square(ops.exp(y)), [0, 1, 2]))).toBe(0)
  expect(
    written((y, image) => {
      const product = ops.mul(y, image)
      return ops.add(product, ops.sum(product, [0, 1, 2]))
    }),
  ).toBe(1)
})
