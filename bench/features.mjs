/**
 * DenseNet-121 features of images as an experiment extracts them, beside ONNX Runtime alone on tensors that lie ready, in the same
 * batches and in larger ones. Random weights: the time is that of any. Prints one JSON line.
 *
 *   node bench/features.mjs [--size 56] [--images 256] [--threads N]
 */
import { parseArgs } from 'node:util'
import { extractionBatch, openModel } from '../dist/backbone/backbone.js'
import { backboneInput } from '../dist/backbone/input.js'
import { densenetInput, densenetOutput, densenetSpecs, emitDensenet } from '../dist/backbone/networks/densenet121.js'
import { ndarray, rows, sizeOf } from '../dist/base/ndarray.js'
import { Rng } from '../dist/base/random.js'
import { openSession, physicalCores } from '../dist/runtime/session.js'
import { mapTree } from '../dist/tensor/tree.js'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '56' },
    images: { type: 'string', default: '256' },
    threads: { type: 'string', default: String(physicalCores()) },
  },
})
const [size, images, threads] = [values.size, values.images, values.threads].map(Number)
const rounds = 3
const largeBatch = 64

const rng = new Rng(1)
const net = mapTree(({ shape }) => {
  const values = rng.normals(sizeOf(shape)).map((value) => (shape.length === 1 ? 1 + 0.1 * value ** 2 : 0.05 * value))
  return ndarray('float32', shape, values)
}, densenetSpecs(3))
const onnx = emitDensenet(net, {})
const contract = {
  name: 'densenet121',
  inputName: densenetInput,
  outputName: densenetOutput,
  layout: 'NHWC',
  channels: 3,
  inputSize: [size, size],
  scaling: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
}
/** Films as an experiment keeps them: 56 x 56, enlarged to what the network sees. */
const pixels = ndarray('uint8', [images, 56, 56, 1], rng.bytes(images * 56 * 56))

const backbone = await openModel(onnx, contract, 'densenet121', { threads })
const session = await openSession(onnx, { threads, name: 'densenet121' })
const ready = (batch) =>
  Array.from({ length: Math.ceil(images / batch) }, (_, i) =>
    backboneInput(rows(pixels, i * batch, Math.min(images, (i + 1) * batch)), contract),
  )
const alone = async (batches) => {
  for (const batch of batches) await session.run({ [densenetInput]: batch })
}
const contestants = {
  kopt: () => backbone.extract(pixels),
  [`ort_batch_${extractionBatch}`]: (
    (batches) => () =>
      alone(batches)
  )(ready(extractionBatch)),
  [`ort_batch_${largeBatch}`]: (
    (batches) => () =>
      alone(batches)
  )(ready(largeBatch)),
}
const rates = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const [name, work] of Object.entries(contestants)) {
    const start = performance.now()
    await work()
    // The first round touches memory for the first time.
    if (round > 0) rates[name].push((images / (performance.now() - start)) * 1000)
  }
}
await backbone.close()
await session.close()
const medians = Object.fromEntries(
  Object.entries(rates).map(([name, found]) => [name, Math.round(10 * found.sort((a, b) => a - b)[rounds >> 1]) / 10]),
)
const { kopt, ...others } = medians
console.log(
  JSON.stringify({
    bench: 'features',
    size,
    images,
    threads,
    images_per_second: medians,
    of_the_fastest: Math.round((1000 * kopt) / Math.max(...Object.values(others))) / 1000,
  }),
)
