/**
 * An ONNX model as plain records, in memory what onnx.proto is on disk (github.com/onnx/onnx, onnx/onnx.proto, IR version 10).
 * Repeated fields are arrays, absent singular fields are undefined. What a table does not name is kept as bytes in `unknown`.
 */
import type { DType, NDArray } from '../../../base/ndarray.js'

/** Fields without a place in these records, tag and all, so that reading and writing a model loses nothing. */
interface Message {
  unknown?: Uint8Array[]
}

export interface KeyValue extends Message {
  key?: string
  value?: string
}

export interface OperatorSetId extends Message {
  /** '' or absent: the standard operators. */
  domain?: string
  version?: number
}

export interface ModelProto extends Message {
  irVersion?: number
  opsetImport: OperatorSetId[]
  producerName?: string
  producerVersion?: string
  domain?: string
  modelVersion?: number
  docString?: string
  graph?: GraphProto
  metadata: KeyValue[]
  functions: FunctionProto[]
}

/** An operator made of others. */
export interface FunctionProto extends Message {
  nodes: NodeProto[]
  attributes: AttributeProto[]
}

export interface GraphProto extends Message {
  nodes: NodeProto[]
  name?: string
  initializers: TensorProto[]
  sparseInitializers: SparseTensorProto[]
  docString?: string
  inputs: ValueInfoProto[]
  outputs: ValueInfoProto[]
  valueInfo: ValueInfoProto[]
  /** TensorAnnotation messages, unread. */
  quantizationAnnotations: Uint8Array[]
}

export interface NodeProto extends Message {
  inputs: string[]
  outputs: string[]
  name?: string
  opType?: string
  domain?: string
  attributes: AttributeProto[]
  docString?: string
}

export interface AttributeProto extends Message {
  name?: string
  type?: number
  float?: number
  int?: bigint
  string?: Uint8Array
  tensor?: TensorProto
  graph?: GraphProto
  floats: number[]
  ints: bigint[]
  strings: Uint8Array[]
  tensors: TensorProto[]
  graphs: GraphProto[]
  sparseTensor?: SparseTensorProto
  sparseTensors: SparseTensorProto[]
}

export interface SparseTensorProto extends Message {
  values?: TensorProto
  indices?: TensorProto
  dims: number[]
}

export interface TensorProto extends Message {
  dims: number[]
  dataType?: number
  name?: string
  /** Elements, little endian. Where it is absent they stand in one of the five packed fields, as protobuf writes them. */
  rawData?: Uint8Array
  floatData?: Uint8Array
  int32Data?: Uint8Array
  int64Data?: Uint8Array
  doubleData?: Uint8Array
  uint64Data?: Uint8Array
  stringData: Uint8Array[]
  docString?: string
  externalData: KeyValue[]
  /** 1: the elements are in another file. */
  dataLocation?: number
}

export interface ValueInfoProto extends Message {
  name?: string
  type?: TypeProto
  docString?: string
}

export interface TypeProto extends Message {
  /** Absent for sequences, maps and optionals. */
  tensorType?: TensorTypeProto
}

export interface TensorTypeProto extends Message {
  elemType?: number
  shape?: TensorShapeProto
}

export interface TensorShapeProto extends Message {
  dims: DimensionProto[]
}

/** A size, a symbol, or (neither) unknown. */
export interface DimensionProto extends Message {
  value?: number
  symbol?: string
}

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 } as const

/** AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const

/** An initializer holding a copy of the array's elements. */
export function tensorProto(name: string, array: NDArray): TensorProto {
  const { buffer, byteOffset, byteLength } = array.data
  const rawData = new Uint8Array(buffer, byteOffset, byteLength).slice()
  return { name, dims: [...array.shape], dataType: dataTypes[array.dtype], rawData, stringData: [], externalData: [] }
}

/** A one-dimensional int64 initializer: shapes, axes and paddings are given to operators as such. */
export function int64Proto(name: string, values: readonly number[]): TensorProto {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  return { name, dims: [values.length], dataType: dataTypes.int64, rawData, stringData: [], externalData: [] }
}

/** A value's name, element type and shape; a string is a symbolic size. */
export function valueInfo(name: string, dtype: DType, shape: readonly (number | string)[]): ValueInfoProto {
  const dims = shape.map((n) => (typeof n === 'string' ? { symbol: n } : { value: n }))
  return { name, type: { tensorType: { elemType: dataTypes[dtype], shape: { dims } } } }
}

/** What an attribute of a node we emit may be: integers become INT(S), `{ float }` FLOAT, text STRING. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number }

export function attribute(name: string, value: AttributeValue): AttributeProto {
  const empty = { name, floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [] }
  if (typeof value === 'number') return { ...empty, type: attributeTypes.int, int: BigInt(value) }
  if (typeof value === 'string')
    return { ...empty, type: attributeTypes.string, string: new TextEncoder().encode(value) }
  if ('float' in value) return { ...empty, type: attributeTypes.float, float: value.float }
  return { ...empty, type: attributeTypes.ints, ints: value.map(BigInt) }
}

/** Shape of a value with static sizes; null for each size that is not. */
export function shapeOf(info: ValueInfoProto): (number | null)[] | undefined {
  return info.type?.tensorType?.shape?.dims.map((dim) => dim.value ?? null)
}

/** Bytes per element of the types whose elements fill whole bytes; undefined for strings and sub-byte types. */
export function elementSize(dataType: number): number | undefined {
  const sizes: Record<number, number> = {
    1: 4,
    2: 1,
    3: 1,
    4: 2,
    5: 2,
    6: 4,
    7: 8,
    9: 1,
    10: 2,
    11: 8,
    12: 4,
    13: 8,
    14: 8,
    15: 16,
    16: 2,
  }
  return sizes[dataType]
}
