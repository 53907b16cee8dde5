/**
 * Arrays on the host: a flat typed array, a shape, an element type. Row-major (C order).
 * Nothing here computes; programs over arrays are written in `tensor/`.
 */
import { InternalError } from './errors.js'

export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool'

export interface TypedArrayOf {
  float32: Float32Array
  float64: Float64Array
  int32: Int32Array
  uint8: Uint8Array
  /** 0 or 1 per element. */
  bool: Uint8Array
}

export type Shape = readonly number[]

export interface NDArray<D extends DType = DType> {
  readonly data: TypedArrayOf[D]
  readonly shape: Shape
  readonly dtype: D
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const

/** Number of elements of a shape; 1 for a scalar (`[]`). */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (const n of shape) size *= n
  return size
}

/**
 * An array over existing data.
 *
 * @param dtype element type
 * @param shape lengths of the axes; `[]` for a scalar
 * @param data in row-major order; not copied
 * @returns the array
 * @throws `InternalError` where the length does not fit the shape
 */
export function ndarray<D extends DType>(dtype: D, shape: Shape, data: TypedArrayOf[D]): NDArray<D> {
  if (data.length !== sizeOf(shape)) {
    throw new InternalError(`${data.length} elements do not fill shape [${shape.join(', ')}]`)
  }
  return { data, shape: [...shape], dtype }
}

/**
 * An array of zeros.
 *
 * @param dtype element type
 * @param shape lengths of the axes
 * @returns the array
 */
export function zeros<D extends DType>(dtype: D, shape: Shape): NDArray<D> {
  return { data: new constructors[dtype](sizeOf(shape)) as TypedArrayOf[D], shape: [...shape], dtype }
}

/**
 * An array from plain numbers.
 *
 * @param dtype element type
 * @param shape lengths of the axes; `[]` for a scalar
 * @param values in row-major order; rounded and cut as the typed array does
 * @returns the array
 * @throws `InternalError` where the numbers do not fill the shape
 */
export function fromNumbers<D extends DType>(dtype: D, shape: Shape, values: ArrayLike<number>): NDArray<D> {
  return ndarray(dtype, shape, constructors[dtype].from(values as ArrayLike<number>) as TypedArrayOf[D])
}

/**
 * A scalar, shape `[]`.
 *
 * @param dtype element type
 * @param value the number
 * @returns an array of shape `[]`
 */
export function scalar<D extends DType>(dtype: D, value: number): NDArray<D> {
  return fromNumbers(dtype, [], [value])
}

interface Extents {
  1: readonly [number]
  2: readonly [number, number]
  3: readonly [number, number, number]
  4: readonly [number, number, number, number]
}

/** The lengths of the axes of an array that the caller knows to have so many. Throws an `InternalError` where it has not. */
export function extents<R extends keyof Extents>({ shape }: { readonly shape: Shape }, rank: R): Extents[R] {
  if (shape.length !== rank) throw new InternalError(`an array of shape [${shape.join(', ')}] has not ${rank} axes`)
  // as many numbers as axes, by the line above
  return shape as unknown as Extents[R]
}

/** The length of the first axis. Throws an `InternalError` for a scalar. */
export function rowCount({ shape: [count] }: { readonly shape: Shape }): number {
  if (count === undefined) throw new InternalError('a scalar has no rows')
  return count
}

/** Elements in one row, that is, in everything behind the first axis. */
export function rowSize(array: NDArray): number {
  return sizeOf(array.shape.slice(1))
}

/** Rows `start` to `end` (exclusive) of the first axis, sharing memory. */
export function rows<D extends DType>(array: NDArray<D>, start: number, end: number): NDArray<D> {
  const size = rowSize(array)
  const data = array.data.subarray(start * size, end * size) as TypedArrayOf[D]
  return ndarray(array.dtype, [end - start, ...array.shape.slice(1)], data)
}

/** The named rows of the first axis, copied in the order given. */
export function takeRows<D extends DType>(array: NDArray<D>, indices: ArrayLike<number>): NDArray<D> {
  const size = rowSize(array)
  const out = zeros(array.dtype, [indices.length, ...array.shape.slice(1)])
  Array.from(indices).forEach((index, i) => {
    out.data.set(array.data.subarray(index * size, (index + 1) * size) as never, i * size)
  })
  return out
}

/** Arrays with equal row shapes, one behind the other along the first axis. */
export function concatRows<D extends DType>(parts: readonly NDArray<D>[]): NDArray<D> {
  const [first] = parts
  if (first === undefined) throw new InternalError('nothing to concatenate')
  const count = parts.reduce((sum, part) => sum + rowCount(part), 0)
  const out = zeros(first.dtype, [count, ...first.shape.slice(1)])
  let at = 0
  for (const part of parts) {
    if (rowSize(part) !== rowSize(first)) throw new InternalError('rows differ in size')
    out.data.set(part.data as never, at)
    at += part.data.length
  }
  return out
}

/** The memory that an array's elements lie in. */
export function bytesOf({ data }: NDArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Whether the elements of two arrays are the same to the bit, whatever their shapes. */
export function sameBytes(a: NDArray, b: NDArray): boolean {
  if (a.data === b.data) return true
  const [left, right] = [bytesOf(a), bytesOf(b)]
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}
