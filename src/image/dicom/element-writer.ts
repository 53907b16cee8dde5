/**
 * Data elements to bytes, in any of the encodings (PS3.5 chapter 7), and a Part 10 file around them (PS3.10). Sequences and
 * items are written with their lengths. Our own, as the reader is: what is not changed is passed through byte for byte.
 */
import { joinBytes } from '../../base/bytes.js'
import { type Encoding, explicitLittle, isLongForm } from './element-reader.js'

export interface NewElement {
  readonly tag: number
  readonly vr: string
  /** Bytes of the value in the data set's byte order, or the items of a sequence, elements by tag. */
  readonly value: Uint8Array | readonly (readonly NewElement[])[]
  /** Whether the bytes are a list of items with their own delimiter (encapsulated pixel data). */
  readonly open?: boolean
}

/** Of what writes a file: kopt (PS3.7, D.3.3.2). */
export const implementationUid = '2.25.243012734905117936540371286511073204597'

const undefinedLength = 0xffff_ffff
const itemTag = 0xfffe_e000

/** The elements in order of their tags, as chunks that together are the data set. */
export function encodeElements(elements: readonly NewElement[], encoding: Encoding): Uint8Array[] {
  const sorted = elements.toSorted((a, b) => a.tag - b.tag)
  return sorted.flatMap((element) => {
    const inner = element.value instanceof Uint8Array ? [even(element.value)] : encodeItems(element.value, encoding)
    return [head(element, element.open ? undefinedLength : sizeOf(inner), encoding), ...inner]
  })
}

/** A file with a Part 10 header: `meta` in group 2 without its length, then the data set in the encoding that it states. */
export function encodeFile(meta: readonly NewElement[], body: readonly Uint8Array[]): Uint8Array {
  const group = encodeElements(meta, explicitLittle)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, sizeOf(group), true)
  const first = encodeElements([{ tag: 0x0002_0000, vr: 'UL', value: length }], explicitLittle)
  const prefix = new Uint8Array(132)
  prefix.set([0x44, 0x49, 0x43, 0x4d], 128)
  return joinBytes([prefix, ...first, ...group, ...body])
}

/** A value of text, padded to an even length (UI with NUL, else with a space). Non-ASCII text is for UTF-8 data sets. */
export function textElement(tag: number, vr: string, text: string): NewElement {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length % 2 === 0) return { tag, vr, value: bytes }
  const padded = new Uint8Array(bytes.length + 1).fill(vr === 'UI' ? 0 : 0x20)
  padded.set(bytes)
  return { tag, vr, value: padded }
}

/** Unsigned 16-bit numbers. */
export function shortElement(tag: number, values: readonly number[], encoding: Encoding): NewElement {
  const value = new Uint8Array(2 * values.length)
  const view = new DataView(value.buffer)
  for (const [i, number] of values.entries()) view.setUint16(2 * i, number, encoding.littleEndian)
  return { tag, vr: 'US', value }
}

/** The items of a sequence, without its head. */
export function encodeItems(items: readonly (readonly NewElement[])[], encoding: Encoding): Uint8Array[] {
  return items.flatMap((item) => encodeItem(item, encoding))
}

function encodeItem(elements: readonly NewElement[], encoding: Encoding): Uint8Array[] {
  const inner = encodeElements(elements, encoding)
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  writeTag(view, itemTag, encoding)
  view.setUint32(4, sizeOf(inner), encoding.littleEndian)
  return [bytes, ...inner]
}

function head({ tag, vr }: NewElement, length: number, encoding: Encoding): Uint8Array {
  const long = !encoding.explicit || isLongForm(vr) || length > 0xffff
  const bytes = new Uint8Array(encoding.explicit && long ? 12 : 8)
  const view = new DataView(bytes.buffer)
  writeTag(view, tag, encoding)
  if (!encoding.explicit) view.setUint32(4, length, encoding.littleEndian)
  else {
    // PS3.5, 6.2.2: a value too long for its representation is written as UN
    const written = long && !isLongForm(vr) ? 'UN' : vr
    bytes.set([written.charCodeAt(0), written.charCodeAt(1)], 4)
    if (long) view.setUint32(8, length, encoding.littleEndian)
    else view.setUint16(6, length, encoding.littleEndian)
  }
  return bytes
}

function writeTag(view: DataView, tag: number, { littleEndian }: Encoding): void {
  view.setUint16(0, tag >>> 16, littleEndian)
  view.setUint16(2, tag & 0xffff, littleEndian)
}

function even(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 2 === 0) return bytes
  const padded = new Uint8Array(bytes.length + 1)
  padded.set(bytes)
  return padded
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}
