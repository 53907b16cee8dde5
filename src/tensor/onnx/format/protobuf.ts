/**
 * ONNX models in protobuf's wire format: one table of fields per message, one reader and one writer for all of them.
 * Field numbers: onnx/onnx.proto. Wire format: protobuf.dev/programming-guides/encoding.
 * Input is not trusted: nesting, number of messages and sizes of tensors are bounded, and every failure is a `UserError`.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { joinBytes } from '../../../base/bytes.js'
import { InternalError, UserError } from '../../../base/errors.js'
import { elementSize, type ModelProto, type TensorProto } from './model.js'

/**
 * How a field is written. 'integer' is an int64 that must be a safe integer; 'packed' are repeated numbers kept as the bytes
 * protobuf packs them into; a table is a message.
 */
type Kind = 'string' | 'bytes' | 'int32' | 'integer' | 'int64' | 'float' | 'packed' | (() => Table)
interface Field {
  readonly key: string
  readonly kind: Kind
  readonly repeated?: boolean
}
type Table = Readonly<Record<number, Field>>
type Message = Record<string, unknown> & { unknown?: Uint8Array[] }

const single = (key: string, kind: Kind): Field => ({ key, kind })
const many = (key: string, kind: Kind): Field => ({ key, kind, repeated: true })

const keyValue: Table = { 1: single('key', 'string'), 2: single('value', 'string') }

const operatorSetId: Table = { 1: single('domain', 'string'), 2: single('version', 'integer') }

const tensor: Table = {
  1: many('dims', 'integer'),
  2: single('dataType', 'int32'),
  4: single('floatData', 'packed'),
  5: single('int32Data', 'packed'),
  6: many('stringData', 'bytes'),
  7: single('int64Data', 'packed'),
  8: single('name', 'string'),
  9: single('rawData', 'bytes'),
  10: single('doubleData', 'packed'),
  11: single('uint64Data', 'packed'),
  12: single('docString', 'string'),
  13: many('externalData', () => keyValue),
  14: single('dataLocation', 'int32'),
}

const sparseTensor: Table = {
  1: single('values', () => tensor),
  2: single('indices', () => tensor),
  3: many('dims', 'integer'),
}

const dimension: Table = { 1: single('value', 'integer'), 2: single('symbol', 'string') }
const tensorShape: Table = { 1: many('dims', () => dimension) }
const tensorType: Table = { 1: single('elemType', 'int32'), 2: single('shape', () => tensorShape) }
const type: Table = { 1: single('tensorType', () => tensorType) }

const valueInfo: Table = {
  1: single('name', 'string'),
  2: single('type', () => type),
  3: single('docString', 'string'),
}

const attribute: Table = {
  1: single('name', 'string'),
  2: single('float', 'float'),
  3: single('int', 'int64'),
  4: single('string', 'bytes'),
  5: single('tensor', () => tensor),
  6: single('graph', () => graph),
  7: many('floats', 'float'),
  8: many('ints', 'int64'),
  9: many('strings', 'bytes'),
  10: many('tensors', () => tensor),
  11: many('graphs', () => graph),
  20: single('type', 'int32'),
  22: single('sparseTensor', () => sparseTensor),
  23: many('sparseTensors', () => sparseTensor),
}

const node: Table = {
  1: many('inputs', 'string'),
  2: many('outputs', 'string'),
  3: single('name', 'string'),
  4: single('opType', 'string'),
  5: many('attributes', () => attribute),
  6: single('docString', 'string'),
  7: single('domain', 'string'),
}

const graph: Table = {
  1: many('nodes', () => node),
  2: single('name', 'string'),
  5: many('initializers', () => tensor),
  10: single('docString', 'string'),
  11: many('inputs', () => valueInfo),
  12: many('outputs', () => valueInfo),
  13: many('valueInfo', () => valueInfo),
  14: many('quantizationAnnotations', 'bytes'),
  15: many('sparseInitializers', () => sparseTensor),
}

