/** A learned vector for each class. */
import type { NDArray } from '../base/ndarray.js'
import { take } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { normalWeights, type WeightSpec } from './init.js'

export interface EmbeddingParams<A = NDArray> {
  /** [classes, size] */
  readonly table: A
}

/** Standard normal vectors, as PyTorch's Embedding: classes are apart from the first step on. */
export function embeddingInit({ classes, size }: { classes: number; size: number }): EmbeddingParams<WeightSpec> {
  return { table: normalWeights([classes, size], 1) }
}

/** labels int32 [N] -> [N, size] */
export function embeddingApply({ table }: EmbeddingParams<Tensor>, labels: Tensor): Tensor {
  return take(table, labels)
}
