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

const halving = { strides: [2, 2], padding: { low: [1, 1], high: [2, 2] } } as const
const padded = { strides: [1, 1], padding: { low: [0, 0], high: [1, 1] } } as const

for (const { lowering, geometry, image, kernel, output } of [
  { lowering: 'native', geometry: halving, image: [2, 10, 10, 4], kernel: [5, 5, 4, 6], output: [2, 5, 5, 6] },
  { lowering: 'gather', geometry: halving, image: [2, 10, 10, 4], kernel: [5, 5, 4, 6], output: [2, 5, 5, 6] },
  // Wrong in ONNX Runtime 1.30, so computed otherwise: channels in threes (a batch, too), an image of the kernel's size.
  { lowering: 'native', geometry: halving, image: [6, 10, 10, 9], kernel: [5, 5, 9, 8], output: [6, 5, 5, 8] },
  { lowering: 'native', geometry: padded, image: [2, 3, 3, 4], kernel: [3, 3, 4, 6], output: [2, 2, 2, 6] },
  { lowering: 'native', geometry: padded, image: [2, 4, 4, 4], kernel: [2, 2, 4, 6], output: [2, 4, 4, 6] },
  { lowering: 'native', geometry: padded, image: [2, 2, 2, 4], kernel: [3, 3, 4, 6], output: [2, 1, 1, 6] },
] as const) {
  const how = `${lowering}, ${image.join(' x ')} by ${kernel.join(' x ')}`
  test(`Convolutions and their adjoints run on WebGPU as the interpreter says (${how}; needs a WebGPU adapter)`, async (context) => {
    const opened = compile(
      ({ x, w, y }) => ({
        y: bind('conv', [x, w], geometry),
        x: bind('convInput', [y, w], { ...geometry, inputSize: [image[1], image[2]] }),
        w: bind('convFilter', [x, y], { ...geometry, kernelSize: [kernel[0], kernel[1]] }),
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