/** What of a function can hold numbers; the rest of it is kept as it came. */
const functionDefinition: Table = { 7: many('nodes', () => node), 11: many('attributes', () => attribute) }

const model: Table = {
  1: single('irVersion', 'integer'),
  2: single('producerName', 'string'),
  3: single('producerVersion', 'string'),
  4: single('domain', 'string'),
  5: single('modelVersion', 'integer'),
  6: single('docString', 'string'),
  7: single('graph', () => graph),
  8: many('opsetImport', () => operatorSetId),
  14: many('metadata', () => keyValue),
  25: many('functions', () => functionDefinition),
}

const maxDepth = 64
const maxMessages = 4_000_000

/**
 * Reads a model. `name` (a file's name) stands in messages. Large tensors share memory with `bytes`.
 * Throws a `UserError` where the bytes are no ONNX model, are cut off, or are built to exhaust memory or stack.
 */
export function decodeModel(bytes: Uint8Array, name = 'the model'): ModelProto {
  const budget: Budget = { messages: 0 }
  let decoded: ModelProto
  try {
    decoded = readMessage(new BinaryReader(bytes), bytes, bytes.length, model, 0, budget) as unknown as ModelProto
  } catch (error) {
    if (error instanceof InternalError) throw error
    throw refusal(name, (error as Error).message)
  }
  if (!decoded.graph || decoded.opsetImport.length === 0)
    throw refusal(name, 'it holds no graph or names no operator set')
  return decoded
}

/** The model's bytes; what `decodeModel` read is written back in an equal model. */
export function encodeModel(source: ModelProto): Uint8Array {
  const writer = new BinaryWriter()
  writeMessage(writer, source as unknown as Message, model)
  return writer.finish()
}

function refusal(name: string, why: string): UserError {
  return new UserError(`${name} can't be read as an ONNX model (${why}); export it again, or name another file`)
}

interface Budget {
  messages: number
}

function readMessage(
  reader: BinaryReader,
  bytes: Uint8Array,
  end: number,
  table: Table,
  depth: number,
  budget: Budget,
): Message {
  if (depth > maxDepth) throw new RangeError(`it is nested more than ${maxDepth} levels deep`)
  if (++budget.messages > maxMessages) throw new RangeError(`it has more than ${maxMessages} parts`)
  const message: Message = {}
  for (const field of Object.values(table)) if (field.repeated) message[field.key] = []
  while (reader.pos < end) {
    const start = reader.pos
    const [number, wireType] = reader.tag()
    const field = Object.hasOwn(table, number) ? table[number] : undefined
    if (field) readField(reader, bytes, end, wireType, field, message, depth, budget)
    else {
      reader.skip(wireType, number)
      message.unknown ??= []
      message.unknown.push(bytes.subarray(start, reader.pos))
    }
  }
  if (reader.pos !== end) throw new RangeError('a part is longer than what holds it')
  for (const { key, kind } of Object.values(table)) {
    if (kind === 'packed' && message[key]) message[key] = joinBytes(message[key] as Uint8Array[])
  }
  if (table === tensor) checkTensor(message as unknown as TensorProto)
  return message
}

function readField(
  reader: BinaryReader,
  bytes: Uint8Array,
  end: number,
  wireType: WireType,
  field: Field,
  message: Message,
  depth: number,
  budget: Budget,
): void {
  const { key, kind } = field
  if (kind === 'packed') {
    const chunk = wireType === WireType.LengthDelimited ? reader.bytes() : reader.skip(wireType)
    if (++budget.messages > maxMessages) throw new RangeError(`it has more than ${maxMessages} parts`)
    message[key] ??= []
    ;(message[key] as Uint8Array[]).push(chunk)
    return
  }
  const store = (value: unknown) => {
    if (field.repeated) (message[key] as unknown[]).push(value)
    else message[key] = value
  }
  if (typeof kind === 'function') {
    expectWire(wireType, WireType.LengthDelimited)
    const length = reader.uint32()
    if (length > end - reader.pos) throw new RangeError('it is cut off')
    store(readMessage(reader, bytes, reader.pos + length, kind(), depth + 1, budget))
    return
  }
  const scalar = scalars[kind]
  if (field.repeated && wireType === WireType.LengthDelimited && scalar.wire !== WireType.LengthDelimited) {
    const length = reader.uint32()
    if (length > end - reader.pos) throw new RangeError('it is cut off')
    const stop = reader.pos + length
    while (reader.pos < stop) store(scalar.read(reader))
    return
  }
  expectWire(wireType, scalar.wire)
  store(scalar.read(reader))
}

