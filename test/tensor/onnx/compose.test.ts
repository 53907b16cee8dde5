import { expect, test } from 'vitest'
import { UserError } from '../../../src/base/errors.js'
import { exists, readBytes } from '../../../src/base/files.js'
import { fromNumbers, type NDArray, ndarray, type Shape, sizeOf } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { openSession } from '../../../src/runtime/session.js'
import { composeOnnx } from '../../../src/tensor/onnx/compose.js'
import { emitOnnx } from '../../../src/tensor/onnx/emit.js'
import { decodeModel, encodeModel } from '../../../src/tensor/onnx/format/protobuf.js'
import { add, constant, div, matmul, mul, sub, tanh } from '../../../src/tensor/ops.js'
import { type Tensor, trace } from '../../../src/tensor/trace.js'

const random = (shape: Shape, seed = 1): NDArray<'float32'> =>
  ndarray('float32', shape, new Rng(seed).normals(sizeOf(shape)))

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const

const weights = random([5, 4])

/** Examples [N, 5] to features [N, 4]. */
function backbone(options = {}): Uint8Array {
  const graph = trace((x: Tensor) => tanh(matmul(x, constant(weights))), spec(3, 5))
  return emitOnnx(graph, { inputNames: ['x'], outputNames: ['features'], dynamicBatch: true, ...options })
}

/** Features [N, D] to logits [N, 1]: standardised, then linear. */
function head(features: number, options = {}): Uint8Array {
  const graph = trace(
    (f: Tensor) => {
      const mean = constant(random([features], 2))
      const deviation = constant(fromNumbers('float32', [features], new Array(features).fill(2)))
      return add(matmul(div(sub(f, mean), deviation), constant(random([features, 1], 3))), 0.25)
    },
    spec(3, features),
  )
  return emitOnnx(graph, { inputNames: ['features'], outputNames: ['logit'], dynamicBatch: true, ...options })
}

async function run(onnx: Uint8Array, feeds: Record<string, NDArray>): Promise<Record<string, NDArray>> {
  const session = await openSession(onnx)
  const results = await session.run(feeds)
  await session.close()
  return results
}

test('The joint model computes what the two compute one after the other', async () => {
  const joint = composeOnnx(backbone(), head(4), { features: 'features' }, { metadata: { name: 'joint' } })
  const x = random([7, 5], 8)
  const { features } = await run(backbone(), { x })
  const { logit: expected } = await run(head(4), { features })
  const results = await run(joint, { x })
  expect(Object.keys(results)).toEqual(['logit'])
  expect([...results.logit.data]).toEqual([...expected.data])
  expect(decodeModel(joint).metadata).toEqual([{ key: 'name', value: 'joint' }])
})

test('Names that both models use stay apart', async () => {
  const twice = (bytes: Uint8Array) => composeOnnx(bytes, square, { a: 'a_out' })
  const square = emitOnnx(
    trace((a: Tensor) => mul(a, add(a, constant(random([4])))), spec(3, 4)),
    { inputNames: ['a'], outputNames: ['a_out'] },
  )
  const a = fromNumbers(
    'float32',
    [3, 4],
    Array.from({ length: 12 }, (_, i) => i / 6),
  )
  const once = await run(square, { a })
  const again = await run(square, { a: once.a_out })
  const third = await run(square, { a: again.a_out })
  expect((await run(twice(twice(square)), { a })).a_out.data).toEqual(third.a_out.data)
})

test('What does not fit is refused with both names', () => {
  expect(() => composeOnnx(backbone(), head(6), { features: 'features' })).toThrow(
    "output 'features' does not fit input 'features': shapes [?, 4] and [?, 6] differ",
  )
  expect(() => composeOnnx(backbone(), head(4), { features: 'pooled' })).toThrow(
    "the first model has no output 'pooled'; it has 'features'",
  )
  expect(() => composeOnnx(backbone(), head(4), { f: 'features' })).toThrow("the second model has no input 'f'")
  expect(() => composeOnnx(backbone(), head(4), {})).toThrow("input 'features' of the second model is not connected")
  expect(() => composeOnnx(backbone(), head(4, { outputNames: ['x'] }), { features: 'features' })).toThrow(UserError)
})

test('Models of different operator sets are joined where their operators mean the same in both', async () => {
  const older = decodeModel(backbone())
  older.opsetImport = [{ domain: 'ai.onnx', version: 13 }]
  const joint = composeOnnx(encodeModel(older), head(4), { features: 'features' })
  expect(decodeModel(joint).opsetImport).toEqual([{ domain: '', version: 13 }])
  const x = random([2, 5], 8)
  const same = composeOnnx(backbone(), head(4), { features: 'features' })
  expect((await run(joint, { x })).logit.data).toEqual((await run(same, { x })).logit.data)

  if (older.graph) older.graph.nodes[0].opType = 'Dropout'
  older.opsetImport = [{ version: 6 }]
  expect(() => composeOnnx(encodeModel(older), head(4), { features: 'features' })).toThrow(
    /versions 6 and 20 .* Sub changed/,
  )
})

const mobileNet = process.env.KOPT_TEST_MOBILENET ?? ''

test.skipIf(!exists(mobileNet))(
  'A head on MobileNetV2 runs at any number and size of images (needs KOPT_TEST_MOBILENET, a file with 1280 features)',
  async () => {
    const bytes = readBytes(mobileNet)
    const joint = composeOnnx(bytes, head(1280), { features: 'feat' })
    for (const [n, size] of [
      [1, 56],
      [3, 64],
    ]) {
      const x = random([n, 3, size, size], 5)
      const { feat } = await run(bytes, { x })
      const { logit: expected } = await run(head(1280), { features: feat })
      const { logit } = await run(joint, { x })
      expect(logit.shape).toEqual([n, 1])
      for (let i = 0; i < n; i++) expect(logit.data[i]).toBeCloseTo(expected.data[i], 4)
    }
  },
)
