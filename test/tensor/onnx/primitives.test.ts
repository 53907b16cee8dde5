import { expect, test } from 'vitest'
import { type DType, fromNumbers, type NDArray, type Shape, sizeOf } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { openSession } from '../../../src/runtime/session.js'
import { evaluate } from '../../../src/tensor/evaluate.js'
import type { Graph } from '../../../src/tensor/graph.js'
import { emitModel, emitOnnx } from '../../../src/tensor/onnx/emit.js'
import * as ops from '../../../src/tensor/ops.js'
import type { Primitive } from '../../../src/tensor/primitive.js'
import { bind, type Tensor, trace } from '../../../src/tensor/trace.js'

interface Case {
  primitive: Primitive
  what: string
  shapes: Shape[]
  dtype?: DType
  /** Maps standard normals to the primitive's domain. */
  domain?: (z: number) => number
  program: (...inputs: Tensor[]) => Tensor
}

const same = { strides: [2, 2], padding: 'same' } as const
const positive = (z: number) => Math.abs(z) + 0.1
const whole = (z: number) => Math.round(z * 2)
const nonZero = (z: number) => Math.round(z * 2) || 3

const cases: Case[] = [
  { primitive: 'neg', what: 'float32', shapes: [[2, 3]], program: ops.neg },
  { primitive: 'neg', what: 'int32', shapes: [[5]], dtype: 'int32', domain: whole, program: ops.neg },
  { primitive: 'exp', what: 'float32', shapes: [[2, 3]], program: ops.exp },
  { primitive: 'log', what: 'float32', shapes: [[7]], domain: positive, program: ops.log },
  { primitive: 'sqrt', what: 'float32', shapes: [[7]], domain: positive, program: ops.sqrt },
  { primitive: 'sqrt', what: 'float64', shapes: [[7]], dtype: 'float64', domain: positive, program: ops.sqrt },
  { primitive: 'tanh', what: 'float32', shapes: [[7]], program: ops.tanh },
  { primitive: 'abs', what: 'int32', shapes: [[7]], dtype: 'int32', domain: whole, program: ops.abs },
  {
    primitive: 'cast',
    what: 'float32 to int32 truncates',
    shapes: [[20]],
    domain: (z) => z * 5,
    program: (x) => ops.cast(x, 'int32'),
  },
  { primitive: 'cast', what: 'float32 to bool', shapes: [[20]], domain: whole, program: (x) => ops.cast(x, 'bool') },
  {
    primitive: 'cast',
    what: 'bool to float32',
    shapes: [[20]],
    dtype: 'bool',
    domain: (z) => Number(z > 0),
    program: (x) => ops.cast(x, 'float32'),
  },
  {
    primitive: 'cast',
    what: 'uint8 to float32',
    shapes: [[20]],
    dtype: 'uint8',
    domain: (z) => Math.abs(z * 90),
    program: (x) => ops.cast(x, 'float32'),
  },
  { primitive: 'add', what: 'a row on a matrix', shapes: [[4, 3], [3]], program: ops.add },
  {
    primitive: 'sub',
    what: 'a column and a row',
    shapes: [
      [4, 1],
      [1, 3],
    ],
    program: ops.sub,
  },
  { primitive: 'mul', what: 'a scalar', shapes: [[4, 3], []], program: ops.mul },
  { primitive: 'mul', what: 'int32', shapes: [[4, 3], [3]], dtype: 'int32', domain: whole, program: ops.mul },
  {
    primitive: 'div',
    what: 'float32',
    shapes: [
      [4, 3],
      [4, 3],
    ],
    program: ops.div,
  },
  {
    primitive: 'div',
    what: 'int32 towards zero',
    shapes: [[30], [30]],
    dtype: 'int32',
    domain: nonZero,
    program: ops.div,
  },
  { primitive: 'max', what: 'float32', shapes: [[4, 3], [3]], program: ops.maximum },
  { primitive: 'max', what: 'int32', shapes: [[9], [9]], dtype: 'int32', domain: whole, program: ops.maximum },
  { primitive: 'min', what: 'float32', shapes: [[4, 3], []], program: ops.minimum },
  { primitive: 'greater', what: 'float32', shapes: [[4, 3], [3]], domain: whole, program: ops.greater },
  { primitive: 'greater', what: 'int32', shapes: [[9], [9]], dtype: 'int32', domain: whole, program: ops.greater },
  { primitive: 'equal', what: 'float32', shapes: [[40], [40]], domain: whole, program: ops.equal },
  { primitive: 'equal', what: 'int32', shapes: [[40], []], dtype: 'int32', domain: whole, program: ops.equal },
  {
    primitive: 'select',
    what: 'float32',
    shapes: [[4, 3], [3]],
    program: (x, y) => ops.select(ops.greater(x, y), x, y),
  },
  {
    primitive: 'select',
    what: 'int32',
    shapes: [[4, 3], [3]],
    dtype: 'int32',
    domain: whole,
    program: (x, y) => ops.select(ops.greater(x, y), x, y),
  },
  {
    primitive: 'select',
    what: 'bool',
    shapes: [[9], [9]],
    domain: whole,
    program: (x, y) => ops.select(ops.greater(x, y), ops.equal(x, 1), ops.equal(y, 1)),
  },
  {
    primitive: 'select',
    what: 'of one and a slope',
    shapes: [[40]],
    domain: whole,
    program: (x) => ops.select(ops.greater(x, 0), ops.constant(1), ops.constant(0.2)),
  },
  {
    primitive: 'select',
    what: 'of one and zero',
    shapes: [[40]],
    domain: whole,
    program: (x) => ops.select(ops.greater(x, 0), ops.constant(1), ops.constant(0)),
  },
  {
    primitive: 'matmul',
    what: 'matrices',
    shapes: [
      [4, 3],
      [3, 5],
    ],
    program: ops.matmul,
  },
  {
    primitive: 'matmul',
    what: 'float64',
    shapes: [
      [4, 3],
      [3, 5],
    ],
    dtype: 'float64',
    program: ops.matmul,
  },
  {
    primitive: 'matmul',
    what: 'a stack by one matrix',
    shapes: [
      [2, 4, 3],
      [3, 5],
    ],
    program: ops.matmul,
  },
  {
    primitive: 'matmul',
    what: 'stacks that broadcast',
    shapes: [
      [2, 1, 4, 3],
      [6, 3, 5],
    ],
    program: ops.matmul,
  },
  { primitive: 'sum', what: 'a middle axis', shapes: [[4, 3, 5]], program: (x) => ops.sum(x, 1) },
  { primitive: 'sum', what: 'all axes', shapes: [[4, 3, 5]], program: (x) => ops.sum(x) },
  { primitive: 'sum', what: 'no axis', shapes: [[4, 3]], program: (x) => bind('sum', [x], { axes: [] }) },
  { primitive: 'sum', what: 'int32', shapes: [[4, 3]], dtype: 'int32', domain: whole, program: (x) => ops.sum(x, 0) },
  { primitive: 'reduceMax', what: 'the last axis', shapes: [[4, 3]], program: (x) => ops.max(x, -1) },
  { primitive: 'reduceMax', what: 'two axes', shapes: [[4, 3, 2]], program: (x) => ops.max(x, [0, 2]) },
  { primitive: 'reshape', what: 'fewer axes', shapes: [[4, 3, 2]], program: (x) => ops.reshape(x, [8, 3]) },
  {
    primitive: 'reshape',
    what: 'twice',
    shapes: [[4, 3, 2]],
    program: (x) => ops.reshape(ops.reshape(x, [24]), [2, 12]),
  },
  { primitive: 'reshape', what: 'to itself', shapes: [[4, 3]], program: ops.stopGradient },
  { primitive: 'transpose', what: 'three axes', shapes: [[4, 3, 2]], program: (x) => ops.transpose(x, [2, 0, 1]) },
  {
    primitive: 'transpose',
    what: 'twice',
    shapes: [[4, 3, 2]],
    program: (x) => ops.transpose(ops.transpose(x, [2, 0, 1]), [0, 2, 1]),
  },
  {
    primitive: 'transpose',
    what: 'and back',
    shapes: [[4, 3, 2]],
    program: (x) => ops.transpose(ops.transpose(x, [2, 0, 1]), [1, 2, 0]),
  },
  { primitive: 'broadcast', what: 'by itself', shapes: [[3, 1]], program: (x) => ops.broadcastTo(x, [2, 3, 4]) },
  {
    primitive: 'broadcast',
    what: 'as an operand',
    shapes: [
      [3, 1],
      [3, 4],
    ],
    program: (x, y) => ops.mul(ops.broadcastTo(x, [3, 4]), y),
  },
  {
    primitive: 'broadcast',
    what: 'of both operands',
    shapes: [[3, 1], [1]],
    program: (x, y) => ops.mul(ops.broadcastTo(x, [3, 4]), ops.broadcastTo(y, [3, 4])),
  },
  {
    primitive: 'concat',
    what: 'the last axis',
    shapes: [
      [4, 3],
      [4, 2],
      [4, 1],
    ],
    program: (...xs) => ops.concat(xs, -1),
  },
  {
    primitive: 'slice',
    what: 'two of three axes',
    shapes: [[4, 3, 5]],
    program: (x) => ops.slice(x, [1, 0, 2], [3, 3, 5]),
  },
  { primitive: 'slice', what: 'everything', shapes: [[4, 3]], program: (x) => ops.slice(x, [0, 0], [4, 3]) },
  {
    primitive: 'pad',
    what: 'two of three axes',
    shapes: [[4, 3, 5]],
    program: (x) => ops.pad(x, [1, 0, 0], [2, 0, 1]),
  },
  {
    primitive: 'take',
    what: 'rows by a table of indices',
    shapes: [[4, 3]],
    program: (x) => ops.take(x, ops.constant(fromNumbers('int32', [2, 3], [0, 3, 1, 1, 2, 0]))),
  },
  {
    primitive: 'conv',
    what: '3x3, stride 2',
    shapes: [
      [2, 7, 6, 3],
      [3, 3, 3, 4],
    ],
    program: (x, w) => ops.conv2d(x, w, same),
  },
  {
    primitive: 'conv',
    what: 'float64',
    shapes: [
      [2, 7, 6, 3],
      [3, 3, 3, 4],
    ],
    dtype: 'float64',
    program: (x, w) => ops.conv2d(x, w, same),
  },
  {
    primitive: 'convInput',
    what: '5x5, stride 2',
    shapes: [
      [2, 4, 3, 4],
      [5, 5, 3, 4],
    ],
    program: (y, w) => ops.convTranspose2d(y, w, { ...same, outputSize: [7, 6] }),
  },
  {
    primitive: 'convFilter',
    what: '5x5, stride 2',
    shapes: [
      [2, 7, 6, 3],
      [2, 4, 3, 4],
    ],
    program: (x, y) =>
      bind('convFilter', [x, y], { strides: [2, 2], padding: { low: [2, 1], high: [2, 2] }, kernelSize: [5, 5] }),
  },
  {
    primitive: 'maxPool',
    what: '3x3, stride 2, one row around',
    shapes: [[2, 7, 6, 3]],
    program: (x) => ops.maxPool2d(x, { window: [3, 3], strides: [2, 2], padding: { low: [1, 1], high: [1, 1] } }),
  },
  {
    primitive: 'maxPool',
    what: 'float64',
    shapes: [[2, 7, 6, 3]],
    dtype: 'float64',
    program: (x) => ops.maxPool2d(x, { window: [3, 2], strides: [2, 1] }),
  },
  {
    primitive: 'averagePool',
    what: '2x2, a row left over',
    shapes: [[2, 7, 6, 3]],
    program: (x) => ops.averagePool2d(x, { window: [2, 2], strides: [2, 2] }),
  },
  {
    primitive: 'averagePool',
    what: 'the whole image',
    shapes: [[2, 7, 6, 3]],
    program: (x) => ops.averagePool2d(x, { window: [7, 6], strides: [1, 1] }),
  },
  {
    primitive: 'averagePool',
    what: 'float64',
    shapes: [[2, 7, 6, 3]],
    dtype: 'float64',
    program: (x) => ops.averagePool2d(x, { window: [3, 2], strides: [2, 1] }),
  },
]

