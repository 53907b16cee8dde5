/** Element types of stored tensors: the names that PyTorch and safetensors give them, their size, and how they are read. */
import { ownValue } from '../base/own-value.js'

export interface ElementType {
  /** As PyTorch names it: `float32`, `bfloat16`, `int64`. */
  readonly name: string
  readonly bytes: number
  /** The element at a byte as a number; undefined for types that are only listed. */
  readonly read?: (view: DataView, at: number, littleEndian: boolean) => number
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const scratch = new DataView(new ArrayBuffer(4))

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}

const types = {
  float32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  float16: { bytes: 2, read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  bfloat16: { bytes: 2, read: (view, at, little) => bfloatToNumber(view.getUint16(at, little)) },
  int64: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint64: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  uint32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  uint16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
  complex32: { bytes: 4 },
  complex64: { bytes: 8 },
  complex128: { bytes: 16 },
  float8_e4m3fn: { bytes: 1 },
  float8_e5m2: { bytes: 1 },
  float8_e4m3fnuz: { bytes: 1 },
  float8_e5m2fnuz: { bytes: 1 },
  float8_e8m0fnu: { bytes: 1 },
  qint8: { bytes: 1 },
  quint8: { bytes: 1 },
  qint32: { bytes: 4 },
} satisfies Record<string, Omit<ElementType, 'name'>>

type Name = keyof typeof types

/** By the name of a `torch.dtype`, without `torch.`; undefined where it is not known. */
export function elementType(name: string): ElementType | undefined {
  return Object.hasOwn(types, name) ? { name, ...types[name as Name] } : undefined
}

const storages: Readonly<Record<string, Name>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
  QInt8Storage: 'qint8',
  QUInt8Storage: 'quint8',
  QInt32Storage: 'qint32',
}

/** By the name of a storage class, `FloatStorage`. */
export function storageElementType(name: string): ElementType | undefined {
  const type = ownValue(storages, name)
  return type && elementType(type)
}

const safetensorsCodes: Readonly<Record<string, Name>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
  C64: 'complex64',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  F8_E8M0: 'float8_e8m0fnu',
}

/** By a safetensors code, `BF16`. */
export function safetensorsElementType(code: string): ElementType | undefined {
  const type = ownValue(safetensorsCodes, code)
  return type && elementType(type)
}
