/** The last block and the head trained together: gradients and two steps against PyTorch's, on the same checkpoint. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { densenetBlock4 } from '../../src/backbone/networks/densenet-top.js'
import { densenetWeights } from '../../src/backbone/networks/densenet-weights.js'
import type { DenseNetTop } from '../../src/backbone/networks/densenet121.js'
import { fromNumbers, type NDArray, ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { batchLoss, fineTune, type TunedModel, trainedPart } from '../../src/head/fine-tune.js'
import { compile } from '../../src/runtime/compile.js'
import { valueAndGrad } from '../../src/tensor/grad.js'
import type { ArraySpec } from '../../src/tensor/infer.js'
import { flatten, mapTree, type Tree } from '../../src/tensor/tree.js'
import { openCheckpoint } from '../../src/weights/open.js'

const folder = path.resolve(import.meta.dirname, '../golden')
const { cases } = JSON.parse(readFileSync(path.join(folder, 'fine-tune.json'), 'utf8')) as {
  cases: Record<string, { labels: number[]; losses: number[]; gradientNorms: Record<string, number> }>
}

/** The script's hashed numbers, 0 to 1. */
function hashed(seed: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let x = (i + Math.imul(seed, 0x9e3779b9)) | 0
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32
  })
}

const file = path.join(folder, 'checkpoints/chexnet.pth.tar')
const { denseblock4, norm5 } = densenetWeights(openCheckpoint(file), file).net
const top: DenseNetTop = { denseblock4, norm5 }
const input = [3, 2, 512] as const
const place = { kind: densenetBlock4, input }
const cut = fromNumbers(
  'float32',
  [4, 3 * 2 * 512],
  hashed(5, 4 * 3 * 2 * 512).map((v) => 2 * v),
)
const scaling = { mean: new Float64Array(1024), deviation: new Float64Array(1024).fill(1) }
const start = (outputs: number): TunedModel => ({
  top: top as unknown as Tree<NDArray>,
  head: {
    weights: hashed(9, 1024 * outputs).map((v) => v * 0.1 - 0.05),
    bias: hashed(10, outputs).map((v) => v - 0.5),
  },
})

/** Loss and gradients of a model on the four images. */
async function lossAndGradients(model: TunedModel, labels: readonly number[]) {
  const outputs = model.head.bias.length
  const params = trainedPart(densenetBlock4, model, scaling)
  const loss = { kind: densenetBlock4, loaded: model.top, scaling, outputs }
  const specs = mapTree(({ shape, dtype }: NDArray): ArraySpec => ({ shape, dtype }), {
    params,
    x: ndarray('float32', [4, ...input], cut.data),
    y: fromNumbers('int32', [4], labels),
  })
  const program = await compile(
    ({ params, x, y }: never) => valueAndGrad((trained: never) => batchLoss(trained, loss, x, y))(params),
    specs as never,
    { threads: 1 },
  )
  const answer = (await program.run({
    params,
    x: ndarray('float32', [4, ...input], cut.data),
    y: fromNumbers('int32', [4], labels),
  } as never)) as unknown as { value: NDArray; grads: Tree<NDArray> }
  await program.close()
  return { loss: answer.value.data[0], gradients: flatten(answer.grads) }
}

/** Our path to PyTorch's name in the script's module. */
function torchName(place: string): string {
  return place
    .replace('top/denseblock4/', '0.')
    .replace('top/norm5/', '1.')
    .replaceAll('/', '.')
    .replace(/(norm\d|^1)\.scale$/, '$1.weight')
    .replace(/(norm\d|^1)\.shift$/, '$1.bias')
}

describe('fine-tuning the last block', () => {
  for (const [outputs, { labels, losses, gradientNorms }] of Object.entries(cases)) {
    it(`with ${outputs} outputs has PyTorch's loss and gradients`, async () => {
      const { loss, gradients } = await lossAndGradients(start(Number(outputs)), labels)
      expect(loss).toBeCloseTo(losses[0], 5)
      const norms = Object.fromEntries(
        gradients.map(({ path, leaf }) => [
          torchName(path),
          Math.hypot(...Array.from(leaf.data).filter((g) => g !== 0)),
        ]),
      )
      expect(Object.keys(norms).sort()).toEqual(Object.keys(gradientNorms).sort())
      for (const [name, norm] of Object.entries(gradientNorms)) {
        expect(Math.abs(norms[name] / norm - 1), name).toBeLessThan(1e-4)
      }
    })

    it(`with ${outputs} outputs takes PyTorch's two steps`, async () => {
      const options = { steps: 2, batchSize: 4, learningRate: 1e-3, rng: new Rng(1), threads: 1 }
      const tuned = await fineTune(place, start(Number(outputs)), { cut, labels }, scaling, options)
      const { loss } = await lossAndGradients(tuned, labels)
      expect(Math.abs(loss / losses[2] - 1)).toBeLessThan(1e-3)
      // the statistics stand still
      const { norm5 } = tuned.top as unknown as DenseNetTop
      expect(norm5.mean).toEqual(top.norm5.mean)
      expect(norm5.scale).not.toEqual(top.norm5.scale)
    })
  }
})
