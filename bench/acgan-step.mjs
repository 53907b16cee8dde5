/**
 * One ACGAN training step as a user's machine runs it: both networks, their gradients and Adam, inputs handed over and
 * losses taken back. Prints one JSON line. On CUDA several steps are one run, whose time is divided by their number.
 *
 *   node bench/acgan-step.mjs [--width 1] [--batch 64] [--threads N] [--lowering auto] [--channels 3]
 *                             [--widths tutorial] [--device cpu] [--steps 16, on a GPU 160]
 */
import { parseArgs } from 'node:util'
import { ndarray, sizeOf } from '../dist/base/ndarray.js'
import { Rng } from '../dist/base/random.js'
import { acganOptions } from '../dist/generator/acgan/options.js'
import { compileSteps } from '../dist/generator/acgan/step-program.js'
import { initialState, stepSpecs } from '../dist/generator/acgan/steps.js'
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
    widths: { type: 'string', default: 'tutorial' },
    steps: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
  },
})
const { lowering, device } = values
const [width, batch, threads] = [values.width, values.batch, values.threads].map(Number)
const steps = Number(values.steps ?? (device === 'cpu' ? 16 : 160))
/** Runs that are not counted: memory is touched for the first time, and a GPU's programs are made. */
const warmUp = 2

const options = acganOptions({
  classes: ['normal', 'sinusitis'],
  steps,
  width,
  batchSize: batch,
  channels: Number(values.channels),
  widths: values.widths,
})
const begun = performance.now()
const program = await compileSteps(options, initialState(options), { threads, lowering, device })
const compileMs = performance.now() - begun

const { state: _state, step: _step, ...drawn } = stepSpecs(options)
const rng = new Rng(1)
const inputs = mapTree(({ shape, dtype }) => noise(shape, dtype), drawn)
const { atOnce } = program
const times = []
for (let run = 0; run < warmUp + Math.ceil(steps / atOnce); run++) {
  const drawn = Array.from({ length: atOnce }, (_, i) => {
    return { ...inputs, step: ndarray('float32', [], Float32Array.of(run * atOnce + i + 1)) }
  })
  const start = performance.now()
  await program.run(drawn)
  if (run >= warmUp) times.push((performance.now() - start) / atOnce)
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
    lowering,
    device,
    steps_per_run: atOnce,
    // A GPU's would be that of the way to it and back.
    ...(device === 'cpu' && { gemm_gflops: Math.round(await gemmGflops()) }),
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
