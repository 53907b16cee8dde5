import { expect, test } from 'vitest'
import { InternalError } from '../../../src/base/errors.js'
import { fromNumbers, type NDArray, ndarray, rows, type Shape, sizeOf } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { openSession } from '../../../src/runtime/session.js'
import { emitModel, emitOnnx } from '../../../src/tensor/onnx/emit.js'
import * as ops from '../../../src/tensor/ops.js'
import { type Tensor, trace } from '../../../src/tensor/trace.js'

const random = (shape: Shape, seed = 1): NDArray<'float32'> =>
  ndarray('float32', shape, new Rng(seed).normals(sizeOf(shape)))

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const

test('Equal programs give equal bytes', () => {
  const make = () =>
    emitOnnx(
      trace(({ x, w }) => ops.leakyRelu(ops.conv2d(x, w, { strides: [2, 2], padding: 'same' }), 0.2), {
        x: spec(2, 8, 8, 3),
        w: spec(3, 3, 3, 4),
      }),
    )
  expect(make()).toEqual(make())
})

test('Names say which equation a node computes', () => {
  const graph = trace(({ a, b }) => ops.tanh(ops.matmul(a, b)), { a: spec(2, 3), b: spec(3, 2) })
  const model = emitModel(graph, { inputNames: ['a', 'b'], outputNames: ['y'] })
  expect(model.graph?.nodes.map((node) => [node.opType, node.inputs, node.outputs])).toEqual([
    ['MatMul', ['a', 'b'], ['matmul_2/MatMul']],
    ['Tanh', ['matmul_2/MatMul'], ['y']],
  ])
})

test('An output may be an input, a constant, or another output', async () => {
  const graph = trace((x: Tensor) => {
    const y = ops.neg(x)
    return [x, y, y, ops.constant(2)]
  }, spec(2))
  const session = await openSession(emitOnnx(graph))
  const out = await session.run({ input_0: fromNumbers('float32', [2], [1, 2]) })
  expect(Object.values(out).map((array) => [...array.data])).toEqual([[1, 2], [-1, -2], [-1, -2], [2]])
  await session.close()
})

test('What no output depends on is left out, constants too', () => {
  const graph = trace((x: Tensor) => {
    ops.add(x, ops.constant(fromNumbers('float32', [2], [5, 6])))
    return ops.neg(x)
  }, spec(2))
  const model = emitModel(graph)
  expect(model.graph?.nodes).toHaveLength(1)
  expect(model.graph?.initializers).toEqual([])
})

test('An operand that is broadcast is not expanded in memory', () => {
  const graph = trace(({ x, bias }) => ops.add(x, ops.broadcastTo(bias, [4, 3])), { x: spec(4, 3), bias: spec(3) })
  expect(emitModel(graph).graph?.nodes.map((node) => node.opType)).toEqual(['Add'])
})

const perExample: [string, Shape, (x: Tensor) => Tensor][] = [
  [
    'a standardised linear head',
    [6],
    (x) => {
      const standardised = ops.div(ops.sub(x, ops.constant(random([6]))), ops.constant(random([6], 2)))
      return ops.add(ops.matmul(standardised, ops.constant(random([6, 2], 3))), ops.constant(random([2], 4)))
    },
  ],
  [
    'convolutions, flattened',
    [8, 8, 3],
    (x) => {
      const y = ops.relu(ops.conv2d(x, ops.constant(random([3, 3, 3, 4])), { strides: [2, 2], padding: 'same' }))
      return ops.reshape(y, [x.shape[0], 64])
    },
  ],
  [
    'a transposed convolution by gathered rows',
    [4, 4, 3],
    (x) => {
      const kernel = ops.constant(random([5, 5, 32, 3]))
      return ops.convTranspose2d(x, kernel, { strides: [2, 2], padding: 'same', outputSize: [8, 8] })
    },
  ],
  [
    'rows of all images in one axis',
    [4, 3, 2],
    (x) => ops.reshape(ops.matmul(ops.reshape(x, [-1, 2]), ops.constant(random([2, 5]))), [-1, 60]),
  ],
  ['channels first, sums over the image', [4, 3, 2], (x) => ops.sum(ops.transpose(x, [0, 3, 1, 2]), [2, 3])],
  ['softmax', [5], (x) => ops.softmax(x)],
  [
    'padding, slicing, concatenation',
    [4, 3],
    (x) =>
      ops.concat(
        [ops.pad(x, [0, 1, 0], [0, 0, 2]), ops.pad(ops.slice(x, [0, 0, 0], [x.shape[0], 2, 3]), [0, 3, 2], [0, 0, 0])],
        1,
      ),
  ],
]

for (const [what, shape, program] of perExample) {
  test(`With the number of examples left open, ${what} takes any number of them`, async () => {
    const traced = trace(program, spec(3, ...shape))
    const session = await openSession(emitOnnx(traced, { dynamicBatch: true, inputNames: ['x'], outputNames: ['y'] }))
    expect(session.inputs[0].shape[0]).toBeNull()
    expect(session.outputs[0].shape[0]).toBeNull()
    const many = random([7, ...shape], 9)
    const { y } = await session.run({ x: many })
    const fixed = await openSession(emitOnnx(traced, { inputNames: ['x'], outputNames: ['y'] }))
    const { y: first } = await fixed.run({ x: rows(many, 0, 3) })
    expect(y.shape).toEqual([7, ...first.shape.slice(1)])
    const close = [...rows(y, 0, 3).data].every((n, i) => Math.abs(n - first.data[i]) < 1e-5)
    expect(close).toBe(true)
    await session.close()
    await fixed.close()
  })
}

const acrossExamples: [string, (x: Tensor) => Tensor][] = [
  ['a mean over examples', (x) => ops.sub(x, ops.mean(x, 0, { keepDims: true }))],
  ['a constant per example', (x) => ops.add(x, ops.constant(random([3, 4])))],
  ['a transpose that moves them', (x) => ops.transpose(x, [1, 0])],
  ['some of them', (x) => ops.slice(x, [0, 0], [2, 4])],
]

for (const [what, program] of acrossExamples) {
  test(`The number of examples can't be left open for ${what}`, () => {
    expect(() => emitOnnx(trace(program, spec(3, 4)), { dynamicBatch: true })).toThrow(InternalError)
  })
}

test('The number of examples is not left open in a program traced with one, where it looks like any axis of size 1', () => {
  const program = (x: Tensor) => ops.reshape(x, [4, 1])
  expect(() => emitOnnx(trace(program, spec(1, 4)), { dynamicBatch: true })).toThrow(/traced with two or more/)
})
