/** Elements of a tensor that lies anywhere in a block of bytes, with any strides, as numbers row by row. */
import { UserError } from '../base/errors.js'
import { sizeOf } from '../base/ndarray.js'
import { largestTensor } from './checkpoint.js'
import type { ElementType } from './elements.js'

export interface StoredTensor {
  /** For messages. */
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  /** In elements; 0 repeats an element. */
  readonly strides: readonly number[]
  /** Place of the first element, in elements. */
  readonly offset: number
}

/** Reads the elements out of `block`; `source` names the file in messages. */
export function readElements(
  { name, type, shape, strides, offset }: StoredTensor,
  block: Uint8Array,
  littleEndian: boolean,
  source: string,
): Float32Array {
  const { read } = type
  if (!read) throw new UserError(`${source}: '${name}' is of type ${type.name}, which is not read; save it as float32`)
  const size = sizeOf(shape)
  if (size > largestTensor) {
    throw new UserError(`${source}: '${name}' has ${size} elements; at most ${largestTensor} are read`)
  }
  if (size === 0) return new Float32Array(0)
  const last = shape.reduce((at, n, axis) => at + (n - 1) * strides[axis], offset)
  if (!(offset >= 0 && (last + 1) * type.bytes <= block.length)) {
    throw new UserError(
      `${source}: '${name}' reaches from byte ${offset * type.bytes} to byte ${(last + 1) * type.bytes} of a block of ${block.length}; get the file again`,
    )
  }
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const out = new Float32Array(size)
  const index = new Array<number>(shape.length).fill(0)
  let at = offset
  for (let i = 0; i < size; i++) {
    out[i] = read(view, at * type.bytes, littleEndian)
    // the next index, last axis first
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]
      if (++index[axis] < shape[axis]) break
      at -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return out
}

/** Strides of a tensor without gaps. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}
