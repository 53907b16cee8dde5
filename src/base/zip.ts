/**
 * Reading zip archives from outside: the central directory decides, sizes are bounded before anything is allocated, and
 * entries that overlap, lie outside the file or claim more than deflate can give are refused. Stored and deflated entries,
 * zip64. Source: PKWARE's APPNOTE.TXT 6.3.10.
 */
import { crc32, inflateRawSync } from 'node:zlib'
import { UserError } from './errors.js'

export interface ZipEntry {
  readonly name: string
  /** Bytes when unpacked. */
  readonly size: number
  readonly deflated: boolean
}

export interface ZipArchive {
  readonly entries: readonly ZipEntry[]
  /** The unpacked bytes of an entry, checked against its sum; undefined where there is none of that name. */
  read(name: string): Uint8Array | undefined
  /** At most the first `bytes` of an entry, unchecked, without unpacking the rest; none where there is none of that name. */
  readStart(name: string, bytes: number): Uint8Array
}

interface Located extends ZipEntry {
  readonly start: number
  readonly packed: number
  readonly sum: number
}

const endSignature = 0x06054b50
const end64Signature = 0x06064b50
const locator64Signature = 0x07064b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50

const mostEntries = 100_000
/** Of one entry, unpacked. */
const largestEntry = 2 ** 31 - 1
/** Deflate makes at most this many bytes of one. */
const largestRatio = 1032

export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && [localSignature, endSignature].includes(viewOf(bytes).getUint32(0, true))
}

/** Opens an archive. Throws a `UserError` that begins with `source` where it is damaged or hostile. */
export function openZip(bytes: Uint8Array, source: string): ZipArchive {
  const broken = (what: string) => new UserError(`${source} is not a whole zip archive: ${what}; get the file again`)
  const view = viewOf(bytes)
  const { count, start, end } = findDirectory(view, broken)
  if (count > mostEntries) throw broken(`it claims ${count} entries; at most ${mostEntries} are read`)

  const located = new Map<string, Located>()
  let at = start
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== centralSignature)
      throw broken(`entry ${i + 1} is not in its list`)
    const { entry, next } = readEntry(bytes, view, at, end, broken)
    if (located.has(entry.name)) throw broken(`it holds '${entry.name}' twice`)
    located.set(entry.name, entry)
    at = next
  }
  refuseOverlap([...located.values()], start, broken)

  return {
    entries: [...located.values()].map(({ name, size, deflated }) => ({ name, size, deflated })),
    read(name) {
      const entry = located.get(name)
      if (!entry) return undefined
      const packed = bytes.subarray(entry.start, entry.start + entry.packed)
      const content = entry.deflated ? inflate(packed, entry, broken) : packed
      if (crc32(content) !== entry.sum) throw broken(`'${name}' is damaged (its check sum differs)`)
      return content
    },
    readStart(name, count) {
      const entry = located.get(name)
      if (!entry) return new Uint8Array()
      const packed = bytes.subarray(entry.start, entry.start + Math.min(entry.packed, count))
      return (entry.deflated ? inflateStart(packed, entry, broken) : packed).subarray(0, count)
    },
  }
}

type Broken = (what: string) => UserError

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** Place and length of the list of entries, from the record at the end of the file. */
function findDirectory(view: DataView, broken: Broken): { count: number; start: number; end: number } {
  const last = view.byteLength - 22
  const first = Math.max(0, last - 0xffff)
  for (let at = last; at >= first; at--) {
    if (view.getUint32(at, true) !== endSignature) continue
    let count = view.getUint16(at + 10, true)
    let length = view.getUint32(at + 12, true)
    let start = view.getUint32(at + 16, true)
    if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
      const place = at - 20
      if (place < 0 || view.getUint32(place, true) !== locator64Signature) throw broken('its zip64 record is missing')
      const record = safe(view.getBigUint64(place + 8, true))
      if (record + 56 > view.byteLength || view.getUint32(record, true) !== end64Signature) {
        throw broken('its zip64 record is missing')
      }
      count = safe(view.getBigUint64(record + 32, true))
      length = safe(view.getBigUint64(record + 40, true))
      start = safe(view.getBigUint64(record + 48, true))
    }
    if (start + length > at) throw broken('its list of entries lies outside the file')
    return { count, start, end: start + length }
  }
  throw broken('its end is missing')
}

