/**
 * The ways to compute a convolution and its two adjoints, on the layers of the paper's ACGAN, batch 64; the table in
 * src/tensor/onnx/convolution/choose.ts comes from here. Prints one JSON line: the least time of each way in ms.
 *
 *   node bench/convolutions.mjs [--width 1] [--batch 64] [--threads N] [--runs 12]
 */
import { parseArgs } from 'node:util'
import { ndarray, sizeOf } from '../dist/base/ndarray.js'
import { Rng } from '../dist/base/random.js'
import { openSession, physicalCores } from '../dist/runtime/session.js'
import { emitOnnx } from '../dist/tensor/onnx/emit.js'
import { samePadding } from '../dist/tensor/shape.js'
import { bind, trace } from '../dist/tensor/trace.js'

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '1' },
    batch: { type: 'string', default: '64' },
    threads: { type: 'string', default: String(physicalCores()) },
    runs: { type: 'string', default: '12' },
  },
})
const [width, batch, threads, runs] = [values.width, values.batch, values.threads, values.runs].map(Number)
const strides = [2, 2]
const ways = ['native', 'gather', 'direct', 'winograd']

/** Image size, kernel size, channels of x, channels of y; the generator's layers are adjoints of these. */
const layers = [
  [14, 5, 192 * width, 384 * width + 1],
  [28, 5, 96 * width, 192 * width],
  [56, 5, 3, 96 * width],
  [56, 3, 3, 32 * width],
  [28, 3, 32 * width, 64 * width],
  [14, 3, 64 * width, 128 * width],
  [7, 3, 128 * width, 256 * width],
]

function programs(size, side, channels, filters) {
  const padding = samePadding([size, size], [side, side], strides)
  const small = Math.ceil(size / 2)
  const spec = (...shape) => ({ shape, dtype: 'float32' })
  const x = spec(batch, size, size, channels)
  const w = spec(side, side, channels, filters)
  const y = spec(batch, small, small, filters)
  const inputSize = [size, size]
  const kernelSize = [side, side]
  return {
    conv: trace((inputs) => bind('conv', inputs, { strides, padding }), [x, w]),
    convInput: trace((inputs) => bind('convInput', inputs, { strides, padding, inputSize }), [y, w]),
    convFilter: trace((inputs) => bind('convFilter', inputs, { strides, padding, kernelSize }), [x, y]),
  }
}

async function leastMs(graph, lowering) {
  const session = await openSession(emitOnnx(graph, { lowering }), { threads })
  const rng = new Rng(1)
  const feeds = Object.fromEntries(
    graph.inputs.map(({ shape }, i) => [`input_${i}`, ndarray('float32', shape, rng.normals(sizeOf(shape)))]),
  )
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    await session.run(feeds)
    least = Math.min(least, performance.now() - start)
  }
  await session.close()
  return Math.round(100 * least) / 100
}

const found = []
for (const [size, kernel, channels, filters] of layers) {
  for (const [primitive, graph] of Object.entries(programs(size, kernel, channels, filters))) {
    const ms = {}
    for (const way of ways) ms[way] = await leastMs(graph, way)
    found.push({ primitive, size, kernel, channels, filters, ms })
  }
}
console.log(JSON.stringify({ bench: 'convolutions', width, batch, threads, layers: found }))
