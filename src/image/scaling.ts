/** The generator's range of pixel values, that of its tanh, and the range on disk. */
import { type NDArray, ndarray } from '../base/ndarray.js'

/** -1..1 to 8-bit pixels: (value + 1) * 127.5, rounded half up and clamped. */
export function fromUnitRange(values: NDArray<'float32'>): NDArray<'uint8'> {
  const level = (value: number) => Math.min(255, Math.max(0, Math.floor((value + 1) * 127.5 + 0.5)))
  return ndarray('uint8', values.shape, Uint8Array.from(values.data, level))
}