function randomInput(shape: Shape, dtype: DType, domain: (z: number) => number, seed: number): NDArray {
  return fromNumbers(dtype, shape, Array.from(new Rng(seed).normals(sizeOf(shape)), domain))
}

async function run(graph: Graph, inputs: NDArray[]): Promise<NDArray> {
  const session = await openSession(emitOnnx(graph))
  const results = await session.run(Object.fromEntries(inputs.map((array, i) => [`input_${i}`, array])))
  await session.close()
  return results.output_0
}

for (const { primitive, what, shapes, dtype = 'float32', domain = (z: number) => z, program } of cases) {
  test(`${primitive} (${what}) computes what the interpreter does`, async () => {
    const graph = trace(
      (inputs) => program(...(inputs as Tensor[])),
      shapes.map((shape) => ({ shape, dtype })),
    )
    const inputs = shapes.map((shape, i) => randomInput(shape, dtype, domain, i))
    const [expected] = evaluate(graph, inputs)
    const actual = await run(graph, inputs)
    expect(actual.dtype).toBe(expected.dtype)
    expect(actual.shape).toEqual(expected.shape)
    const scale = Math.hypot(...expected.data) || 1
    const difference = Math.hypot(...Array.from(actual.data, (n, i) => n - expected.data[i]))
    expect(difference / scale).toBeLessThan(1e-6)
  })
}

