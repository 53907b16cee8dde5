/** Archives written by fflate, and what hostile ones look like. */
import { type ZipOptions, zipSync } from 'fflate'
import { describe, expect, it, test } from 'vitest'
import { isZip, openZip } from '../../src/base/zip.js'

const text = (content: string) => new TextEncoder().encode(content)
const names = ['a', 'folder/b', 'empty']
const contents = [text('stored'), text('again '.repeat(1000)), new Uint8Array(0)]
const written = (options: ZipOptions[]) =>
  zipSync(Object.fromEntries(names.map((name, i) => [name, [contents[i], options[i]] as const])))
const archive = written([{ level: 0 }, { level: 9 }, { level: 0 }])
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Place of the n-th record that begins with this signature. */
function find(bytes: Uint8Array, signature: number, n = 0): number {
  for (let at = 0; at + 4 <= bytes.length; at++)
    if (view(bytes).getUint32(at, true) === signature && n-- === 0) return at
  throw new Error('no such record')
}
const central = (bytes: Uint8Array, n: number) => find(bytes, 0x02014b50, n)
const end = (bytes: Uint8Array) => find(bytes, 0x06054b50)

/** The archive with something changed. */
function changed(change: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = archive.slice()
  change(bytes, view(bytes))
  return bytes
}

/** The same archive in zip64 form: sizes and places of the first entry and of the list stand in 64 bits. */
function zip64(): Uint8Array {
  const at = central(archive, 0)
  const v = view(archive)
  const nameLength = v.getUint16(at + 28, true)
  const extra = new Uint8Array(4 + 24)
  const e = view(extra)
  e.setUint16(0, 1, true)
  e.setUint16(2, 24, true)
  e.setBigUint64(4, BigInt(v.getUint32(at + 24, true)), true)
  e.setBigUint64(12, BigInt(v.getUint32(at + 20, true)), true)
  e.setBigUint64(20, BigInt(v.getUint32(at + 42, true)), true)
  const head = archive.slice(at, at + 46 + nameLength)
  for (const place of [20, 24, 42]) view(head).setUint32(place, 0xffffffff, true)
  view(head).setUint16(30, extra.length, true)
  const rest = archive.slice(at + 46 + nameLength, end(archive))
  const record = new Uint8Array(56)
  const r = view(record)
  r.setUint32(0, 0x06064b50, true)
  r.setBigUint64(32, 3n, true)
  r.setBigUint64(40, BigInt(head.length + extra.length + rest.length), true)
  r.setBigUint64(48, BigInt(at), true)
  const locator = new Uint8Array(20)
  view(locator).setUint32(0, 0x07064b50, true)
  view(locator).setBigUint64(8, BigInt(at + head.length + extra.length + rest.length), true)
  const last = archive.slice(end(archive))
  view(last).setUint16(10, 0xffff, true)
  view(last).setUint32(12, 0xffffffff, true)
  view(last).setUint32(16, 0xffffffff, true)
  return Uint8Array.from([...archive.subarray(0, at), ...head, ...extra, ...rest, ...record, ...locator, ...last])
}

describe('an archive', () => {
  test.each([
    ['stored and deflated', archive],
    ['in zip64 form', zip64()],
    [
      'with a comment behind it',
      Uint8Array.from([...changed((b, v) => v.setUint16(end(b) + 20, 5, true)), ...text('hello')]),
    ],
  ])('%s gives its entries', (_, bytes) => {
    expect(isZip(bytes)).toBe(true)
    const { entries, read } = openZip(bytes, 'x.zip')
    expect(entries).toEqual([
      { name: 'a', size: 6, deflated: false },
      { name: 'folder/b', size: 6000, deflated: true },
      { name: 'empty', size: 0, deflated: false },
    ])
    for (const [i, name] of names.entries()) expect(read(name)).toEqual(contents[i])
    expect(read('b')).toBeUndefined()
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['has no end', archive.slice(0, -10), /its end is missing/],
    [
      'claims entries that are not there',
      changed((b, v) => v.setUint16(end(b) + 10, 4, true)),
      /entry 4 is not in its list/,
    ],
    [
      'claims a list outside of itself',
      changed((b, v) => v.setUint32(end(b) + 16, 1e6, true)),
      /lies outside the file/,
    ],
    ['is encrypted', changed((b, v) => v.setUint16(central(b, 0) + 8, 1, true)), /'a' is encrypted/],
    ['is packed otherwise', changed((b, v) => v.setUint16(central(b, 1) + 10, 14, true)), /packed by method 14/],
    [
      'claims too much',
      changed((b, v) => v.setUint32(central(b, 1) + 24, 4e9, true)),
      /claims 4000000000 bytes; at most/,
    ],
    [
      'claims more than deflate gives',
      changed((b, v) => v.setUint32(central(b, 1) + 24, 1e9, true)),
      /claims 1000000000 bytes out of \d+, more than deflate can give \(a zip bomb\)/,
    ],
    [
      'overlaps itself',
      changed((b, v) => v.setUint32(central(b, 1) + 42, v.getUint32(central(b, 0) + 42, true), true)),
      /overlap \(a zip bomb\)/,
    ],
    ['points elsewhere', changed((b, v) => v.setUint32(central(b, 1) + 42, 3, true)), /not where its list says/],
    [
      'names an entry twice',
      zipSync({ a: text('1'), b: text('2') }).map((byte) => (byte === 98 ? 97 : byte)),
      /holds 'a' twice/,
    ],
  ])('that %s is refused', (_, bytes, message) => {
    expect(() => openZip(bytes, 'x.zip')).toThrow(message)
  })

  it('that is damaged inside an entry is refused where it is read', () => {
    const stored = changed((b) => {
      b[31] ^= 1
    })
    expect(() => openZip(stored, 'x.zip').read('a')).toThrow(/x\.zip is not a whole zip archive: 'a' is damaged/)
    const longer = changed((b, v) => v.setUint32(central(b, 1) + 24, 5999, true))
    expect(() => openZip(longer, 'x.zip').read('folder/b')).toThrow(/can't be unpacked/)
    const shorter = changed((b, v) => v.setUint32(central(b, 1) + 24, 6001, true))
    expect(() => openZip(shorter, 'x.zip').read('folder/b')).toThrow(/unpacks to 6000 bytes instead of 6001/)
  })
})
