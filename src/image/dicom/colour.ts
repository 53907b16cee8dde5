/** Colour pixels to RGB: YBR_FULL (PS3.3, C.7.6.3.1.2) and palettes with their segmented form (C.7.9.2). */
import { ImageProblem } from '../raster.js'
import type { DataSet } from './data-set.js'
import { type LookUpTable, lookUp, readLookUpTable } from './look-up-table.js'
import type { StoredData } from './stored-values.js'
import { type ElementName, elements } from './tags.js'

/** YCbCr of full range (0 to `full`) to RGB of the same range, rounded. */
export function ybrToRgb(data: StoredData, full: number): StoredData {
  const out = data.slice()
  const half = (full + 1) / 2
  const held = (value: number) => Math.min(full, Math.max(0, Math.round(value)))
  for (let i = 0; i < data.length; i += 3) {
    const [y, cb, cr] = [data[i], data[i + 1] - half, data[i + 2] - half]
    out[i] = held(y + 1.402 * cr)
    out[i + 1] = held(y - 0.344136 * cb - 0.714136 * cr)
    out[i + 2] = held(y + 1.772 * cb)
  }
  return out
}

/** Red, green and blue of a palette. */
export type Palette = readonly [LookUpTable, LookUpTable, LookUpTable]

/** Reads the palette of a file. Throws an `ImageProblem` where it has none, or a damaged one. */
export function readPalette(dataSet: DataSet, signed: boolean): Palette {
  const table = (descriptor: ElementName, data: ElementName, segmented: ElementName): LookUpTable => {
    const plainTable = dataSet.has(data) ? readLookUpTable(dataSet, descriptor, data, signed) : undefined
    if (plainTable !== undefined) return plainTable
    if (dataSet.has(segmented)) return readSegmented(dataSet, descriptor, segmented, signed)
    throw new ImageProblem('has PALETTE COLOR pixels, but no palette')
  }
  return [
    table(elements.RedPaletteDescriptor, elements.RedPaletteData, elements.RedSegmentedPaletteData),
    table(elements.GreenPaletteDescriptor, elements.GreenPaletteData, elements.GreenSegmentedPaletteData),
    table(elements.BluePaletteDescriptor, elements.BluePaletteData, elements.BlueSegmentedPaletteData),
  ]
}

/** One channel of an index' colour, 0..1. */
export function throughPalette(palette: Palette, channel: number, index: number): number {
  const table = palette[channel]
  return lookUp(table, index) / (2 ** table.bits - 1)
}

/** A palette as discrete, linear and indirect segments (C.7.9.2.2). */
function readSegmented(dataSet: DataSet, descriptor: ElementName, data: ElementName, signed: boolean): LookUpTable {
  const [count, first, bits] = dataSet.numbers(descriptor).map((value) => value & 0xffff)
  const length = count === 0 ? 65_536 : count
  const bytes = dataSet.bytes(data) ?? new Uint8Array()
  const words = dataSet.numbers(
    bits === 8 && dataSet.element(data)?.vr === 'OB' ? { ...data, vr: 'OB' } : { ...data, vr: 'OW' },
  )
  const entries = new Uint16Array(length)
  let filled = 0
  const put = (value: number) => {
    if (filled < length) entries[filled++] = value
  }
  const expand = (at: number, segments: number, depth: number): void => {
    for (let done = 0; at + 1 < words.length && done < segments && filled < length; done++) {
      const [kind, size] = [words[at], words[at + 1]]
      // each segment gives an entry at least, so that there are no more of them than entries
      if (size === 0) throw new ImageProblem('has a damaged segmented palette')
      if (kind === 0) {
        for (let i = 0; i < size; i++) put(words[at + 2 + i] ?? 0)
        at += 2 + size
      } else if (kind === 1) {
        const [from, to] = [entries[Math.max(0, filled - 1)], words[at + 2] ?? 0]
        for (let i = 1; i <= size; i++) put(Math.round(from + ((to - from) * i) / size))
        at += 3
      } else if (kind === 2 && depth === 0) {
        // `size` segments from a byte offset, which is written low word first
        const offset = (words[at + 2] ?? 0) + 65_536 * (words[at + 3] ?? 0)
        expand(Math.floor((offset * words.length) / bytes.length), size, 1)
        at += 4
      } else {
        throw new ImageProblem('has a damaged segmented palette')
      }
    }
  }
  expand(0, Number.POSITIVE_INFINITY, 0)
  if (filled < length) throw new ImageProblem('has a segmented palette that ends early')
  return { first: signed && first > 32_767 ? first - 65_536 : first, entries, bits: bits === 8 ? 8 : 16, notes: [] }
}
