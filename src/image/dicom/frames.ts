/** Where a frame lies in pixel data: in the row of native frames, or in the fragments of encapsulated ones (PS3.5, A.4). */
import { joinBytes } from '../../base/bytes.js'
import { ImageProblem } from '../raster.js'
import type { DataSet } from './data-set.js'
import { type Element, type Extent, readFragments } from './element-reader.js'
import { elements } from './tags.js'

interface FrameOf {
  readonly frame: number
  readonly frames: number
  /** Whether bytes begin as a frame does. */
  readonly startsFrame: (bytes: Uint8Array) => boolean
}

/**
 * The bytes of one frame of encapsulated pixel data; several fragments are joined.
 * @param frame from 1
 */
export function encapsulatedFrame(
  bytes: Uint8Array,
  dataSet: DataSet,
  { frame, frames, startsFrame }: FrameOf,
): Uint8Array {
  const { fragments, whole } = readFragments(bytes, dataSet.element(elements.PixelData) as Element)
  const [table, first, ...others] = fragments
  if (table === undefined || first === undefined) {
    if (!whole)
      throw new ImageProblem('is a DICOM file that ends early (truncated): no frame of its pixel data is whole')
    throw new ImageProblem('is a DICOM file whose pixel data holds no frames')
  }
  const parts = [first, ...others] as const
  const ofThisFrame = fragmentsOf(bytes, parts, offsetsOf(bytes, dataSet, table), { frame, frames, startsFrame })
  if (ofThisFrame.length === 0) {
    const cut = whole ? 'holds' : 'ends early (truncated): it holds'
    throw new ImageProblem(`is a DICOM file that ${cut} fewer frames than the ${frames} it announces`)
  }
  if (!whole && ofThisFrame.at(-1) === parts.at(-1)) {
    throw new ImageProblem('is a DICOM file that ends early (truncated) within its pixel data')
  }
  return joinBytes(ofThisFrame.map(({ start, end }) => bytes.subarray(start, end)))
}

/** Offsets of the frames' first fragments, from the first byte behind the table; none where no table says. */
function offsetsOf(bytes: Uint8Array, dataSet: DataSet, table: Extent): number[] {
  const extended = dataSet.numbers(elements.ExtendedOffsetTable)
  if (extended.length > 0) return extended
  const view = new DataView(bytes.buffer, bytes.byteOffset + table.start, table.end - table.start)
  return Array.from({ length: Math.floor(view.byteLength / 4) }, (_, i) => view.getUint32(4 * i, true))
}

function fragmentsOf(
  bytes: Uint8Array,
  parts: readonly [Extent, ...Extent[]],
  offsets: readonly number[],
  { frame, frames, startsFrame }: FrameOf,
): Extent[] {
  if (frames === 1) return [...parts]
  if (parts.length === frames) return parts.slice(frame - 1, frame)
  const { start: origin } = parts[0]
  // an offset that the table does not hold is found nowhere
  const partAt = (offset: number | undefined) => parts.findIndex(({ start }) => start - origin === offset)
  const from = partAt(offsets[frame - 1])
  if (offsets.length === frames && from >= 0) {
    const next = frame < frames ? partAt(offsets[frame]) : parts.length
    if (next > from) return parts.slice(from, next)
  }
  // Without a table that fits, the fragments tell.
  const starts = parts.flatMap(({ start, end }, i) => (startsFrame(bytes.subarray(start, end)) ? [i] : []))
  return starts.length < frame ? [] : parts.slice(starts[frame - 1], starts[frame] ?? parts.length)
}

/** Whether bytes begin as a JPEG, JPEG-LS or JPEG 2000 does. */
export function startsCodestream(bytes: Uint8Array): boolean {
  const [a, b, c] = bytes
  return a === 0xff && ((b === 0xd8 && c === 0xff) || (b === 0x4f && c === 0xff))
}
