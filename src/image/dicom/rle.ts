/** RLE Lossless (PS3.5, annex G): a frame is one segment of packed bytes for each byte of each sample, the high byte first. */
import { elementAt } from '../../base/element-at.js'
import { ImageProblem } from '../raster.js'

/**
 * Unpacks a frame to its samples' bytes: one plane for each byte of each sample, in the order of the segments.
 * Throws an `ImageProblem` where segments are missing, overlong or cut off.
 */
export function unpackRle(frame: Uint8Array, pixels: number, planes: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const segments = frame.length < 64 ? 0 : view.getUint32(0, true)
  if (segments !== planes) {
    throw new ImageProblem(`holds a damaged RLE frame (${segments} segments where its pixels take ${planes})`)
  }
  // two bytes unpack to at most 128: no frame of this length can hold more
  if (pixels * planes > 64 * frame.length) {
    throw new ImageProblem(`holds a damaged RLE frame (${frame.length} bytes are too few for its pixels)`)
  }
  const out = new Uint8Array(pixels * planes)
  for (let plane = 0; plane < planes; plane++) {
    const start = view.getUint32(4 + 4 * plane, true)
    const end = plane + 1 < planes ? view.getUint32(8 + 4 * plane, true) : frame.length
    if (start < 64 || end < start || end > frame.length) throw new ImageProblem('holds a damaged RLE frame')
    const filled = unpackSegment(frame.subarray(start, end), out.subarray(plane * pixels, (plane + 1) * pixels))
    if (filled < pixels) throw new ImageProblem('holds an RLE frame that ends early (truncated)')
  }
  return out
}

/** Whether bytes begin as a frame does: the number of segments, each behind the one before, the first behind the header (G.5). */
export function startsRle(bytes: Uint8Array, planes: number): boolean {
  if (bytes.length < 64) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const offsets = Array.from({ length: 15 }, (_, i) => view.getUint32(4 + 4 * i, true))
  const used = offsets.slice(0, planes)
  return (
    view.getUint32(0, true) === planes &&
    offsets[0] === 64 &&
    used.every((offset, i) => i === 0 || offset > elementAt(used, i - 1)) &&
    offsets.slice(planes).every((offset) => offset === 0)
  )
}

/** PackBits (G.3.2). Returns how many bytes of `out` were filled; what is beyond is dropped. */
function unpackSegment(packed: Uint8Array, out: Uint8Array): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let to = 0
  for (let at = 0; at + 1 < packed.length && to < out.length; ) {
    const count = view.getUint8(at++)
    if (count < 128) {
      const run = packed.subarray(at, Math.min(at + count + 1, at + out.length - to))
      out.set(run, to)
      to += run.length
      at += count + 1
    } else if (count > 128) {
      const end = Math.min(out.length, to + 257 - count)
      out.fill(view.getUint8(at++), to, end)
      to = end
    }
  }
  return to
}
