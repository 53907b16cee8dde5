/** On a computer without a GPU, Chromium's SwiftShader (Debian's package `chromium`) stands in for one. */
import { expect, test } from 'vitest'
import { exists } from '../../src/base/files.js'
import { ndarray, type Shape, sizeOf } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { compile } from '../../src/runtime/compile.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { bind } from '../../src/tensor/trace.js'
import { flatten } from '../../src/tensor/tree.js'

const softwareGpu = '/usr/lib/chromium/vk_swiftshader_icd.json'
if (!process.env.VK_ICD_FILENAMES && exists(softwareGpu)) process.env.VK_ICD_FILENAMES = softwareGpu

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const

for (const lowering of ['native', 'gather'] as const) {
  test(`Convolutions and their adjoints run on WebGPU as the interpreter says (${lowering}; needs a WebGPU adapter)`, async (context) => {
    const geometry = { strides: [2, 2], padding: { low: [1, 1], high: [2, 2] } } as const
    const compiled = await compile(
      ({ x, w, y }) => ({
        y: bind('conv', [x, w], geometry),
        x: bind('convInput', [y, w], { ...geometry, inputSize: [10, 10] }),
        w: bind('convFilter', [x, y], { ...geometry, kernelSize: [5, 5] }),
      }),
      { x: spec(2, 10, 10, 4), w: spec(5, 5, 4, 6), y: spec(2, 5, 5, 6) },
      { lowering, device: 'webgpu' },
    ).catch((error: Error) => {
      if (/adapter|not available/.test(error.message)) context.skip(error.message)
      throw error
    })
    const random = (shape: Shape, seed: number) => ndarray('float32', shape, new Rng(seed).normals(sizeOf(shape)))
    const inputs = { w: random([5, 5, 4, 6], 1), x: random([2, 10, 10, 4], 2), y: random([2, 5, 5, 6], 3) }
    const expected = evaluate(compiled.graph, [inputs.w, inputs.x, inputs.y])
    const actual = flatten(await compiled.run(inputs))
    for (const [i, { path, leaf }] of actual.entries()) {
      const difference = Math.hypot(...Array.from(leaf.data, (n, k) => n - expected[i].data[k]))
      expect(difference / Math.hypot(...expected[i].data), path).toBeLessThan(1e-5)
    }
    await compiled.close()
  })
}
