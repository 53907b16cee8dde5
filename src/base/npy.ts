/**
 * NumPy's .npy format: version 1.0, C order, little endian is what a run keeps on disk; versions 1 to 3 and either byte
 * order are read. Arrays of Python objects are refused, for reading them would execute a pickle.
 * Source: numpy.lib.format (NEP 1).
 */
import { UserError } from './errors.js'
import { readBytes } from './files.js'
import { type DType, type NDArray, ndarray, sizeOf, type TypedArrayOf } from './ndarray.js'
import { ownValue } from './own-value.js'

const descriptors: Record<string, DType> = {
  '<f4': 'float32',
  '<f8': 'float64',
  '<i4': 'int32',
  '|u1': 'uint8',
  '|b1': 'bool',
  '>f4': 'float32',
  '>f8': 'float64',
  '>i4': 'int32',
}
const maxHeaderBytes = 10_000

export function encodeNpy(array: NDArray): Uint8Array {
  const descriptor = Object.keys(descriptors).find((d) => descriptors[d] === array.dtype)
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(', ')})`
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${shape}, }`
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`
  const { buffer, byteOffset, byteLength } = array.data
  const out = new Uint8Array(10 + header.length + byteLength)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  out.set(new TextEncoder().encode(header), 10)
  out.set(new Uint8Array(buffer, byteOffset, byteLength), 10 + header.length)
  return out
}

export interface NpyHeader {
  /** Element type as NumPy writes it, such as '<f4'. */
  readonly descriptor: string
  readonly shape: readonly number[]
  /** Where the elements begin, in C order. */
  readonly start: number
}

/** Parses the header of .npy bytes. `refuse` is called with the reason where it can't be used. */
export function readNpyHeader(bytes: Uint8Array, refuse: (why: string) => never): NpyHeader {
  if (bytes.length < 10 || bytes[0] !== 0x93 || new TextDecoder('latin1').decode(bytes.subarray(1, 6)) !== 'NUMPY')
    refuse('is not a .npy file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint8(6)
  if (version < 1 || version > 3) refuse(`is of .npy version ${version}, which is not known`)
  const long = version >= 2
  if (long && bytes.length < 12) refuse('has a damaged header')
  const at = long ? 12 : 10
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true)
  if (length > maxHeaderBytes || at + length > bytes.length) refuse('has a damaged header')
  const header = new TextDecoder('latin1').decode(bytes.subarray(at, at + length))
  if (/'descr':\s*\[/.test(header)) refuse('holds records of several fields')
  const descriptor = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  // Python 2 wrote its long numbers with an L.
  const shape = /'shape':\s*\(([\dL,\s]*)\)/.exec(header)?.[1]?.replaceAll('L', '')
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  if (shape === undefined || order === undefined || descriptor === undefined) return refuse('has a damaged header')
  if (order === 'True') refuse('is in Fortran order')
  if (/O/.test(descriptor)) refuse('holds Python objects, which are never read')
  return {
    descriptor,
    shape: shape
      .split(',')
      .map((s) => s.trim())
      .filter((s) => s !== '')
      .map(Number),
    start: at + length,
  }
}

/** Parses .npy bytes. `name` is the file's name for messages. Throws a `UserError` on anything but a plain C-order matrix of numbers. */
export function decodeNpy(bytes: Uint8Array, name: string): NDArray {
  const refuse = (why: string): never => {
    throw new UserError(`${name} ${why}; save it with numpy.save as a float32 or float64 array in C order`)
  }
  const { descriptor, shape, start } = readNpyHeader(bytes, refuse)
  const dtype = ownValue(descriptors, descriptor)
  if (dtype === undefined) return refuse(`holds elements of type '${descriptor}'`)
  const itemSize = dtype === 'float64' ? 8 : dtype === 'uint8' || dtype === 'bool' ? 1 : 4
  const size = sizeOf(shape) * itemSize
  if (start + size !== bytes.length) refuse(`should hold ${size} bytes of data, but holds ${bytes.length - start}`)
  // A copy of its own also where the bytes are a Buffer, whose slice() would be a view of a pool.
  const copy = new Uint8Array(bytes.subarray(start))
  if (descriptor.startsWith('>')) swapBytes(copy, itemSize)
  if (dtype === 'bool' && copy.some((value) => value > 1)) refuse('holds a truth value that is neither 0 nor 1')
  const data = copy.buffer
  const typed = {
    float32: Float32Array,
    float64: Float64Array,
    int32: Int32Array,
    uint8: Uint8Array,
    bool: Uint8Array,
  }[dtype]
  return ndarray(dtype, shape, new typed(data) as TypedArrayOf[typeof dtype])
}

function swapBytes(bytes: Uint8Array, itemSize: number): void {
  for (let at = 0; at < bytes.length; at += itemSize) bytes.subarray(at, at + itemSize).reverse()
}

export function readNpy<D extends DType>(file: string, dtype: D): NDArray<D> {
  const array = decodeNpy(readBytes(file), file)
  if (array.dtype !== dtype) throw new UserError(`${file} holds ${array.dtype} elements, but ${dtype} were expected`)
  return array as NDArray<D>
}
