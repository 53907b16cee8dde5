/**
 * Data elements of a DICOM data set (PS3.5 chapter 7): where each value lies, in any of the encodings. No value is read
 * here, nested sequences are stepped over without recursion, and whatever a length field claims, nothing beyond the
 * bytes at hand is touched. Our own, since a hostile file must cost a sentence, not the stack or the memory.
 */
import { ImageProblem } from '../raster.js'
import { knownRepresentation, tagText } from './tags.js'

export interface Encoding {
  /** Whether each element names its value representation. */
  readonly explicit: boolean
  readonly littleEndian: boolean
}

export const implicitLittle: Encoding = { explicit: false, littleEndian: true }
export const explicitLittle: Encoding = { explicit: true, littleEndian: true }
export const explicitBig: Encoding = { explicit: true, littleEndian: false }

/** One element: where its value lies in the bytes that were read. */
export interface Element {
  readonly tag: number
  /** As the file says or the standard; 'UN' where neither does. */
  readonly vr: string
  readonly start: number
  /** End of the value, without a delimiter; less than the element claims where the bytes end early. */
  readonly end: number
  /** Whether the length is undefined, so that the value is a list of items up to a delimiter. */
  readonly open: boolean
  /** The length that the element claims; undefined for an open one. */
  readonly claimed?: number
  readonly encoding: Encoding
}

/** The bytes end before the elements do. */
export class EndsEarly extends ImageProblem {}

const undefinedLength = 0xffff_ffff
const itemTag = 0xfffe_e000
const itemEnd = 0xfffe_e00d
const sequenceEnd = 0xfffe_e0dd
export const pixelDataTag = 0x7fe0_0010

const maxElements = 100_000
const maxDepth = 32
const maxItems = 100_000

/** Representations whose explicit form has a 32-bit length after two reserved bytes. */
const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const shortForms = new Set(
  'AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '), // 16-bit length
)

/** Whether two bytes are the letters of a value representation. */
function isRepresentation(first: number, second: number): boolean {
  return isStandardRepresentation(String.fromCharCode(first, second))
}

/** Whether the standard has a representation. */
export function isStandardRepresentation(vr: string): boolean {
  return longForms.has(vr) || shortForms.has(vr)
}

/** Whether the explicit form of a representation has a 32-bit length; those newer than our table do (PS3.5, 7.1.2). */
export function isLongForm(vr: string): boolean {
  return longForms.has(vr) || !shortForms.has(vr)
}

interface Head {
  tag: number
  vr: string
  start: number
  /** As written; `undefinedLength` for an open value. */
  length: number
  encoding: Encoding
}

/**
 * The elements from `at` to `end` by tag; the first of a doubled tag counts. Ends behind pixel data, whose value may be cut off.
 * Throws `EndsEarly` where another value reaches past the end, `ImageProblem` where the bytes make no sense.
 * @param goesOn whether an element belongs to the data set; reading stops at the first that does not
 */
export function readElements(
  bytes: Uint8Array,
  at: number,
  end: number,
  encoding: Encoding,
  goesOn: (tag: number) => boolean = () => true,
): { elements: Map<number, Element>; end: number } {
  const view = viewOf(bytes)
  const elements = new Map<number, Element>()
  let position = at
  while (position < end) {
    // Some writers fill the last block of a file with zeros.
    if (end - position < 8 && restIsZero(bytes, position, end)) break
    const head = readHead(view, position, end, encoding)
    if (!goesOn(head.tag) || (head.tag === 0 && elements.size > 0)) break
    if (elements.size >= maxElements) throw new ImageProblem(`is a damaged DICOM file (over ${maxElements} elements)`)
    const element = elementAt(view, head, end)
    if (!elements.has(element.tag)) elements.set(element.tag, element)
    position = element.open ? endOfOpen(view, head, end, true) : element.end
    if (element.tag === pixelDataTag) break
  }
  return { elements, end: position }
}

