/**
 * Named arrays in one file: eight bytes with the length of a JSON header, the header (element type, shape and place of
 * every array, and a map of texts), then the arrays' bytes, little-endian, without gaps.
 * Source: the safetensors format, github.com/huggingface/safetensors, and its reference reader's checks.
 */
import { UserError } from '../base/errors.js'
import { bytesOf, type DType, type NDArray, ndarray, sizeOf, type TypedArrayOf } from '../base/ndarray.js'

const codes = { float32: 'F32', float64: 'F64', int32: 'I32', uint8: 'U8', bool: 'BOOL' } as const

const types: Record<string, { dtype: DType; width: number; view: new (buffer: ArrayBuffer) => TypedArrayOf[DType] }> = {
  F32: { dtype: 'float32', width: 4, view: Float32Array },
  F64: { dtype: 'float64', width: 8, view: Float64Array },
  I32: { dtype: 'int32', width: 4, view: Int32Array },
  U8: { dtype: 'uint8', width: 1, view: Uint8Array },
  BOOL: { dtype: 'bool', width: 1, view: Uint8Array },
}

/** The reference reader's limit. */
const largestHeader = 100_000_000
const metadataKey = '__metadata__'

/** The bytes of a file; arrays stand in the order of their sorted names, so equal content gives equal bytes. */
export function encodeSafetensors(
  named: Readonly<Record<string, NDArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1))
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header[metadataKey] = metadata
  let end = 0
  for (const [name, { dtype, shape, data }] of sorted) {
    header[name] = { dtype: codes[dtype], shape, data_offsets: [end, end + data.byteLength] }
    end += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Spaces behind the header, so that the arrays begin at a multiple of eight.
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength)
  bytes.set(json, 8)
  let at = 8 + headerLength
  for (const [, array] of sorted) {
    const content = bytesOf(array)
    bytes.set(content, at)
    at += content.length
  }
  return bytes
}

/** An array of a file, where it lies. */
export interface SafetensorsEntry {
  readonly name: string
  /** As the format writes it: `F32`, `BF16`. */
  readonly code: string
  readonly shape: readonly number[]
  /** The elements, little endian, sharing the file's memory. */
  readonly bytes: Uint8Array
}

export interface Safetensors {
  readonly arrays: Record<string, NDArray>
  readonly metadata: Record<string, string>
}

/**
 * Reads a file's bytes. Nothing is allocated before it is known to lie inside the file.
 * Throws a `UserError` that begins with `source` where the bytes are no whole safetensors file of our element types.
 */
export function decodeSafetensors(bytes: Uint8Array, source = 'the file'): Safetensors {
  const { entries, metadata } = readSafetensors(bytes, source)
  const arrays: Record<string, NDArray> = Object.create(null)
  for (const { name, code, shape, bytes: content } of entries) {
    const type = types[code]
    if (!type) {
      throw new UserError(
        `${source} holds '${name}' as ${code.slice(0, 20)}; read are ${Object.keys(types).join(', ')}: convert it to F32`,
      )
    }
    if (content.length !== sizeOf(shape) * type.width) {
      throw notWhole(source)(
        `'${name}' has ${content.length} bytes, ${code} [${shape.join(', ')}] takes ${sizeOf(shape) * type.width}`,
      )
    }
    // A copy of its own: aligned, and independent of the file's bytes.
    arrays[name] = ndarray(type.dtype, shape, new type.view(content.slice().buffer))
  }
  return { arrays, metadata }
}

/** What stands in a file, of any element type, in the order of its header; nothing is copied. */
export function readSafetensors(
  bytes: Uint8Array,
  source = 'the file',
): { entries: SafetensorsEntry[]; metadata: Record<string, string> } {
  const broken = notWhole(source)
  if (bytes.length < 8) throw broken(`it has ${bytes.length} bytes, a header has at least 8`)
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (headerLength > largestHeader || headerLength > bytes.length - 8) {
    throw broken(`its header claims ${headerLength} bytes, the file has ${bytes.length}`)
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), broken)
  const content = bytes.subarray(8 + headerLength)

  const entries: SafetensorsEntry[] = []
  const extents: [number, number][] = []
  for (const [name, entry] of Object.entries(header)) {
    if (name === metadataKey) continue
    const { code, shape, start, end } = arrayEntry(name, entry, broken)
    if (end > content.length) throw broken(`'${name}' ends at byte ${end} of ${content.length}`)
    extents.push([start, end])
    entries.push({ name, code, shape, bytes: content.subarray(start, end) })
  }
  extents.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let covered = 0
  for (const [start, end] of extents) {
    if (start !== covered) throw broken(`its arrays overlap or leave a gap at byte ${Math.min(start, covered)}`)
    covered = end
  }
  if (covered !== content.length) throw broken(`${content.length - covered} bytes at its end belong to no array`)
  return { entries, metadata: readMetadata(header[metadataKey], broken) }
}

const notWhole = (source: string) => (what: string) =>
  new UserError(`${source} is not a whole safetensors file: ${what}; restore or remove it`)

type Broken = (what: string) => UserError

function parseHeader(bytes: Uint8Array, broken: Broken): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw broken('its header is not JSON')
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw broken('its header is no JSON object')
  return header as Record<string, unknown>
}

function arrayEntry(name: string, entry: unknown, broken: Broken) {
  const { dtype: code, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>
  const isIntegers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0)
  const [start, end, ...others] = isIntegers(offsets) ? offsets : []
  if (
    typeof code !== 'string' ||
    !isIntegers(shape) ||
    start === undefined ||
    end === undefined ||
    others.length > 0 ||
    start > end
  ) {
    throw broken(`the entry of '${name.slice(0, 80)}' has no element type, shape and offsets`)
  }
  return { code, shape, start, end }
}

function readMetadata(value: unknown, broken: Broken): Record<string, string> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Object.values(value).some((text) => typeof text !== 'string')) {
    throw broken('its metadata is no map of texts')
  }
  return { ...(value as Record<string, string>) }
}
