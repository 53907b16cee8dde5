import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { WrittenContract } from '../../src/backbone/contract.js'
import { fromNumbers } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { emitOnnx } from '../../src/tensor/onnx/emit.js'
import { constant, conv2d, mean, relu } from '../../src/tensor/ops.js'
import { type Tensor, traceProgram } from '../../src/tensor/trace.js'

export const tinyContract: WrittenContract = {
  name: 'tiny',
  inputSize: [16, 16],
  layout: 'NHWC',
  channels: 1,
  scaling: { mean: [0.5], deviation: [0.25] },
  inputName: 'pixels',
  outputName: 'features',
}

/** A real, small extractor: one convolution with random kernels, ReLU, mean over the image. `seed` makes another one. */
export function tinyBackboneFile({
  contract = tinyContract as WrittenContract | null,
  seed = 1,
  features = 6,
  weights = new Rng(seed).normals(9 * features) as ArrayLike<number>,
} = {}): string {
  const kernel = fromNumbers('float32', [3, 3, 1, features], weights)
  const program = (x: Tensor) => mean(relu(conv2d(x, constant(kernel), { strides: [2, 2], padding: 'same' })), [1, 2])
  const { graph } = traceProgram(program, { shape: [2, 16, 16, 1], dtype: 'float32' })
  const onnx = emitOnnx(graph, {
    inputNames: ['pixels'],
    outputNames: ['features'],
    dynamicBatch: true,
    metadata: contract ? { 'kopt.backbone': JSON.stringify(contract) } : {},
  })
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-backbone-')), 'tiny.onnx')
  writeFileSync(file, onnx)
  return file
}
