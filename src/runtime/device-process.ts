/** Whether a device computes at all, tried in a process of its own: a driver that ends its process ends no other. */
import { serveChild } from '../base/child-process.js'
import { ndarray } from '../base/ndarray.js'
import { add } from '../tensor/ops.js'
import { compile } from './compile.js'
import type { RuntimeDevice } from './session.js'

serveChild<RuntimeDevice, never, null>(async (device) => {
  const x = ndarray('float32', [2], Float32Array.of(1, 2))
  const compiled = await compile(({ x }) => add(x, x), { x: { shape: [2], dtype: 'float32' } }, { device, threads: 1 })
  await compiled.run({ x })
  await compiled.close()
  return null
})
