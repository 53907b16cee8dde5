/** Seconds that one trial takes to train the last block, from a few steps on noise. */

import { decodeDensenetTop } from '../../backbone/networks/densenet-file.js'
import { readBytes } from '../../base/files.js'
import { ndarray } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { fineTune } from '../../head/fine-tune.js'
import type { Config } from '../config/schema.js'

const features = 1024

export async function measureTuning(
  { file, size }: { file: string; size: readonly [number, number] },
  { steps, batchSize, learningRate }: Config['backbone']['fineTune'],
  outputs: number,
): Promise<number> {
  const top = decodeDensenetTop(readBytes(file), file)
  const d = size[0] * size[1] * 512
  const cut = ndarray('float32', [batchSize, d], new Rng(1).normals(batchSize * d))
  const head = { weights: new Float64Array(features * outputs), bias: new Float64Array(outputs) }
  const scaling = { mean: new Float64Array(features), deviation: new Float64Array(features).fill(1) }
  const take = async (count: number) => {
    const start = performance.now()
    const labels = Array.from({ length: batchSize }, (_, i) => i % 2)
    const options = { steps: count, batchSize, learningRate, rng: new Rng(1), threads: 1 }
    await fineTune({ top, head }, { cut, size, labels }, scaling, options)
    return (performance.now() - start) / 1000
  }
  const few = await take(1)
  const more = await take(4)
  const perStep = Math.max(0, (more - few) / 3)
  return few + perStep * (steps - 1)
}