const scalars = {
  string: { wire: WireType.LengthDelimited, read: (r: BinaryReader) => r.string() },
  bytes: { wire: WireType.LengthDelimited, read: (r: BinaryReader) => r.bytes() },
  int32: { wire: WireType.Varint, read: (r: BinaryReader) => r.int32() },
  integer: { wire: WireType.Varint, read: (r: BinaryReader) => safeInteger(BigInt(r.int64())) },
  int64: { wire: WireType.Varint, read: (r: BinaryReader) => BigInt(r.int64()) },
  float: { wire: WireType.Bit32, read: (r: BinaryReader) => r.float() },
}

function safeInteger(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`the size ${value} is out of range`)
  return number
}

function expectWire(found: WireType, expected: WireType): void {
  if (found !== expected) throw new RangeError('a field has the wrong type')
}

/** A tensor's raw bytes must fill its shape exactly, so that nothing later reads past them. */
function checkTensor(tensor: TensorProto): void {
  let size = 1
  for (const n of tensor.dims) size *= n
  if (tensor.dims.some((n) => n < 0) || !Number.isSafeInteger(size)) {
    throw new RangeError(
      `tensor '${tensor.name ?? ''}' has the impossible shape [${tensor.dims.slice(0, 8).join(', ')}]`,
    )
  }
  const bytesEach = elementSize(tensor.dataType ?? 0)
  if (tensor.rawData && bytesEach && tensor.rawData.length !== size * bytesEach) {
    throw new RangeError(
      `tensor '${tensor.name ?? ''}' should hold ${size * bytesEach} bytes, but holds ${tensor.rawData.length}`,
    )
  }
}

function writeMessage(writer: BinaryWriter, message: Message, table: Table): void {
  for (const [number, field] of Object.entries(table)) {
    const value = message[field.key]
    if (value === undefined) continue
    if (field.repeated) writeRepeated(writer, Number(number), field, value as unknown[])
    else writeValue(writer, Number(number), field.kind, value)
  }
  for (const chunk of message.unknown ?? []) writer.raw(chunk)
}

/** Repeated numbers go packed, as proto3 does; readers take both. */
function writeRepeated(writer: BinaryWriter, number: number, { kind }: Field, values: readonly unknown[]): void {
  if (values.length === 0) return
  if (kind === 'integer' || kind === 'int64' || kind === 'float') {
    writer.tag(number, WireType.LengthDelimited).fork()
    for (const value of values) {
      if (kind === 'float') writer.float(value as number)
      else writer.int64(value as number | bigint)
    }
    writer.join()
  } else for (const value of values) writeValue(writer, number, kind, value)
}

function writeValue(writer: BinaryWriter, number: number, kind: Kind, value: unknown): void {
  if (typeof kind === 'function') {
    writer.tag(number, WireType.LengthDelimited).fork()
    writeMessage(writer, value as Message, kind())
    writer.join()
  } else if (kind === 'string') writer.tag(number, WireType.LengthDelimited).string(value as string)
  else if (kind === 'bytes' || kind === 'packed')
    writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array)
  else if (kind === 'int32') writer.tag(number, WireType.Varint).int32(value as number)
  else if (kind === 'float') writer.tag(number, WireType.Bit32).float(value as number)
  else writer.tag(number, WireType.Varint).int64(value as number | bigint)
}
