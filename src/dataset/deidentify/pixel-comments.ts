/** Text that travels with pixels: comments and application data in the head of a compressed frame, and what stands behind pixels. */
import type { DicomHeader } from '../../image/dicom/header.js'
import { elements } from '../../image/dicom/tags.js'

/** In both kinds of frame. */
const endOfImage = Uint8Array.of(0xff, 0xd9)

/** How many bytes the stated frames take where they are not compressed; undefined where the file does not say enough. */
export function bytesOfFrames({ facts, dataSet }: DicomHeader): number | undefined {
  const [rows, columns, bits] = [elements.Rows, elements.Columns, elements.BitsAllocated].map((name) =>
    dataSet.number(name),
  )
  if (!rows || !columns || !bits) return undefined
  // three samples of a pixel, until the file says that there is one: rather too much is kept than a part of the picture cut off
  const samples = facts.samplesPerPixel ?? (/^(?:MONOCHROME|PALETTE)/.test(facts.photometric ?? '') ? 1 : 3)
  return Math.ceil((rows * columns * samples * bits * Math.max(1, Math.trunc(facts.frames))) / 8)
}

/**
 * The segments of a JPEG (COM and APPn, up to its first scan) or JPEG 2000 (COM, up to its first tile), and what stands behind its
 * last end of image; none of others.
 */
export function commentsOf(frame: Uint8Array): Uint8Array[] {
  if (frame[0] !== 0xff || (frame[1] !== 0xd8 && frame[1] !== 0x4f)) return []
  const jpeg = frame[1] === 0xd8
  const isComment = (marker: number) => (jpeg ? marker === 0xfe || (marker & 0xf0) === 0xe0 : marker === 0x64)
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const comments: Uint8Array[] = []
  for (let at = 2; at + 4 <= frame.length && frame[at] === 0xff; ) {
    const marker = view.getUint8(at + 1)
    // padding between segments, then the start of pixels
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === (jpeg ? 0xda : 0x90) || marker === 0xd9) break
    const length = view.getUint16(at + 2)
    if (isComment(marker)) comments.push(frame.subarray(at + 4, Math.min(frame.length, at + 2 + length)))
    at += 2 + Math.max(2, length)
  }
  const end = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).lastIndexOf(endOfImage) + 2
  if (end >= 4 && end < frame.length) comments.push(frame.subarray(end))
  return comments
}
