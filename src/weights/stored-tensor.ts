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
  const axes = shape.map((length, axis) => ({ length, stride: strides[axis] ?? 0, index: 0 }))
  const last = axes.reduce((at, { length, stride }) => at + (length - 1) * stride, offset)
  if (!(offset >= 0 && (last + 1) * type.bytes <= block.length)) {
    throw new UserError(
      `${source}: '${name}' reaches from byte ${offset * type.bytes} to byte ${(last + 1) * type.bytes} of a block of ${block.length}; get the file again`,
    )
  }
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const out = new Float32Array(size)
  axes.reverse()
  let at = offset
  for (let i = 0; i < size; i++) {
    out[i] = read(view, at * type.bytes, littleEndian)
    // the next index, last axis first
    for (const axis of axes) {
      at += axis.stride
      if (++axis.index < axis.length) break
      at -= axis.stride * axis.length
      axis.index = 0
    }
  }
  return out
}

/** Strides of a tensor without gaps. */
export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
}
