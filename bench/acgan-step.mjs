/**
 * One ACGAN training step as a user's machine runs it: both networks, their gradients and Adam, state in and out of
 * ONNX Runtime and back to the program. Prints one JSON line.
 *
 *   node bench/acgan-step.mjs [--width 1] [--batch 64] [--threads N] [--lowering auto] [--channels 3] [--steps 16]
 */
import { parseArgs } from 'node:util'
import { ndarray, sizeOf } from '../dist/base/ndarray.js'
import { Rng } from '../dist/base/random.js'
import { defaultAcganOptions } from '../dist/gan/options.js'
import { compileStep, initialState, stepSpecs } from '../dist/gan/steps.js'
import { compile } from '../dist/runtime/compile.js'
import { physicalCores } from '../dist/runtime/session.js'
import { matmul } from '../dist/tensor/ops.js'
import { mapTree } from '../dist/tensor/tree.js'

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '1' },
    batch: { type: 'string', default: '64' },
    threads: { type: 'string', default: String(physicalCores()) },
    lowering: { type: 'string', default: 'auto' },
    channels: { type: 'string', default: '3' },
    steps: { type: 'string', default: '16' },
  },
})
const [width, batch, threads, steps] = [values.width, values.batch, values.threads, values.steps].map(Number)
/** Steps that are not counted: memory is touched for the first time. */
const warmUp = 2

const options = defaultAcganOptions({
  classes: ['normal', 'sinusitis'],
  steps,
  width,
  batchSize: batch,
  channels: Number(values.channels),
})
const begun = performance.now()
const program = await compileStep(options, { threads, lowering: values.lowering })
const compileMs = performance.now() - begun

const { state: _state, step: _step, ...drawn } = stepSpecs(options)
const rng = new Rng(1)
const inputs = mapTree(({ shape, dtype }) => noise(shape, dtype), drawn)
let state = initialState(options)
const times = []
for (let step = 1; step <= warmUp + steps; step++) {
  const start = performance.now()
  const out = await program.run({ ...inputs, state, step: ndarray('float32', [], Float32Array.of(step)) })
  if (step > warmUp) times.push(performance.now() - start)
  state = out.state
}
const peak = process.resourceUsage().maxRSS / 1024
await program.close()
times.sort((a, b) => a - b)

console.log(
  JSON.stringify({
    bench: 'acgan-step',
    median_ms: round(times[times.length >> 1]),
    min_ms: round(times[0]),
    batch,
    width,
    threads,
    lowering: values.lowering,
    gemm_gflops: Math.round(await gemmGflops()),
    compile_ms: Math.round(compileMs),
    peak_mib: Math.round(peak),
  }),
)

function noise(shape, dtype) {
  const count = sizeOf(shape)
  if (dtype === 'float32') return ndarray(dtype, shape, rng.normals(count))
  const below = dtype === 'uint8' ? 256 : options.classes.length
  const values = Array.from({ length: count }, () => rng.integer(below))
  return ndarray(dtype, shape, dtype === 'uint8' ? Uint8Array.from(values) : Int32Array.from(values))
}

/** What a large product reaches: below a machine's usual figure something else was running. */
async function gemmGflops() {
  const side = 2048
  const square = { shape: [side, side], dtype: 'float32' }
  const product = await compile(({ a, b }) => matmul(a, b), { a: square, b: square }, { threads })
  const inputs = {
    a: ndarray('float32', [side, side], rng.normals(side * side)),
    b: ndarray('float32', [side, side], rng.normals(side * side)),
  }
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 6; i++) {
    const start = performance.now()
    await product.run(inputs)
    best = Math.min(best, performance.now() - start)
  }
  await product.close()
  return (2 * side ** 3) / best / 1e6
}

function round(ms) {
  return Math.round(ms * 10) / 10
}
