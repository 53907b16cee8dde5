/**
 * Dropout with random words that come in from outside: kept activations times 1 / (1 - rate), the rest 0.
 * At rate 1/2 one random bit decides, sixteen activations a word, lowest bit first; at any other rate one word does,
 * kept where it is at least rate * 65536. Source: Srivastava et al., JMLR 2014, in the inverted form PyTorch has.
 */
import { type DType, fromNumbers, type NDArray, sizeOf } from '../base/ndarray.js'
import type { ArraySpec } from '../tensor/infer.js'
import { constant, reshape, slice, take } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'

const bits = 16
const wordCount = 2 ** bits

/** Random words that `dropoutFactors` takes for so many activations. */
export function dropoutWords(activations: number, rate: number): number {
  return rate === 0.5 ? Math.ceil(activations / bits) : activations
}

/**
 * What each activation of an array, of any shape, is multiplied by: 0 or 1 / (1 - rate). Words: int32 [dropoutWords(...)], from 0 to
 * 65535; `rate` in [0, 1) is taken in 65536ths.
 */
export function dropoutFactors({ shape, dtype }: ArraySpec, words: Tensor, rate: number): Tensor {
  const count = sizeOf(shape)
  const factors = take(constant(maskTable(rate, dtype)), words)
  const known = sizeOf(factors.shape)
  const flat = reshape(factors, [known])
  return reshape(known === count ? flat : slice(flat, [0], [count]), shape)
}

const tables = new Map<string, NDArray>()

/** A row of factors for every word; made once, for all layers. */
function maskTable(rate: number, dtype: DType): NDArray {
  const key = `${rate} ${dtype}`
  const known = tables.get(key)
  if (known) return known
  const columns = rate === 0.5 ? bits : 1
  const dropped = Math.min(wordCount - 1, Math.round(rate * wordCount))
  const factors = new Float64Array(wordCount * columns)
  for (let i = 0; i < factors.length; i++) {
    factors[i] =
      rate === 0.5
        ? 2 * ((Math.floor(i / bits) >> (i % bits)) & 1)
        : i < dropped
          ? 0
          : wordCount / (wordCount - dropped)
  }
  const table = fromNumbers(dtype, [wordCount, columns], factors)
  tables.set(key, table)
  return table
}