function elementAt(view: DataView, head: Head, end: number): Element {
  const { tag, vr, start, length, encoding } = head
  if (length === undefinedLength) {
    // Cut-off pixel data is still described: which of its frames are whole is for its decoder to say.
    const past = endOfOpen(view, head, end, tag === pixelDataTag)
    return { tag, vr, start, end: past, open: true, encoding }
  }
  if (length > end - start && tag !== pixelDataTag) {
    throw new EndsEarly(
      `is a DICOM file that ends early (truncated): ${tagText(tag)} claims ${length} bytes, ${end - start} are left`,
    )
  }
  return { tag, vr, start, end: Math.min(end, start + length), open: false, claimed: length, encoding }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function restIsZero(bytes: Uint8Array, at: number, end: number): boolean {
  return bytes.subarray(at, end).every((byte) => byte === 0)
}

function readHead(view: DataView, at: number, end: number, encoding: Encoding): Head {
  const need = (count: number) => {
    if (at + count > end) throw new EndsEarly('is a DICOM file that ends early (truncated)')
  }
  need(8)
  const little = encoding.littleEndian
  const tag = view.getUint16(at, little) * 0x1_0000 + view.getUint16(at + 2, little)
  if (tag >>> 16 === 0xfffe || !encoding.explicit) return implicitHead(view, at, tag, encoding)
  const [first, second] = [view.getUint8(at + 4), view.getUint8(at + 5)]
  const vr = String.fromCharCode(first, second)
  const short = (): Head => ({ tag, vr, start: at + 8, length: view.getUint16(at + 6, little), encoding })
  const long = (): Head => ({ tag, vr, start: at + 12, length: view.getUint32(at + 8, little), encoding })
  if (shortForms.has(vr)) return short()
  if (longForms.has(vr)) {
    need(12)
    return long()
  }
  // A representation that the standard does not have: what stands behind its value tells how its length is written.
  // New ones have the long form (PS3.5, 7.1.2); a writer that lost the representation may have written an implicit element.
  const implicit = implicitHead(view, at, tag, encoding)
  const upper = /^[A-Z]{2}$/.test(vr)
  const longHead = at + 12 <= end && view.getUint16(at + 6) === 0 ? [long()] : []
  const guesses = upper ? [...longHead, short(), implicit] : [short(), ...longHead, implicit]
  const fitting = guesses.find((head) => leadsOn(view, head, end))
  if (fitting !== undefined) return fitting
  if (!upper) return implicit
  need(12)
  return long()
}

/** Whether an explicit element ends where another, of a greater tag, or the whole begins or ends. */
function leadsOn(view: DataView, { tag, start, length, encoding: { littleEndian } }: Head, end: number): boolean {
  const next = start + length
  if (next === end) return true
  if (next + 8 > end) return false
  const following = view.getUint16(next, littleEndian) * 0x1_0000 + view.getUint16(next + 2, littleEndian)
  if (following >>> 16 === 0xfffe) return true
  return following > tag && isRepresentation(view.getUint8(next + 4), view.getUint8(next + 5))
}

function implicitHead(view: DataView, at: number, tag: number, encoding: Encoding): Head {
  const vr = knownRepresentation(tag) ?? 'UN'
  return { tag, vr, start: at + 8, length: view.getUint32(at + 4, encoding.littleEndian), encoding }
}

/** What an open value holds: fragments of pixel data, or items in this encoding. */
function insideOf({ tag, vr, encoding }: Head): { kind: 'fragments' | 'sequence'; encoding: Encoding } {
  const fragments = tag === pixelDataTag || (encoding.explicit && /^O[A-Z]$/.test(vr))
  // PS3.5, 6.2.2: an unknown value of undefined length is a sequence in implicit little endian.
  const inner = vr === 'UN' && encoding.explicit ? implicitLittle : encoding
  return { kind: fragments ? 'fragments' : 'sequence', encoding: inner }
}

/** Where an open value ends, its delimiter included. With `lenient`, the end of the bytes ends it too. */
function endOfOpen(view: DataView, head: Head, end: number, lenient: boolean): number {
  try {
    return stepOver(view, head.start, end, [insideOf(head)])
  } catch (error) {
    if (lenient && error instanceof EndsEarly) return end
    throw error
  }
}

/** Steps over everything that is open, from the innermost of `open` outwards; returns the place behind. */
function stepOver(
  view: DataView,
  at: number,
  end: number,
  open: { kind: 'fragments' | 'sequence' | 'item'; encoding: Encoding }[],
): number {
  let position = at
  for (let innermost = open.at(-1); innermost !== undefined; innermost = open.at(-1)) {
    if (open.length > maxDepth)
      throw new ImageProblem(`is a damaged DICOM file (sequences nested over ${maxDepth} deep)`)
    const { kind, encoding } = innermost
    const head = readHead(view, position, end, encoding)
    const { tag, length } = head
    position = head.start
    if (kind === 'item') {
      if (tag === itemEnd) {
        open.pop()
        continue
      }
      if (length === undefinedLength) {
        open.push(insideOf(head))
        continue
      }
    } else if (tag === sequenceEnd) {
      open.pop()
      continue
    } else if (tag !== itemTag) {
      throw new ImageProblem(`is a damaged DICOM file (${tagText(tag)} where an item of a sequence was expected)`)
    } else if (length === undefinedLength) {
      if (kind === 'fragments') throw new ImageProblem('is a damaged DICOM file (a fragment of undefined length)')
      open.push({ kind: 'item', encoding })
      continue
    }
    position += length
    if (position > end) throw new EndsEarly('is a DICOM file that ends early (truncated)')
  }
  return position
}

/** A part of the bytes. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/** The items of a sequence; encoding as theirs is. At most `limit` are listed. */
export function readItems(
  bytes: Uint8Array,
  element: Element,
  limit = maxItems,
): { items: Extent[]; encoding: Encoding } {
  const view = viewOf(bytes)
  const { encoding } = insideOf({ ...element, length: 0 })
  const items: Extent[] = []
  for (let at = element.start; at + 8 <= element.end && items.length < limit; ) {
    const { tag, start, length } = readHead(view, at, element.end, encoding)
    if (tag === sequenceEnd) break
    if (tag !== itemTag) {
      throw new ImageProblem(`is a damaged DICOM file (${tagText(tag)} where an item of a sequence was expected)`)
    }
    if (length === undefinedLength) {
      const past = stepOver(view, start, element.end, [{ kind: 'item', encoding }])
      items.push({ start, end: past - 8 })
      at = past
    } else {
      if (start + length > element.end) throw new EndsEarly('is a DICOM file that ends early (truncated)')
      items.push({ start, end: start + length })
      at = start + length
    }
  }
  return { items, encoding }
}

/** The fragments of encapsulated pixel data, the offset table first; a last one that is cut off is left out and said. */
export function readFragments(bytes: Uint8Array, element: Element): { fragments: Extent[]; whole: boolean } {
  const view = viewOf(bytes)
  const fragments: Extent[] = []
  for (let at = element.start; at + 8 <= element.end; ) {
    const { tag, start, length } = readHead(view, at, element.end, element.encoding)
    if (tag === sequenceEnd) return { fragments, whole: true }
    if (tag !== itemTag) {
      throw new ImageProblem(`is a damaged DICOM file (${tagText(tag)} where a fragment of pixel data was expected)`)
    }
    if (start + length > element.end) return { fragments, whole: false }
    if (fragments.length >= maxItems) throw new ImageProblem(`is a damaged DICOM file (over ${maxItems} fragments)`)
    fragments.push({ start, end: start + length })
    at = start + length
  }
  return { fragments, whole: false }
}
