/** A learned vector for each class. */
import type { NDArray } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { take } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'
import { normalInit } from './init.js'

export interface EmbeddingParams<A = NDArray> {
  /** [classes, size] */
  readonly table: A
}

/** Standard normal vectors, as PyTorch's Embedding: classes are apart from the first step on. */
export function embeddingInit(rng: Rng, { classes, size }: { classes: number; size: number }): EmbeddingParams {
  return { table: normalInit(rng, [classes, size], 1) }
}

/** labels int32 [N] -> [N, size] */
export function embeddingApply({ table }: EmbeddingParams<Tensor>, labels: Tensor): Tensor {
  return take(table, labels)
}
