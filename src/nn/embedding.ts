/** One learned row per class: labels int32 [N], table [classes, E] -> [N, E]. */
import type { Rng } from '../base/random.js'
import { matmul, oneHot } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { normalWeights, type Weights } from './init.js'

export type Embedding<T> = { table: T }

export function embeddingInit(rng: Rng, classes: number, size: number, deviation: number): Embedding<Weights> {
  return { table: normalWeights(rng, [classes, size], deviation) }
}

export function embeddingApply({ table }: Embedding<Tensor>, labels: Tensor): Tensor {
  return matmul(oneHot(labels, table.shape[0]), table)
}