test('x times (x > 0) is written as one operator, and gives what the interpreter does', async () => {
  const graph = trace((x: Tensor) => ops.relu(x), { shape: [40], dtype: 'float32' } as const)
  expect(emitModel(graph).graph?.nodes.map((node) => node.opType)).toEqual(['Relu'])
  const x = randomInput([40], 'float32', whole, 1)
  expect([...(await run(graph, [x])).data].map(Math.abs)).toEqual([...evaluate(graph, [x])[0].data].map(Math.abs))
})

test('a constant factor and shift per channel are one batch normalisation, of images alone', async () => {
  const channel = (seed: number) => ops.constant(randomInput([3], 'float32', (z) => z, seed))
  const program = (x: Tensor) => ops.add(ops.mul(x, channel(1)), channel(2))
  const operators = (shape: number[], fn: (x: Tensor) => Tensor) =>
    emitModel(trace(fn, { shape, dtype: 'float32' } as const)).graph?.nodes.map((node) => node.opType)
  expect(operators([2, 4, 5, 3], program)).toEqual(['Transpose', 'BatchNormalization', 'Transpose'])
  expect(operators([4, 3], program)).toEqual(['Mul', 'Add'])
  expect(operators([2, 4, 5, 3], (x) => ops.add(ops.mul(x, 2), channel(2)))).not.toContain('BatchNormalization')

  const graph = trace(program, { shape: [2, 4, 5, 3], dtype: 'float32' } as const)
  const x = randomInput([2, 4, 5, 3], 'float32', (z) => z, 3)
  const [expected] = evaluate(graph, [x])
  for (const [i, n] of (await run(graph, [x])).data.entries()) expect(n).toBeCloseTo(expected.data[i], 5)
})

