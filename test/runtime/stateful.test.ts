/** A program with a state, on the CPU and on WebGPU: the same course, the same refusals. */
import { expect, type TestContext, test } from 'vitest'
import { fromNumbers, type NDArray } from '../../src/base/ndarray.js'
import type { RuntimeDevice } from '../../src/runtime/session.js'
import { openSession } from '../../src/runtime/session.js'
import { compileStateful } from '../../src/runtime/stateful.js'
import { emitOnnx } from '../../src/tensor/onnx/emit.js'
import { add, mul, sum } from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'
import { needWebGpu, useSoftwareGpu } from '../support/software-gpu.js'

useSoftwareGpu()

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const
const array = (...numbers: number[]) => fromNumbers('float32', [numbers.length], numbers)
const number = (value: number) => fromNumbers('float32', [], [value])

const specs = { state: { a: spec(3), kept: [spec(2)] }, by: spec() }

/** a grows by a factor, the other part of the state goes through; the sum of the old a is told. */
function grow({ state, by }: { state: { a: Tensor; kept: Tensor[] }; by: Tensor }) {
  return { state: { a: mul(state.a, by), kept: state.kept }, total: sum(state.a) }
}

async function openGrowing(context: TestContext, device: RuntimeDevice) {
  const program = await needWebGpu(context, compileStateful(grow, specs, { device }))
  program.load({ a: array(1, 2, 3), kept: [array(7, 8)] })
  const stateNow = async () => {
    const { a, kept } = await program.state()
    return { a: [...a.data], kept: kept.map((k: NDArray) => [...k.data]) }
  }
  return { program, stateNow }
}

for (const device of ['cpu', 'webgpu'] as const) {
  test(`A run's state is the next run's, and reading it changes nothing (${device})`, async (context) => {
    const { program, stateNow } = await openGrowing(context, device)
    expect(await stateNow()).toEqual({ a: [1, 2, 3], kept: [[7, 8]] })
    const totals = []
    for (const factor of [2, 3, 0.5]) totals.push((await program.run({ by: number(factor) })).total.data[0])
    expect(totals).toEqual([6, 12, 36])
    expect(await stateNow()).toEqual({ a: [3, 6, 9], kept: [[7, 8]] })
    expect(await stateNow()).toEqual(await stateNow())
    expect((await program.run({ by: number(1) })).total.data[0]).toBe(18)
    program.load({ a: array(1, 1, 1), kept: [array(0, 0)] })
    await program.run({ by: number(5) })
    expect(await stateNow()).toEqual({ a: [5, 5, 5], kept: [[0, 0]] })
    await program.close()
  })

  test(`A run that is refused leaves the state as it was (${device})`, async (context) => {
    const { program, stateNow } = await openGrowing(context, device)
    await program.run({ by: number(2) })
    await expect(program.run({} as never)).rejects.toThrow("needs the input 'in/by'")
    await expect(program.run({ by: array(1, 2) })).rejects.toThrow('float32 [2] was given')
    expect(await stateNow()).toEqual({ a: [2, 4, 6], kept: [[7, 8]] })
    await program.close()
    await expect(program.run({ by: number(2) })).rejects.toThrow('was closed')
  })
}

test('A program that returns a state of another form is refused', async () => {
  const bare = ({ state }: { state: { a: Tensor } }) => ({ state: { b: state.a } })
  await expect(compileStateful(bare, { state: { a: spec(3) } })).rejects.toThrow('another form')
})

test('The memory of a state that was replaced on the device is given back (needs a WebGPU adapter)', async (context) => {
  const million = 2 ** 20
  const more = ({ state, by }: { state: Tensor; by: Tensor }) => ({ state: add(state, by), first: by })
  const opened = compileStateful(more, { state: spec(million), by: spec() }, { device: 'webgpu' })
  const program = await needWebGpu(context, opened)
  program.load(fromNumbers('float32', [million], new Array(million).fill(0)))
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) await program.run({ by: number(1) })
  }
  // 4 MiB a run, kept by a software GPU in this process's memory.
  await run(5)
  const before = process.memoryUsage.rss()
  await run(100)
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20)
  const state = await program.state()
  expect(state.data[million - 1]).toBe(105)
  await program.close()
})

test('A session hands on what stayed on the device (needs a WebGPU adapter)', async (context) => {
  const doubled = emitOnnx(
    trace(({ x }) => ({ y: add(x, x), z: sum(x) }), { x: spec(2) }),
    { inputNames: ['x'], outputNames: ['y', 'z'] },
  )
  const keeping = await needWebGpu(context, openSession(doubled, { device: 'webgpu', keep: ['y'] }))
  const reading = await openSession(doubled, { device: 'webgpu' })
  const { y, z } = await keeping.run({ x: array(1, 2) })
  expect(y).not.toHaveProperty('data')
  expect({ dtype: y.dtype, shape: [...y.shape] }).toEqual({ dtype: 'float32', shape: [2] })
  expect([...(z as NDArray).data]).toEqual([3])
  expect([...(await reading.run({ x: y })).y.data]).toEqual([4, 8])
  for (const session of [keeping, reading]) await session.close()
})
