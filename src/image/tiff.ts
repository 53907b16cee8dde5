/** The first image file directory of a TIFF, as far as it tells what is done to values, and whether the file is whole. */
import type { GreyStep } from './grey-step.js'

interface Directory {
  /** The first value of a tag with a short or long value. */
  value(tag: number): number | undefined
}

const compression = 259
const photometricInterpretation = 262
const stripOffsets = 273
const stripByteCounts = 279
const whiteIsZero = 0
const palette = 3

/** What reading a TIFF does to its values: turned over where white is zero, or put through a palette. */
export function tiffSteps(bytes: Uint8Array): GreyStep[] {
  const photometric = firstDirectory(bytes)?.value(photometricInterpretation)
  return photometric === whiteIsZero ? ['white-is-zero'] : photometric === palette ? ['palette'] : []
}

/** A short or long value of a TIFF's first directory by its tag; undefined where it holds none. */
export function tiffValue(bytes: Uint8Array, tag: number): number | undefined {
  return firstDirectory(bytes)?.value(tag)
}

/** Whether a TIFF's first directory and its first strip lie within the file. */
export function endsTiff(bytes: Uint8Array): boolean {
  const directory = firstDirectory(bytes)
  if (directory === undefined) return false
  const [offset, count] = [directory.value(stripOffsets), directory.value(stripByteCounts)]
  return offset === undefined || count === undefined || offset + count <= bytes.length
}

/** Compressions (TIFF tag 259) for which libvips' TIFF reader has no decoder here. */
const unreadCompressions: Readonly<Record<number, string>> = {
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv 24',
  34712: 'JPEG 2000',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG (DNG)',
  34925: 'LZMA',
  34926: 'Zstandard',
  34933: 'PNG',
  34934: 'JPEG XR',
  22610: 'JPEG XR',
  50000: 'Zstandard',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
}

/** The compression of a TIFF that can't be decoded, by its name; undefined where that is not the reason. */
export function unreadTiffCompression(bytes: Uint8Array): string | undefined {
  return unreadCompressions[firstDirectory(bytes)?.value(compression) ?? 1]
}

/** The first directory of a TIFF or a BigTIFF; undefined where it does not lie within the file. */
function firstDirectory(bytes: Uint8Array): Directory | undefined {
  if (bytes.length < 16) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes[0] === 0x49
  const version = view.getUint16(2, little)
  if (version !== 42 && version !== 43) return undefined
  // a BigTIFF has counts and places of eight bytes
  const big = version === 43
  const place = (at: number) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little))
  const [step, wide] = big ? [20, 8] : [12, 4]
  const start = place(wide)
  const first = start + (big ? 8 : 2)
  if (first > bytes.length) return undefined
  const count = big ? place(start) : view.getUint16(start, little)
  if (first + step * count > bytes.length) return undefined
  return {
    value(tag) {
      for (let at = first; at < first + step * count; at += step) {
        if (view.getUint16(at, little) !== tag) continue
        const size = { 3: 2, 16: 8 }[view.getUint16(at + 2, little)] ?? 4
        const inside = place(at + 4) * size <= wide
        const from = inside ? at + 4 + wide : place(at + 4 + wide)
        if (from + size > bytes.length) return undefined
        if (size === 8) return Number(view.getBigUint64(from, little))
        return size === 2 ? view.getUint16(from, little) : view.getUint32(from, little)
      }
      return undefined
    },
  }
}
