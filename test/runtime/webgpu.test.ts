import { expect, test } from 'vitest'
import { ndarray, type Shape, sizeOf } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { compile } from '../../src/runtime/compile.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { bind } from '../../src/tensor/trace.js'
import { flatten } from '../../src/tensor/tree.js'
import { needWebGpu, useSoftwareGpu } from '../support/software-gpu.js'

useSoftwareGpu()

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const

for (const { lowering, batch, channels, filters } of [
  { lowering: 'native', batch: 2, channels: 4, filters: 6 },
  { lowering: 'gather', batch: 2, channels: 4, filters: 6 },
  // Taken in threes: wrong in ONNX Runtime 1.30, so computed otherwise.
  { lowering: 'native', batch: 6, channels: 9, filters: 8 },
] as const) {
  const how = `${lowering}, batch of ${batch}, ${channels} channels to ${filters}`
  test(`Convolutions and their adjoints run on WebGPU as the interpreter says (${how}; needs a WebGPU adapter)`, async (context) => {
    const [image, kernel, output] = [
      [batch, 10, 10, channels],
      [5, 5, channels, filters],
      [batch, 5, 5, filters],
    ]
    const geometry = { strides: [2, 2], padding: { low: [1, 1], high: [2, 2] } } as const
    const opened = compile(
      ({ x, w, y }) => ({
        y: bind('conv', [x, w], geometry),
        x: bind('convInput', [y, w], { ...geometry, inputSize: [10, 10] }),
        w: bind('convFilter', [x, y], { ...geometry, kernelSize: [5, 5] }),
      }),
      { x: spec(...image), w: spec(...kernel), y: spec(...output) },
      { lowering, device: 'webgpu' },
    )
    const compiled = await needWebGpu(context, opened)
    const random = (shape: Shape, seed: number) => ndarray('float32', shape, new Rng(seed).normals(sizeOf(shape)))
    const inputs = { w: random(kernel, 1), x: random(image, 2), y: random(output, 3) }
    const expected = evaluate(compiled.graph, [inputs.w, inputs.x, inputs.y])
    const actual = flatten(await compiled.run(inputs))
    for (const [i, { path, leaf }] of actual.entries()) {
      const difference = Math.hypot(...Array.from(leaf.data, (n, k) => n - expected[i].data[k]))
      expect(difference / Math.hypot(...expected[i].data), path).toBeLessThan(1e-5)
    }
    await compiled.close()
  })
}
