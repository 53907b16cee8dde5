/**
 * Dropout with random bytes that come in from outside: kept activations times 1 / (1 - rate), the rest 0.
 * At rate 1/2 one random bit decides, eight activations a byte, lowest bit first; at any other rate one byte does,
 * kept where it is at least rate * 256. Source: Srivastava et al., JMLR 2014, in the inverted form PyTorch has.
 */
import { type DType, fromNumbers, type NDArray, sizeOf } from '../base/ndarray.js'
import type { ArraySpec } from '../tensor/infer.js'
import { cast, constant, reshape, slice, take } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'

/** Random bytes that `dropoutFactors` takes for so many activations. */
export function dropoutBytes(activations: number, rate: number): number {
  return rate === 0.5 ? Math.ceil(activations / 8) : activations
}

/**
 * What each activation of an array, of any shape, is multiplied by: 0 or 1 / (1 - rate). Bytes uint8 [dropoutBytes(...)]; `rate` in [0, 1)
 * is taken in 256ths.
 */
export function dropoutFactors({ shape, dtype }: ArraySpec, bytes: Tensor, rate: number): Tensor {
  const count = sizeOf(shape)
  const factors = take(constant(maskTable(rate, dtype)), cast(bytes, 'int32'))
  const known = sizeOf(factors.shape)
  const flat = reshape(factors, [known])
  return reshape(known === count ? flat : slice(flat, [0], [count]), shape)
}

/** A row of factors for every byte. */
function maskTable(rate: number, dtype: DType): NDArray {
  if (rate === 0.5) {
    return fromNumbers(
      dtype,
      [256, 8],
      Array.from({ length: 256 * 8 }, (_, i) => 2 * (((i >> 3) >> (i & 7)) & 1)),
    )
  }
  const dropped = Math.min(255, Math.round(rate * 256))
  return fromNumbers(
    dtype,
    [256, 1],
    Array.from({ length: 256 }, (_, byte) => (byte < dropped ? 0 : 256 / (256 - dropped))),
  )
}
