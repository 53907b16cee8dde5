import { expect, test, vi } from 'vitest'
import { openSession } from '../../src/runtime/session.js'
import { emitOnnx } from '../../src/tensor/onnx/emit.js'
import { neg } from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'

vi.mock('onnxruntime-node', () => {
  throw new Error('Cannot find module onnxruntime_binding.node')
})

test('Where ONNX Runtime has no binary, one sentence names the platform and the supported ones', async () => {
  const onnx = emitOnnx(trace((x: Tensor) => neg(x), { shape: [2], dtype: 'float32' }))
  const failure = openSession(onnx).catch((error: Error) => error)
  const { name, message } = (await failure) as Error
  expect(name).toBe('UserError')
  expect(message).toContain(`(${process.platform} ${process.arch})`)
  expect(message).toContain('supported are Linux x64 and arm64 with glibc, macOS arm64, and Windows x64 and arm64')
  expect(message.split('\n')).toHaveLength(1)
})
