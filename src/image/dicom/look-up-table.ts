/** A look-up table of PS3.3 (C.11.1.1.1, C.11.2.1.1, C.7.6.3.1.5): values to entries, held at both ends. */
import { elementAt } from '../../base/element-at.js'
import { ImageProblem } from '../raster.js'
import type { DataSet } from './data-set.js'
import type { ElementName } from './tags.js'

export interface LookUpTable {
  /** The value that the first entry belongs to. */
  readonly first: number
  readonly entries: Uint16Array
  /** Bits of an entry: 8 to 16. */
  readonly bits: number
  /** What it says wrongly, and how it was read. */
  readonly notes: readonly string[]
}

/**
 * Reads descriptor and data of a table; undefined where it has none of either. Throws an `ImageProblem` where they don't fit
 * each other.
 * @param signed whether the values that are looked up can be negative
 */
export function readLookUpTable(
  dataSet: DataSet,
  descriptor: ElementName,
  data: ElementName,
  signed: boolean,
): LookUpTable | undefined {
  const described = readDescriptor(dataSet, descriptor, signed)
  const bytes = dataSet.bytes(data)
  const littleEndian = dataSet.element(data)?.encoding.littleEndian ?? true
  if (bytes === undefined || bytes.length === 0 || described === undefined) return undefined
  const { length, first, bits: stated } = described
  const narrow = bytes.length < 2 * length
  if (bytes.length < length) {
    throw new ImageProblem(
      `has a look-up table of ${length} entries with ${bytes.length} bytes of data; where it is one of several views, a manifest's column voi chooses another (window:1)`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Entries of 8 bits may be packed two in a word (C.11.1.1.1), the first in the lower byte.
  const byteAt = (i: number) => view.getUint8(littleEndian ? i : i ^ 1)
  const entries = Uint16Array.from({ length }, (_, i) => (narrow ? byteAt(i) : view.getUint16(2 * i, littleEndian)))
  // Some writers state fewer bits than the entries have.
  const greatest = entries.reduce((greatest, entry) => Math.max(greatest, entry), 0)
  const needed = Math.max(8, Math.ceil(Math.log2(greatest + 1)))
  const bits = Math.min(16, Math.max(stated, needed))
  return {
    first,
    entries,
    bits,
    notes: [...bitNotes(stated, bits, greatest), ...lengthNotes(length, narrow ? bytes.length : bytes.length / 2)],
  }
}

/** How many entries a table has, the value of the first, and the bits of each; undefined where it is not described whole. */
export function readDescriptor(
  dataSet: DataSet,
  descriptor: ElementName,
  signed: boolean,
): { readonly length: number; readonly first: number; readonly bits: number } | undefined {
  const [count, first, bits] = dataSet.numbers(descriptor).map((value) => value & 0xffff)
  if (count === undefined || first === undefined || bits === undefined) return undefined
  // A count of 65536 does not fit in its 16 bits and is written as 0.
  return { length: count === 0 ? 65_536 : count, first: signed && first > 32_767 ? first - 65_536 : first, bits }
}

/** A table is shown by the bits that it states, as DCMTK and the standard have it; viewers that go by its greatest entry show another film. */
function bitNotes(stated: number, bits: number, greatest: number): string[] {
  if (stated < bits && stated !== 0)
    return [`a look-up table states ${stated} bits and reaches ${greatest}: taken as ${bits} bits`]
  if (greatest === 0 || greatest >= 2 ** (bits - 1)) return []
  return [
    `a look-up table states ${bits} bits and reaches ${greatest} of ${2 ** bits - 1}: shown as stated, so darker than in viewers that go by its greatest entry`,
  ]
}

function lengthNotes(stated: number, held: number): string[] {
  return held > stated + 1 ? [`a look-up table states ${stated} entries and holds more: the rest is left aside`] : []
}

/** The entry of a value; values before the first and behind the last get those. */
export function lookUp({ first, entries }: LookUpTable, value: number): number {
  return elementAt(entries, Math.min(entries.length - 1, Math.max(0, Math.trunc(value) - first)))
}
