/** What tops, as loaded or trained, make of what lies below them; and several of them as one model. */
import { extents, type NDArray, ndarray, rowCount, zeros } from '../base/ndarray.js'
import { knownValue } from '../base/own-value.js'
import { openSession } from '../runtime/session.js'
import { composeOnnx } from '../tensor/onnx/compose.js'
import { emitOnnx } from '../tensor/onnx/emit.js'
import { concat, constant, reshape } from '../tensor/ops.js'
import { simplify } from '../tensor/simplify.js'
import { type Tensor, traceProgram } from '../tensor/trace.js'
import { mapTree, type Tree } from '../tensor/tree.js'
import type { Backbone } from './backbone.js'
import { cutOutput, type TopInput, type TopWeights, type TrainableTop } from './trainable-top.js'

/** A kind of top at its place in a network. */
export interface TopPlace {
  readonly kind: TrainableTop
  readonly input: TopInput
}

/** Images in one call of a top. */
const batch = 64

/** Tops side by side: [N, h * w * channels] -> their features, one behind the other, [N, tops * features]. */
function emitTops({ kind, input }: TopPlace, tops: readonly TopWeights[]): Uint8Array {
  const [height, width, channels] = input
  const { graph } = traceProgram(
    (cut: Tensor) => {
      const x = reshape(cut, [-1, height, width, channels])
      return concat(
        tops.map((weights) => kind.apply(mapTree((array: NDArray) => constant(array), weights) as Tree<Tensor>, x)),
        1,
      )
    },
    { shape: [2, height * width * channels], dtype: 'float32' },
  )
  return emitOnnx(simplify(graph), { inputNames: ['block_input'], outputNames: ['block_features'], dynamicBatch: true })
}

/** Features [N, D] of cut rows [N, h * w * channels], in batches of one size, so that a row's features do not depend on the other rows. */
export async function topFeatures(
  place: TopPlace,
  weights: TopWeights,
  cut: NDArray<'float32'>,
  threads: number,
): Promise<NDArray<'float32'>> {
  const { features } = place.kind
  const session = await openSession(emitTops(place, [weights]), { threads, name: 'the trained top' })
  try {
    const [n, d] = extents(cut, 2)
    const out = zeros('float32', [n, features])
    for (let start = 0; start < n; start += batch) {
      const rows = zeros('float32', [batch, d])
      rows.data.set(cut.data.subarray(start * d, Math.min(n, start + batch) * d))
      const found = knownValue(await session.run({ block_input: rows }), 'block_features')
      out.data.set(found.data.subarray(0, Math.min(batch, n - start) * features), start * features)
    }
    return out
  } finally {
    await session.close()
  }
}

/** Features of several tops, one behind the other: [N, tops * D]. */
export async function joinedFeatures(
  place: TopPlace,
  tops: readonly TopWeights[],
  cut: NDArray<'float32'>,
  threads: number,
): Promise<NDArray<'float32'>> {
  const parts: NDArray<'float32'>[] = []
  for (const weights of tops) parts.push(await topFeatures(place, weights, cut, threads))
  const n = rowCount(cut)
  const { features } = place.kind
  const width = tops.length * features
  const data = new Float32Array(n * width)
  parts.forEach((part, at) => {
    for (let i = 0; i < n; i++) {
      data.set(part.data.subarray(i * features, (i + 1) * features), i * width + at * features)
    }
  })
  return ndarray('float32', [n, width], data)
}

/** What lies below with trained tops on it, as a backbone for export. */
export function withTops(
  below: Backbone,
  place: TopPlace,
  tops: readonly TopWeights[],
): Pick<Backbone, 'onnx' | 'contract'> {
  return {
    onnx: composeOnnx(below.onnx, emitTops(place, tops), { block_input: cutOutput }),
    contract: { ...below.contract, outputName: 'block_features', features: tops.length * place.kind.features },
  }
}
