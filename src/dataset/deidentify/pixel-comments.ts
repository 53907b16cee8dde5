/** Comments and application data in the head of a compressed frame: text that travels with pixels. */

/** The segments of a JPEG (COM and APPn, up to its first scan) or JPEG 2000 (COM, up to its first tile); none of others. */
export function commentsOf(frame: Uint8Array): Uint8Array[] {
  if (frame[0] !== 0xff || (frame[1] !== 0xd8 && frame[1] !== 0x4f)) return []
  const jpeg = frame[1] === 0xd8
  const isComment = (marker: number) => (jpeg ? marker === 0xfe || (marker & 0xf0) === 0xe0 : marker === 0x64)
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const comments: Uint8Array[] = []
  for (let at = 2; at + 4 <= frame.length && frame[at] === 0xff; ) {
    const marker = frame[at + 1]
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
  return comments
}
