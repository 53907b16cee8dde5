/**
 * The ways to compute a convolution and its two adjoints, on the layers of the paper's ACGAN at widths 1 and 0.25, batch 64.
 * The table in src/tensor/lower/choose.ts comes from here: compare the fastest runs (`min`) of native and gather.
 */
import { bench, describe } from 'vitest'
import { ndarray, type Shape, sizeOf } from '../src/base/ndarray.js'
import { openSession } from '../src/runtime/session.js'
import type { Graph } from '../src/tensor/graph.js'
import type { ArraySpec } from '../src/tensor/infer.js'
import { emitOnnx } from '../src/tensor/onnx/emit.js'
import { samePadding } from '../src/tensor/shape.js'
import { bind, type Tensor, trace } from '../src/tensor/trace.js'

const batch = 64
const strides = [2, 2] as const

/** Image size, kernel size, channels of x, channels of y; the generator's layers are adjoints of these. */
const layers: [number, number, number, number][] = [
  [14, 5, 192, 385],
  [28, 5, 96, 192],
  [56, 5, 3, 96],
  [56, 3, 3, 32],
  [28, 3, 32, 64],
  [14, 3, 64, 128],
  [7, 3, 128, 256],
]

function narrowed(channels: number, width: number): number {
  return channels === 3 ? 3 : channels === 385 ? 384 * width + 1 : channels * width
}

function programs(size: number, side: number, channels: number, filters: number): [string, Graph][] {
  const padding = samePadding([size, size], [side, side], strides)
  const small = Math.ceil(size / 2)
  const x = { shape: [batch, size, size, channels], dtype: 'float32' } as const
  const w = { shape: [side, side, channels, filters], dtype: 'float32' } as const
  const y = { shape: [batch, small, small, filters], dtype: 'float32' } as const
  const both = (fn: (a: Tensor, b: Tensor) => Tensor, specs: [ArraySpec, ArraySpec]) =>
    trace(([a, b]) => fn(a, b), specs)
  return [
    ['conv', both((a, b) => bind('conv', [a, b], { strides, padding }), [x, w])],
    ['convInput', both((a, b) => bind('convInput', [a, b], { strides, padding, inputSize: [size, size] }), [y, w])],
    ['convFilter', both((a, b) => bind('convFilter', [a, b], { strides, padding, kernelSize: [side, side] }), [x, y])],
  ]
}

function noise(shape: Shape) {
  return ndarray(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 1.7)),
  )
}

for (const width of [1, 0.25]) {
  for (const [size, side, channels, filters] of layers) {
    const [cin, cout] = [narrowed(channels, width), narrowed(filters, width)]
    for (const [name, graph] of programs(size, side, cin, cout)) {
      describe(`${name} ${size} x ${size}, ${side} x ${side}, ${cin} and ${cout} channels`, async () => {
        const feeds = Object.fromEntries(graph.inputs.map(({ shape }, i) => [`input_${i}`, noise(shape)]))
        for (const lowering of ['native', 'gather'] as const) {
          const session = await openSession(emitOnnx(graph, { lowering }))
          bench(lowering, async () => void (await session.run(feeds)), {
            time: 150,
            warmupTime: 20,
            iterations: 3,
            warmupIterations: 1,
          })
        }
      })
    }
  }
}
