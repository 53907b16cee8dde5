/** Arrays by the formulas of the scripts in scripts/golden, and how what they print of an array compares. */
import { type DType, fromNumbers, type NDArray, type Shape, sizeOf } from '../../src/base/ndarray.js'
import type { ArraySpec } from '../../src/tensor/infer.js'

export interface Digest {
  norm: number
  stride: number
  samples: number[]
}

/** Integers 0..1008, a quadratic formula of place and key. */
export function residues(count: number, key: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const i = at + 1
    return (31 * i * i + 17 * i * key + 101 * key) % 1009
  })
}

export function formulaNumbers(dtype: DType, shape: Shape, key: number, scale: number, centre = 0): NDArray {
  return fromNumbers(
    dtype,
    shape,
    residues(sizeOf(shape), key).map((r) => (r / 504 - 1) * scale + centre),
  )
}

export function formulaIntegers({ dtype, shape }: ArraySpec, key: number, below: number): NDArray {
  return fromNumbers(
    dtype,
    shape,
    residues(sizeOf(shape), key).map((r) => r % below),
  )
}

/** Norm-wise difference of the elements in the digest, or of the norms, whichever is larger. */
export function distance(array: NDArray, { norm, stride, samples }: Digest): number {
  const size = Math.hypot(...(array.data as Float64Array))
  let difference = 0
  let scale = 0
  samples.forEach((sample, i) => {
    difference += (array.data[i * stride] - sample) ** 2
    scale += sample ** 2
  })
  const relative = scale === 0 ? Math.sqrt(difference) : Math.sqrt(difference / scale)
  return Math.max(relative, norm === 0 ? size : Math.abs(size - norm) / norm)
}
