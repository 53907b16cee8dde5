/**
 * DICOM files drawn in memory, in any encoding, sound or not: elements as [tag, representation, value]. The writer shares
 * no code with the reader under test.
 */
import { deflateRawSync } from 'node:zlib'

export type Value = string | number | readonly number[] | Uint8Array | Items | Fragments

/** A sequence; `open` writes undefined lengths with delimiters. */
export interface Items {
  readonly items: readonly (readonly Part[])[]
  readonly open?: boolean
}

/** Encapsulated pixel data; the first fragment is the offset table. */
export interface Fragments {
  readonly fragments: readonly Uint8Array[]
}

export type Part = readonly [tag: number, vr: string, value: Value]

export interface FileForm {
  readonly syntax?: string
  readonly explicit?: boolean
  readonly bigEndian?: boolean
  readonly deflated?: boolean
  /** 'whole': preamble, prefix and meta; 'meta': meta alone; 'none': the data set alone. */
  readonly head?: 'whole' | 'meta' | 'none'
}

export const syntaxes = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  encapsulated: '1.2.840.10008.1.2.1.98',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
  rle: '1.2.840.10008.1.2.5',
} as const

/** The form that a transfer syntax asks for. */
export function formOf(syntax: string): FileForm {
  return {
    syntax,
    explicit: syntax !== syntaxes.implicit,
    bigEndian: syntax === syntaxes.bigEndian,
    deflated: syntax === syntaxes.deflated,
  }
}

/** A file of these parts, which should be in the order of their tags. */
export function dicomFile(parts: readonly Part[], form: FileForm = formOf(syntaxes.explicit)): Uint8Array {
  const { syntax = syntaxes.explicit, head = 'whole', deflated = false } = form
  const body = Buffer.concat(parts.map((part) => written(part, form)))
  const dataSet = deflated ? deflateRawSync(body) : body
  if (head === 'none') return new Uint8Array(dataSet)
  const plain: FileForm = { explicit: true }
  const meta = Buffer.concat([
    written([0x0002_0001, 'OB', Uint8Array.of(0, 1)], plain),
    written([0x0002_0010, 'UI', syntax], plain),
  ])
  const start = head === 'meta' ? Buffer.alloc(0) : Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])
  return new Uint8Array(Buffer.concat([start, written([0x0002_0000, 'UL', meta.length], plain), meta, dataSet]))
}

const long = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const numberBytes: Record<string, number> = {
  US: 2,
  SS: 2,
  OW: 2,
  AT: 4,
  UL: 4,
  SL: 4,
  OL: 4,
  FL: 4,
  OF: 4,
  FD: 8,
  OD: 8,
  OV: 8,
  OB: 1,
}

function written([tag, vr, value]: Part, form: FileForm): Buffer {
  const { explicit = true, bigEndian = false } = form
  const content = contentOf(value, vr, form)
  const open = isOpen(value)
  const length = open ? 0xffff_ffff : content.length
  const out = Buffer.alloc(explicit && long.has(vr) ? 12 : 8)
  const put16 = (n: number, at: number) => (bigEndian ? out.writeUInt16BE(n, at) : out.writeUInt16LE(n, at))
  const put32 = (n: number, at: number) => (bigEndian ? out.writeUInt32BE(n, at) : out.writeUInt32LE(n, at))
  put16(tag >>> 16, 0)
  put16(tag & 0xffff, 2)
  if (!explicit) put32(length, 4)
  else {
    out.write(vr, 4, 'latin1')
    if (long.has(vr)) put32(length, 8)
    else put16(length, 6)
  }
  return Buffer.concat([out, content])
}

function isOpen(value: Value): boolean {
  if (typeof value !== 'object') return false
  return 'fragments' in value || ('items' in value && value.open === true)
}

function contentOf(value: Value, vr: string, form: FileForm): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'latin1')
    const pad = vr === 'UI' ? '\0' : ' '
    return text.length % 2 === 0 ? text : Buffer.concat([text, Buffer.from(pad)])
  }
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'object' && 'fragments' in value) {
    const parts = value.fragments.map((bytes) => Buffer.concat([mark(0xe000, bytes.length, form), bytes]))
    return Buffer.concat([...parts, mark(0xe0dd, 0, form)])
  }
  if (typeof value === 'object' && 'items' in value) {
    const { items, open = false } = value
    const parts = items.map((parts) => {
      const body = Buffer.concat(parts.map((part) => written(part, form)))
      return open
        ? Buffer.concat([mark(0xe000, 0xffff_ffff, form), body, mark(0xe00d, 0, form)])
        : Buffer.concat([mark(0xe000, body.length, form), body])
    })
    return Buffer.concat(open ? [...parts, mark(0xe0dd, 0, form)] : parts)
  }
  return numbersAsBytes(typeof value === 'number' ? [value] : (value as readonly number[]), vr, form)
}

function numbersAsBytes(numbers: readonly number[], vr: string, { bigEndian = false }: FileForm): Buffer {
  const size = numberBytes[vr]
  const out = Buffer.alloc(numbers.length * size)
  const view = new DataView(out.buffer, out.byteOffset, out.length)
  const little = !bigEndian
  numbers.forEach((n, i) => {
    const at = i * size
    if (vr === 'FL' || vr === 'OF') view.setFloat32(at, n, little)
    else if (vr === 'FD' || vr === 'OD') view.setFloat64(at, n, little)
    else if (vr === 'OV') view.setBigUint64(at, BigInt(n), little)
    else if (vr === 'AT') {
      view.setUint16(at, n >>> 16, little)
      view.setUint16(at + 2, n & 0xffff, little)
    } else if (size === 1) view.setUint8(at, n)
    else if (size === 2) view.setUint16(at, n & 0xffff, little)
    else view.setUint32(at, n >>> 0, little)
  })
  return out
}

function mark(element: number, length: number, { bigEndian = false }: FileForm): Buffer {
  const out = Buffer.alloc(8)
  const put16 = (n: number, at: number) => (bigEndian ? out.writeUInt16BE(n, at) : out.writeUInt16LE(n, at))
  put16(0xfffe, 0)
  put16(element, 2)
  if (bigEndian) out.writeUInt32BE(length, 4)
  else out.writeUInt32LE(length, 4)
  return out
}
