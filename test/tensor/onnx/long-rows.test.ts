import { expect, test } from 'vitest'
import { type NDArray, ndarray, sizeOf } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { openSession } from '../../../src/runtime/session.js'
import { type EmitOptions, emitModel, emitOnnx } from '../../../src/tensor/onnx/emit.js'
import { add, div, mul, reshape, sub } from '../../../src/tensor/ops.js'
import { type Tensor, trace } from '../../../src/tensor/trace.js'

const normalise = ([x, c]: readonly Tensor[]) => {
  const kept = reshape(c, [1, 1, 1, c.shape[0]])
  return add(mul(sub(x, c), kept), div(c, x))
}

const program = (shape: readonly number[]) =>
  trace(normalise, [
    { shape, dtype: 'float32' },
    { shape: shape.slice(-1), dtype: 'float32' },
  ])

async function run(shape: readonly number[], options: EmitOptions): Promise<NDArray> {
  const session = await openSession(emitOnnx(program(shape), options))
  const normal = (seed: number, of: readonly number[]) => ndarray('float32', of, new Rng(seed).normals(sizeOf(of)))
  const { output_0 } = await session.run({ input_0: normal(1, shape), input_1: normal(2, shape.slice(-1)) })
  await session.close()
  return output_0
}

const repeats = (shape: readonly number[], options: EmitOptions = {}) =>
  emitModel(program(shape), options).graph?.nodes.filter(({ opType }) => opType === 'Expand').length

test.each([[[3, 4, 5, 2]], [[2, 7, 3]], [[2, 3, 30, 90]], [[1, 40, 40, 3]]])(
  'Numbers per channel meet the same pixels in rows as alone, bit for bit: %j',
  async (shape) => {
    expect(repeats(shape)).toBeGreaterThan(0)
    expect(await run(shape, {})).toEqual(await run(shape, { device: 'webgpu' }))
  },
)

test('Rows are not made where pixels have one channel or thousands, on a GPU, or for images of any size', () => {
  expect(repeats([2, 8, 8, 4])).toBeGreaterThan(0)
  expect(repeats([2, 8, 8, 1])).toBe(0)
  expect(repeats([2, 8, 8, 2049])).toBe(0)
  expect(repeats([2, 8, 8, 4], { device: 'webgpu' })).toBe(0)
  expect(repeats([2, 8, 8, 4], { openImageSize: true })).toBe(0)
})
