/** A run folder as far as prediction needs it, around a backbone small enough to be checked by hand. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openBackbone } from '../../src/backbone/backbone.js'
import { exportClassifier } from '../../src/export/classifier.js'
import { emitOnnx } from '../../src/tensor/onnx/emit.js'
import { mean, reshape } from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'

const contract = {
  name: 'halves',
  inputSize: [8, 8],
  layout: 'NHWC',
  channels: 1,
  scaling: { mean: [0], deviation: [1] },
  inputName: 'image',
  outputName: 'features',
}

/** Writes `backbone.onnx`: grey 8 x 8 images to the mean (0..1) of their upper and of their lower half. */
export function tinyBackbone(folder: string): string {
  const halves = (images: Tensor) => [mean(reshape(images, [-1, 2, 32]), [2])]
  const graph = trace(halves, { shape: [2, 8, 8, 1], dtype: 'float32' })
  const file = path.join(folder, 'backbone.onnx')
  const metadata = { 'kopt.backbone': JSON.stringify(contract) }
  writeFileSync(
    file,
    emitOnnx(graph, { inputNames: ['image'], outputNames: ['features'], dynamicBatch: true, metadata }),
  )
  return file
}

/** Heads of the run by arm: logit = weights . (upper, lower) + bias. */
export const tinyHeads = {
  'GCB+OMGDA': { weights: [4, -2], bias: [0.5] },
  OD: { weights: [1, 1], bias: [-1] },
} as const

/** Writes a run folder with its model and heads. */
export async function tinyRun(folder: string, { cropped = false } = {}): Promise<string> {
  const run = path.join(folder, 'run')
  mkdirSync(path.join(run, 'model', 'heads'), { recursive: true })
  writeFileSync(path.join(run, 'config.yaml'), 'preset: quick\n')
  const backbone = await openBackbone(tinyBackbone(folder), { threads: 1 })
  const { weights, bias } = tinyHeads['GCB+OMGDA']
  const model = exportClassifier(
    backbone,
    { weights: Float64Array.from(weights), bias: Float64Array.from(bias) },
    {
      classes: ['healthy', 'sick'],
      positive: 'sick',
      imageSize: [8, 8],
      channels: 1,
      maxValue: 255,
      arm: 'GCB+OMGDA',
      k: 3,
      seed: 1,
      toolVersion: '0.1.0',
      cropped,
    },
  )
  await backbone.close()
  writeFileSync(path.join(run, 'model', 'classifier.onnx'), model)
  for (const [arm, head] of Object.entries(tinyHeads)) {
    const stored = { arm, k: arm === 'OD' ? 0 : 3, native: false, ...head }
    writeFileSync(path.join(run, 'model', 'heads', `${arm}.json`), JSON.stringify(stored))
  }
  return run
}