/** A 64-bit number; what no file can hold is as good as infinite. */
function safe(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value)
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, end: number, broken: Broken) {
  const flags = view.getUint16(at + 8, true)
  const method = view.getUint16(at + 10, true)
  const sum = view.getUint32(at + 16, true)
  const nameLength = view.getUint16(at + 28, true)
  const extraLength = view.getUint16(at + 30, true)
  const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
  if (next > end) throw broken('its list of entries is cut off')
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
  const wide = wideNumbers(view, at + 46 + nameLength, at + 46 + nameLength + extraLength)
  // Numbers that stand in the zip64 field do so in this order, each only where the short one is all ones.
  const number = (short: number) => (short === 0xffffffff ? (wide.shift() ?? short) : short)
  const size = number(view.getUint32(at + 24, true))
  const packed = number(view.getUint32(at + 20, true))
  const header = number(view.getUint32(at + 42, true))

  if (flags & 1) throw broken(`'${name}' is encrypted`)
  if (method !== 0 && method !== 8)
    throw broken(`'${name}' is packed by method ${method}; read are stored and deflated`)
  if (size > largestEntry) throw broken(`'${name}' claims ${size} bytes; at most ${largestEntry} are read`)
  if (method === 0 && size !== packed) throw broken(`'${name}' is stored, but its two sizes differ`)
  if (size > packed * largestRatio + 1024) {
    throw broken(`'${name}' claims ${size} bytes out of ${packed}, more than deflate can give (a zip bomb)`)
  }
  if (header + 30 > view.byteLength || view.getUint32(header, true) !== localSignature) {
    throw broken(`'${name}' is not where its list says`)
  }
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true)
  if (start + packed > view.byteLength) throw broken(`'${name}' is cut off`)
  return { entry: { name, size, deflated: method === 8, start, packed, sum }, next }
}

/** The numbers of the zip64 extra field (id 1). */
function wideNumbers(view: DataView, from: number, to: number): number[] {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue
    const end = Math.min(to, at + 4 + view.getUint16(at + 2, true))
    const numbers: number[] = []
    for (let i = at + 4; i + 8 <= end; i += 8) numbers.push(safe(view.getBigUint64(i, true)))
    return numbers
  }
  return []
}

function refuseOverlap(entries: readonly Located[], directory: number, broken: Broken): void {
  const sorted = entries.filter(({ packed }) => packed > 0).sort((a, b) => a.start - b.start)
  for (const [i, { name, start, packed }] of sorted.entries()) {
    const next = sorted[i + 1]
    if (next !== undefined && start + packed > next.start)
      throw broken(`'${name}' and '${next.name}' overlap (a zip bomb)`)
    if (start < directory && start + packed > directory) throw broken(`'${name}' overlaps the list of entries`)
  }
}

function inflate(packed: Uint8Array, { name, size }: Located, broken: Broken): Uint8Array {
  let content: Uint8Array
  try {
    const { buffer, byteOffset, byteLength } = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
    content = new Uint8Array(buffer, byteOffset, byteLength)
  } catch (error) {
    throw broken(`'${name}' can't be unpacked (${(error as Error).message})`)
  }
  if (content.length !== size) throw broken(`'${name}' unpacks to ${content.length} bytes instead of ${size}`)
  return content
}

/** What the beginning of a deflated entry unpacks to. */
function inflateStart(packed: Uint8Array, { name }: Located, broken: Broken): Uint8Array {
  try {
    // Z_SYNC_FLUSH: bytes that end early give what they hold
    return new Uint8Array(inflateRawSync(packed, { finishFlush: 2 }))
  } catch (error) {
    throw broken(`'${name}' can't be unpacked (${(error as Error).message})`)
  }
}
