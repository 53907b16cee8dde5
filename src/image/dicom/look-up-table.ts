/** A look-up table of PS3.3 (C.11.1.1.1, C.11.2.1.1, C.7.6.3.1.5): values to entries, held at both ends. */
import { ImageProblem } from '../raster.js'
import type { DataSet } from './data-set.js'
import type { ElementName } from './tags.js'

export interface LookUpTable {
  /** The value that the first entry belongs to. */
  readonly first: number
  readonly entries: Uint16Array
  /** Bits of an entry: 8 to 16. */
  readonly bits: number
}

/**
 * Reads descriptor and data of a table. Throws an `ImageProblem` where they don't fit each other.
 * @param signed whether the values that are looked up can be negative
 */
export function readLookUpTable(
  dataSet: DataSet,
  descriptor: ElementName,
  data: ElementName,
  signed: boolean,
): LookUpTable {
  const [count, first, bits] = dataSet.numbers(descriptor).map((value) => value & 0xffff)
  const bytes = dataSet.bytes(data)
  const littleEndian = dataSet.element(data)?.encoding.littleEndian ?? true
  // A count of 65536 does not fit in its 16 bits and is written as 0.
  const length = count === 0 ? 65_536 : count
  if (bytes === undefined || bits === undefined) throw new ImageProblem('has a look-up table without its data')
  const narrow = bytes.length < 2 * length
  if (bytes.length < length) {
    throw new ImageProblem(`has a look-up table of ${length} entries with ${bytes.length} bytes of data`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Entries of 8 bits may be packed two in a word (C.11.1.1.1), the first in the lower byte.
  const byteAt = (i: number) => view.getUint8(littleEndian ? i : i ^ 1)
  const entries = Uint16Array.from({ length }, (_, i) => (narrow ? byteAt(i) : view.getUint16(2 * i, littleEndian)))
  // Some writers state fewer bits than the entries have.
  const widest = entries.reduce((widest, entry) => Math.max(widest, entry), 0)
  const needed = Math.max(8, Math.ceil(Math.log2(widest + 1)))
  return {
    first: signed && first > 32_767 ? first - 65_536 : first,
    entries,
    bits: Math.min(16, Math.max(bits, needed)),
  }
}

/** The entry of a value; values before the first and behind the last get those. */
export function lookUp({ first, entries }: LookUpTable, value: number): number {
  return entries[Math.min(entries.length - 1, Math.max(0, Math.trunc(value) - first))]
}
