/** Seconds that one trial takes to train the backbone's top, from a few steps on noise. */

import type { LoadedTop } from '../../backbone/open-below-top.js'
import { ndarray } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { fineTune } from '../../head/fine-tune.js'
import type { Config } from '../config/schema.js'

export async function measureTuning(
  top: LoadedTop,
  { steps, batchSize, learningRate }: Config['backbone']['fineTune'],
  outputs: number,
): Promise<number> {
  const { features } = top.kind
  const [height, width, channels] = top.input
  const d = height * width * channels
  const cut = ndarray('float32', [batchSize, d], new Rng(1).normals(batchSize * d))
  const head = { weights: new Float64Array(features * outputs), bias: new Float64Array(outputs) }
  const scaling = { mean: new Float64Array(features), deviation: new Float64Array(features).fill(1) }
  const take = async (count: number) => {
    const start = performance.now()
    const labels = Array.from({ length: batchSize }, (_, i) => i % 2)
    const options = { steps: count, batchSize, learningRate, rng: new Rng(1), threads: 1 }
    await fineTune(top, { top: top.weights, head }, { cut, labels }, scaling, options)
    return (performance.now() - start) / 1000
  }
  const few = await take(1)
  const more = await take(4)
  const perStep = Math.max(0, (more - few) / 3)
  return few + perStep * (steps - 1)
}
