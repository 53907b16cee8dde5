/** Palettes (PS3.3, C.7.6.3.1.5), also in their segmented form (C.7.9.2). */
import { elementAt } from '../../base/element-at.js'
import { ImageProblem } from '../raster.js'
import type { DataSet } from './data-set.js'
import { type LookUpTable, lookUp, readDescriptor, readLookUpTable } from './look-up-table.js'
import { type ElementName, elements } from './tags.js'

/** Red, green and blue of a palette. */
export type Palette = readonly [LookUpTable, LookUpTable, LookUpTable]

/** Reads the palette of a file. Throws an `ImageProblem` where it has none, or a damaged one. */
export function readPalette(dataSet: DataSet, signed: boolean): Palette {
  const table = (descriptor: ElementName, data: ElementName, segmented: ElementName): LookUpTable => {
    const plainTable = dataSet.has(data) ? readLookUpTable(dataSet, descriptor, data, signed) : undefined
    if (plainTable !== undefined) return plainTable
    const segmentedTable = dataSet.has(segmented) ? readSegmented(dataSet, descriptor, segmented, signed) : undefined
    if (segmentedTable !== undefined) return segmentedTable
    throw new ImageProblem('has PALETTE COLOR pixels, but no palette')
  }
  return [
    table(elements.RedPaletteDescriptor, elements.RedPaletteData, elements.RedSegmentedPaletteData),
    table(elements.GreenPaletteDescriptor, elements.GreenPaletteData, elements.GreenSegmentedPaletteData),
    table(elements.BluePaletteDescriptor, elements.BluePaletteData, elements.BlueSegmentedPaletteData),
  ]
}

/** One channel (0 to 2) of an index' colour, 0..1. */
export function throughPalette(palette: Palette, channel: number, index: number): number {
  const table = elementAt(palette, channel)
  return lookUp(table, index) / (2 ** table.bits - 1)
}

/** A palette as discrete, linear and indirect segments (C.7.9.2.2); undefined where nothing describes it. */
function readSegmented(
  dataSet: DataSet,
  descriptor: ElementName,
  data: ElementName,
  signed: boolean,
): LookUpTable | undefined {
  const described = readDescriptor(dataSet, descriptor, signed)
  if (described === undefined) return undefined
  const { length, first, bits } = described
  const bytes = dataSet.bytes(data) ?? new Uint8Array()
  const words = dataSet.numbers(
    bits === 8 && dataSet.element(data)?.vr === 'OB' ? { ...data, vr: 'OB' } : { ...data, vr: 'OW' },
  )
  const endsEarly = () => new ImageProblem('has a segmented palette that ends early')
  const wordAt = (at: number): number => {
    const word = words[at]
    if (word === undefined) throw endsEarly()
    return word
  }
  const entries = new Uint16Array(length)
  let filled = 0
  const put = (value: number) => {
    if (filled < length) entries[filled++] = value
  }
  const expand = (at: number, segments: number, depth: number): void => {
    for (let done = 0; at + 1 < words.length && done < segments && filled < length; done++) {
      const [kind, size] = [wordAt(at), wordAt(at + 1)]
      // each segment gives an entry at least, so that there are no more of them than entries
      if (size === 0) throw new ImageProblem('has a damaged segmented palette')
      if (kind === 0) {
        for (const value of words.slice(at + 2, at + 2 + size)) put(value)
        at += 2 + size
      } else if (kind === 1) {
        const [from, to] = [filled === 0 ? 0 : elementAt(entries, filled - 1), wordAt(at + 2)]
        for (let i = 1; i <= size; i++) put(Math.round(from + ((to - from) * i) / size))
        at += 3
      } else if (kind === 2 && depth === 0) {
        // `size` segments from a byte offset, which is written low word first
        const offset = wordAt(at + 2) + 65_536 * wordAt(at + 3)
        expand(Math.floor((offset * words.length) / bytes.length), size, 1)
        at += 4
      } else {
        throw new ImageProblem('has a damaged segmented palette')
      }
    }
  }
  expand(0, Number.POSITIVE_INFINITY, 0)
  if (filled < length) throw endsEarly()
  return { first, entries, bits: bits === 8 ? 8 : 16, notes: [] }
}
