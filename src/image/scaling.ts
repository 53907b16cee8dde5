/** Ranges of pixel values: 0..255 on disk, -1..1 for the GAN, mean and deviation for a backbone. */
import { type NDArray, ndarray } from '../base/ndarray.js'

/** 8-bit pixels to -1..1, the range of the generator's tanh: value / 127.5 - 1. */
export function toUnitRange(pixels: NDArray<'uint8'>): NDArray<'float32'> {
  return ndarray(
    'float32',
    pixels.shape,
    Float32Array.from(pixels.data, (value) => value / 127.5 - 1),
  )
}

/** -1..1 back to 8-bit pixels, rounded half up and clamped. */
export function fromUnitRange(values: NDArray<'float32'>): NDArray<'uint8'> {
  const level = (value: number) => Math.min(255, Math.max(0, Math.floor((value + 1) * 127.5 + 0.5)))
  return ndarray('uint8', values.shape, Uint8Array.from(values.data, level))
}

/**
 * Grey levels 0..255 (any resized values) to what a backbone expects: (value / 255 - mean) / deviation per channel.
 * @param values [..., channels], channels last
 */
export function scaleForBackbone(
  values: Float32Array,
  { mean, deviation }: { readonly mean: readonly number[]; readonly deviation: readonly number[] },
): Float32Array {
  const channels = mean.length
  const out = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const c = i % channels
    out[i] = (values[i] / 255 - mean[c]) / deviation[c]
  }
  return out
}
