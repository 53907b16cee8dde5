/**
 * Dropout (Srivastava et al. 2014): each activation is kept with probability 1 - rate and divided by it, or set to 0.
 * The random bytes come in from outside, so that a step can be replayed. At rate 0.5 a byte carries eight decisions,
 * unpacked in the graph by a table; at other rates an activation takes one byte, kept where byte >= 256 rate.
 */
import { fromNumbers, type Shape, sizeOf } from '../base/ndarray.js'
import { constant, mul, reshape, slice, take } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'

/** Random bytes that activations of this shape take. */
export function dropoutBytes(shape: Shape, rate: number): number {
  if (rate === 0) return 0
  return rate === 0.5 ? Math.ceil(sizeOf(shape) / 8) : sizeOf(shape)
}

/** `bytes`: int32 [dropoutBytes], values 0..255; undefined at rate 0. */
export function dropoutApply(x: Tensor, rate: number, bytes: Tensor | undefined): Tensor {
  if (rate === 0 || bytes === undefined) return x
  const size = sizeOf(x.shape)
  const decisions = take(constant(rate === 0.5 ? bitTable : thresholdTable(rate)), bytes)
  const flat = reshape(decisions, [-1])
  const exact = flat.shape[0] === size ? flat : slice(flat, [0], [size])
  return mul(x, reshape(exact, x.shape))
}

/** [256, 8]: the bits of a byte, lowest first, as factors 0 or 2. */
const bitTable = fromNumbers(
  'float32',
  [256, 8],
  Array.from({ length: 2048 }, (_, i) => 2 * (((i >> 3) >> (i & 7)) & 1)),
)

function thresholdTable(rate: number) {
  const dropped = Math.round(256 * rate)
  const factor = 256 / (256 - dropped)
  return fromNumbers(
    'float32',
    [256],
    Array.from({ length: 256 }, (_, byte) => (byte < dropped ? 0 : factor)),
  )
}
