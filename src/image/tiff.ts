/** The first image file directory of a TIFF, as far as it tells what is done to values, and whether the file is whole. */
import type { GreyStep } from './grey-step.js'

interface Directory {
  /** The first value of a tag with a short or long value. */
  value(tag: number): number | undefined
}

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

/** Whether a TIFF's first directory and its first strip lie within the file. */
export function endsTiff(bytes: Uint8Array): boolean {
  const directory = firstDirectory(bytes)
  if (directory === undefined) return false
  const [offset, count] = [directory.value(stripOffsets), directory.value(stripByteCounts)]
  return offset === undefined || count === undefined || offset + count <= bytes.length
}

/** The first directory of a classic TIFF; undefined where it does not lie within the file, or of a BigTIFF. */
function firstDirectory(bytes: Uint8Array): Directory | undefined {
  if (bytes.length < 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes[0] === 0x49
  if (view.getUint16(2, little) !== 42) return undefined
  const start = view.getUint32(4, little)
  if (start + 2 > bytes.length) return undefined
  const count = view.getUint16(start, little)
  if (start + 2 + 12 * count > bytes.length) return undefined
  return {
    value(tag) {
      for (let i = 0; i < count; i++) {
        const at = start + 2 + 12 * i
        if (view.getUint16(at, little) !== tag) continue
        const short = view.getUint16(at + 2, little) === 3
        const values = view.getUint32(at + 4, little)
        const inside = values * (short ? 2 : 4) <= 4
        const place = inside ? at + 8 : view.getUint32(at + 8, little)
        if (place + 4 > bytes.length) return undefined
        return short ? view.getUint16(place, little) : view.getUint32(place, little)
      }
      return undefined
    },
  }
}
