/** A film as a weighted sum of rows around a mean. */

/** `base` plus the rows [n, P] times their weights, as pixels: rounded half up, from 0 to 255; written to `out` [P]. */
export function weightedSum(
  base: ArrayLike<number>,
  rows: Float32Array,
  weights: ArrayLike<number>,
  out: Uint8Array,
): void {
  const size = out.length
  const sum = Float64Array.from(base)
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]
    if (weight === 0) continue
    const start = row * size
    for (let i = 0; i < size; i++) sum[i] += weight * rows[start + i]
  }
  for (let i = 0; i < size; i++) out[i] = Math.min(255, Math.max(0, Math.floor(sum[i] + 0.5)))
}
