import { expect, test } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { openSession, physicalCores } from '../../src/runtime/session.js'
import type { Graph, Value } from '../../src/tensor/graph.js'
import { emitOnnx } from '../../src/tensor/onnx/emit.js'

const value = (id: number, shape: number[]): Value => ({ id, shape, dtype: 'float32' })

/** y = a b + 1 */
function affine(): Graph {
  const [a, b, product, one, y] = [value(0, [2, 3]), value(1, [3, 2]), value(2, [2, 2]), value(3, []), value(4, [2, 2])]
  return {
    inputs: [a, b],
    constants: new Map([[one.id, fromNumbers('float32', [], [1])]]),
    constantValues: [one],
    equations: [
      { primitive: 'matmul', inputs: [a, b], params: {}, output: product },
      { primitive: 'add', inputs: [product, one], params: {}, output: y },
    ],
    outputs: [y],
  }
}

const onnx = emitOnnx(affine(), { inputNames: ['a', 'b'], outputNames: ['y'], metadata: { purpose: 'test' } })
const a = fromNumbers('float32', [2, 3], [1, 2, 3, 4, 5, 6])
const b = fromNumbers('float32', [3, 2], [1, 0, 0, 1, 1, 1])

test('A session describes the model it opened', async () => {
  const session = await openSession(onnx)
  expect(session.inputs).toEqual([
    { name: 'a', shape: [2, 3], dtype: 'float32' },
    { name: 'b', shape: [3, 2], dtype: 'float32' },
  ])
  expect(session.outputs).toEqual([{ name: 'y', shape: [2, 2], dtype: 'float32' }])
  expect(session.metadata).toEqual({ purpose: 'test' })
  await session.close()
})

test('Results of a run stay as they are when the session runs again', async () => {
  const session = await openSession(onnx)
  const first = await session.run({ a, b })
  expect([...first.y.data]).toEqual([5, 6, 11, 12])
  const second = await session.run({ a: fromNumbers('float32', [2, 3], [0, 0, 0, 0, 0, 0]), b })
  expect([...second.y.data]).toEqual([1, 1, 1, 1])
  expect([...first.y.data]).toEqual([5, 6, 11, 12])
  await session.close()
})

test('Feeds that do not fit the model are refused by name', async () => {
  const session = await openSession(onnx)
  await expect(session.run({ a })).rejects.toThrow("needs the input 'b'")
  await expect(session.run({ a, b: a })).rejects.toThrow(
    "input 'b' of the model is float32 [3, 2], but float32 [2, 3] was given",
  )
  await expect(session.run({ a, b, c: a })).rejects.toThrow("has no input 'c'")
  await session.close()
  await expect(session.run({ a, b })).rejects.toThrow('was closed')
})

test('A device that this computer lacks is named together with those it has', async () => {
  await expect(openSession(onnx, { device: 'tpu' as never })).rejects.toThrow(
    /device 'tpu' is not available .* choose cpu/,
  )
})

test('A file that is no model is refused in one sentence', async () => {
  await expect(openSession('/no/such/model.onnx')).rejects.toThrow('/no/such/model.onnx does not exist')
  await expect(openSession(new Uint8Array([1, 2, 3]), { name: 'notes.txt' })).rejects.toThrow(
    /notes\.txt can't be read as an ONNX model/,
  )
})

test('At least one core is there', () => {
  expect(physicalCores()).toBeGreaterThanOrEqual(1)
})
