import { expect, test } from 'vitest'
import { zeros } from '../../../../src/base/ndarray.js'
import type { LoweringName } from '../../../../src/tensor/onnx/convolution/choose.js'
import { type EmitOptions, emitModel } from '../../../../src/tensor/onnx/emit.js'
import { add, constant, conv2d, convTranspose2d, sum } from '../../../../src/tensor/ops.js'
import { samePadding } from '../../../../src/tensor/shape.js'
import { bind, type Tensor, trace } from '../../../../src/tensor/trace.js'

const stride2 = { strides: [2, 2], padding: 'same' } as const

function operators(program: (x: Tensor, w: Tensor) => Tensor, shapes: [number[], number[]], options: EmitOptions) {
  const specs = shapes.map((shape) => ({ shape, dtype: 'float32' as const }))
  const graph = trace((inputs) => program(...(inputs as [Tensor, Tensor])), specs)
  const types = emitModel(graph, options).graph?.nodes.map((node) => node.opType ?? '') ?? []
  return types.filter((type) => ['Conv', 'ConvTranspose', 'MatMul'].includes(type))
}

const down = (channels: number, options: EmitOptions) =>
  operators(
    (x, w) => conv2d(x, w, stride2),
    [
      [2, 8, 8, channels],
      [3, 3, channels, 16],
    ],
    options,
  )

const up = (channels: number, inputs: number, options: EmitOptions) =>
  operators(
    (x, w) => convTranspose2d(x, w, { ...stride2, outputSize: [8, 8] }),
    [
      [2, 4, 4, inputs],
      [3, 3, channels, inputs],
    ],
    options,
  )

test('A lowering asked for by name is taken', () => {
  const names: [LoweringName, string[]][] = [
    ['native', ['Conv']],
    ['gather', ['MatMul']],
    ['direct', ['Conv']],
  ]
  for (const [lowering, expected] of names) expect(down(32, { lowering })).toEqual(expected)
})

test("ONNX Runtime's own operator is taken where it serves: no negative padding, no WebGPU", () => {
  const direct = (low: readonly [number, number], device: EmitOptions['device'] = 'cpu') =>
    operators(
      (x, w) => conv2d(x, w, { strides: [1, 1], padding: { low, high: [1, 1] } }),
      [
        [2, 8, 8, 4],
        [3, 3, 4, 8],
      ],
      { lowering: 'direct', device },
    )
  expect(direct([1, 1])).toEqual(['Conv'])
  expect(direct([1, -1])).toEqual(['MatMul'])
  expect(direct([1, 1], 'webgpu')).toEqual(['MatMul'])
})

test('Without a gradient of its filter a convolution is one operator; a transposed one of many channels is one product', () => {
  for (const channels of [3, 32, 96]) {
    expect(down(channels, {})).toEqual(['Conv'])
    expect(up(channels, 16, {})).toEqual(['Conv'])
    expect(up(channels, 96, {})).toEqual(['MatMul'])
  }
})

test("A convolution takes the rows that its filter's gradient gathers, if it is the gradient of that filter", () => {
  const both = (kernel: readonly [number, number]) =>
    operators(
      (x, w) => {
        const y = conv2d(x, w, stride2)
        const padding = samePadding([8, 8], kernel, [2, 2])
        const gradient = bind('convFilter', [x, y], { strides: [2, 2], padding, kernelSize: kernel })
        return add(sum(y), sum(gradient))
      },
      [
        [2, 8, 8, 32],
        [3, 3, 32, 16],
      ],
      {},
    )
  expect(both([3, 3])).toEqual(['MatMul', 'MatMul'])
  expect(both([5, 5])).toEqual(['Conv', 'MatMul'])
})

test('On a GPU the native operators are taken', () => {
  expect(down(32, { device: 'webgpu' })).toEqual(['Conv'])
})

test('A volume of examples, which WebGPU can not convolve, is gathered there', () => {
  expect(down(32, { device: 'webgpu', lowering: 'direct' })).toEqual(['MatMul'])
  expect(up(32, 16, { device: 'webgpu', lowering: 'direct' })).toEqual(['MatMul'])
})

test('Channels that WebGPU takes in threes, and gets wrong, are gathered there', () => {
  for (const channels of [6, 9, 18]) expect(down(channels, { device: 'webgpu' })).toEqual(['MatMul'])
  for (const channels of [3, 4, 7, 12]) expect(down(channels, { device: 'webgpu' })).toEqual(['Conv'])
  expect(down(6, { device: 'cuda' })).toEqual(['Conv'])
})

test('A frozen kernel goes to the native operator', () => {
  const program = (x: Tensor) => conv2d(x, constant(zeros('float32', [3, 3, 32, 4])), stride2)
  const graph = trace(program, { shape: [2, 8, 8, 32], dtype: 'float32' })
  expect(emitModel(graph).graph?.nodes.map((node) => node.opType)).toContain('Conv')
})

test('Wide 5x5 kernels of stride 2 go through minimal filtering, one batch of products; narrow and frozen ones do not', () => {
  const wide = (kernel: number) =>
    trace(
      ([x, w]) => convTranspose2d(x, w, { ...stride2, outputSize: [8, 8] }),
      [
        { shape: [64, 4, 4, 48], dtype: 'float32' },
        { shape: [kernel, kernel, 24, 48], dtype: 'float32' },
      ],
    )
  const names = (kernel: number) =>
    emitModel(wide(kernel)).graph?.initializers.map(({ dims }) => dims?.map(Number)) ?? []
  expect(names(5)).toContainEqual([11, 6])
  expect(names(3)).not.toContainEqual([11, 6])
})

test.each([
  ['14 pixels of 64 examples take one tile of 14', 64, 14, [17, 9]],
  ['14 pixels of 4 examples four of 4, with fewer kernels to transform', 4, 14, [7, 4]],
  ['28 pixels take two tiles of 14', 64, 28, [17, 9]],
  ['30 pixels take three tiles of 10', 64, 30, [13, 7]],
  ['4 pixels take one tile of 4', 2, 4, [7, 4]],
] as const)('Tiles are as long as takes the least time: %s', (_, examples, size, transform) => {
  const graph = trace(
    ([x, w]) => convTranspose2d(x, w, { ...stride2, outputSize: [size, size] }),
    [
      { shape: [examples, size / 2, size / 2, 24], dtype: 'float32' },
      { shape: [5, 5, 24, 24], dtype: 'float32' },
    ],
  )
  const constants = emitModel(graph).graph?.initializers.map(({ dims }) => dims?.map(Number))
  expect(constants).toContainEqual(transform)
})

test('Where taps meet padding alone, minimal filtering gives way to gathered rows, which leave their gradient exactly zero', () => {
  const down = (size: number, lowering: LoweringName) =>
    operators(
      (x, w) => conv2d(x, w, stride2),
      [
        [2, size, size, 8],
        [5, 5, 8, 8],
      ],
      { lowering },
    )
  expect(down(2, 'winograd')).toEqual(down(2, 'gather'))
  expect(down(4, 'winograd')).not.toEqual(down(4, 'gather'))
})

test('Minimal filtering asked for where it would lose precision gives way to gathered rows', () => {
  const many = (lowering: LoweringName) =>
    operators(
      (x, w) => conv2d(x, w, { strides: [1, 1], padding: 'same' }),
      [
        [2, 8, 8, 8],
        [7, 7, 8, 8],
      ],
      { lowering },
    )
  expect(many('winograd')).toEqual(many('gather'))
})