test('Every primitive is covered', () => {
  const all: Record<Primitive, true> = {
    neg: true,
    exp: true,
    log: true,
    sqrt: true,
    tanh: true,
    abs: true,
    cast: true,
    add: true,
    sub: true,
    mul: true,
    div: true,
    max: true,
    min: true,
    greater: true,
    equal: true,
    select: true,
    matmul: true,
    sum: true,
    reduceMax: true,
    reshape: true,
    transpose: true,
    broadcast: true,
    concat: true,
    slice: true,
    pad: true,
    take: true,
    conv: true,
    convInput: true,
    convFilter: true,
    maxPool: true,
    averagePool: true,
  }
  expect(new Set(cases.map((c) => c.primitive))).toEqual(new Set(Object.keys(all)))
})

test('x > 0 as a number is one operator on a processor: 1 for the least normal number, 0 for both zeros', async () => {
  const graph = trace((x: Tensor) => ops.cast(ops.greater(x, 0), 'float32'), { shape: [8], dtype: 'float32' } as const)
  expect(emitModel(graph).graph?.nodes.map((node) => node.opType)).toEqual(['HardSigmoid'])
  expect(emitModel(graph, { device: 'webgpu' }).graph?.nodes.map((node) => node.opType)).toEqual(['Greater', 'Cast'])
  const numbers = [0, -0, 1.18e-38, -1.18e-38, 3.4e38, -3.4e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const x = fromNumbers('float32', [8], numbers)
  expect([...(await run(graph, [x])).data]).toEqual([...evaluate(graph, [x])[0].data])
})
