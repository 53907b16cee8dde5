import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UserError } from '../../../../src/base/errors.js'
import { bytesOf, fromNumbers } from '../../../../src/base/ndarray.js'
import { emitModel } from '../../../../src/tensor/onnx/emit.js'
import { attribute, dataTypes, type ModelProto, tensorProto } from '../../../../src/tensor/onnx/format/model.js'
import { decodeModel, encodeModel } from '../../../../src/tensor/onnx/format/protobuf.js'
import { add, constant, conv2d } from '../../../../src/tensor/ops.js'
import { trace } from '../../../../src/tensor/trace.js'

function smallModel(): ModelProto {
  const graph = trace(
    ({ x }) => {
      const w = constant(fromNumbers('float32', [1, 1, 2, 2], [1, -2, 3.5, 4]))
      return add(conv2d(x, w, { strides: [1, 1], padding: 'same' }), 1)
    },
    { x: { shape: [1, 4, 4, 2], dtype: 'float32' } },
  )
  return emitModel(graph, { metadata: { b: 'second', a: 'first' }, lowering: 'native' })
}

/** A length-delimited field. */
function field(number: number, payload: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let n = payload.length; ; n >>>= 7) {
    length.push(n > 127 ? (n & 127) | 128 : n)
    if (n <= 127) break
  }
  return Uint8Array.from([(number << 3) | 2, ...length, ...payload])
}

test('A model that is written and read again is the same', () => {
  const model = smallModel()
  const bytes = encodeModel(model)
  expect(encodeModel(decodeModel(bytes))).toEqual(bytes)
  const read = decodeModel(bytes)
  expect(read.producerName).toBe('kopt')
  expect(read.irVersion).toBe(10)
  expect(read.opsetImport).toEqual([{ domain: '', version: 20 }])
  expect(read.metadata).toEqual([
    { key: 'a', value: 'first' },
    { key: 'b', value: 'second' },
  ])
  expect(read.graph?.nodes.map((node) => node.opType)).toEqual(model.graph?.nodes.map((node) => node.opType))
})

test('Arrays are initializers of their own type, shape and bytes', () => {
  for (const dtype of ['float32', 'float64', 'int32', 'uint8', 'bool'] as const) {
    const array = fromNumbers(dtype, [2, 2], [1, 0, 1, 1])
    const { dims, dataType, rawData } = tensorProto('a', array)
    expect({ dims, dataType, rawData }).toEqual({ dims: [2, 2], dataType: dataTypes[dtype], rawData: bytesOf(array) })
  }
})

test('Attributes keep integers, lists, text and decimals apart', () => {
  expect(attribute('axis', -1)).toMatchObject({ type: 2, int: -1n })
  expect(attribute('perm', [1, 0])).toMatchObject({ type: 7, ints: [1n, 0n] })
  expect(attribute('mode', 'constant')).toMatchObject({ type: 3 })
  expect(attribute('alpha', { float: 0.5 })).toMatchObject({ type: 1, float: 0.5 })
})

test('Fields that we have no name for survive reading and writing', () => {
  const extra = field(15, new TextEncoder().encode('from the future'))
  const bytes = Uint8Array.from([...encodeModel(smallModel()), ...extra])
  expect(encodeModel(decodeModel(bytes))).toEqual(bytes)
})

test('Packed and single repeated numbers are both read', () => {
  const model = smallModel()
  const dims = decodeModel(encodeModel(model)).graph?.initializers[0].dims
  // dims (field 1) written one by one, as proto2 writers do
  const tensor = Uint8Array.from([8, 1, 8, 1, 8, 2, 8, 2, 16, 1, ...field(9, new Uint8Array(16))])
  const graph = field(7, field(5, tensor))
  const bytes = Uint8Array.from([...field(8, Uint8Array.from([16, 20])), ...graph])
  expect(decodeModel(bytes).graph?.initializers[0].dims).toEqual([1, 1, 2, 2])
  expect(dims).toEqual([1, 1, 2, 2])
})

test('A model cut off anywhere is refused, never half read', () => {
  const bytes = encodeModel(smallModel())
  const graphEnd = bytes.length - 40
  for (let length = 0; length < graphEnd; length += 7) {
    expect(() => decodeModel(bytes.subarray(0, length), 'short.onnx'), `${length} bytes`).toThrow(UserError)
  }
})

test('Arbitrary bytes give a model or a UserError, nothing else', () => {
  const bytes = encodeModel(smallModel())
  const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damage), (input) => {
      const hostile = input instanceof Uint8Array ? input : bytes.slice()
      if (!(input instanceof Uint8Array)) for (const [at, byte] of input) hostile[at] = byte
      try {
        decodeModel(hostile)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
      }
    }),
    { numRuns: 500 },
  )
})

test('Nesting without end is refused', () => {
  let graph: Uint8Array = field(2, new TextEncoder().encode('innermost'))
  // GraphProto.node (1) > NodeProto.attribute (5) > AttributeProto.g (6)
  for (let depth = 0; depth < 200; depth++) graph = field(1, field(5, field(6, graph)))
  const bytes = Uint8Array.from([...field(8, Uint8Array.from([16, 20])), ...field(7, graph)])
  expect(() => decodeModel(bytes)).toThrow(/nested more than 64 levels/)
})

test('A tensor whose bytes do not fill its shape is refused by name', () => {
  const model = smallModel()
  const tensor = model.graph?.initializers[0]
  if (tensor) tensor.dims = [1 << 20, 1 << 20]
  expect(() => decodeModel(encodeModel(model))).toThrow(/tensor 'constant_1' should hold .* bytes/)
  if (tensor) tensor.dims = [-1]
  expect(() => decodeModel(encodeModel(model))).toThrow(/impossible shape/)
})
