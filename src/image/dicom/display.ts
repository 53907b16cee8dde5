/**
 * A frame as a viewer shows it: stored values through the modality transform, the chosen table or window (without one: least
 * to greatest value), inverted for MONOCHROME1, so that more of what is bright is bright in every film. Colours as RGB.
 */
import { elementAt } from '../../base/element-at.js'
import type { GreyStep } from '../grey-step.js'
import { collapseEqualChannels, levelsOf, type Raster } from '../raster.js'
import { readPalette, throughPalette } from './colour.js'
import type { DicomHeader } from './header.js'
import { type ModalityTransform, modalityTransform } from './modality.js'
import { remembered, ybrToRgb } from './samples.js'
import type { StoredFrame } from './stored-values.js'
import { elements } from './tags.js'
import { type VoiChoice, voiTransform } from './voi.js'

/** What a viewer needs to show the same grey values through other windows. */
export interface GreyView {
  /** 0..1 of a stored value. */
  readonly levelOf: (stored: number) => number
  /** What a window is laid over: the modality value of a stored one; NaN for padding, which is black in every window. */
  readonly measured: (stored: number) => number
  readonly inverted: boolean
  /** In modality values: the window that is shown, or the whole range where it is none. */
  readonly window: { readonly center: number; readonly width: number }
}

export interface Display {
  readonly channels: 1 | 3
  /** 0..1 of the value at an index, row by row, channels interleaved. */
  readonly levelAt: (index: number) => number
  /** Of grey films. */
  readonly grey?: GreyView
  readonly steps: readonly GreyStep[]
  /** The steps in words, with their figures. */
  readonly words: readonly string[]
  readonly notes: readonly string[]
}

/** Shows a frame (from 1). Throws an `ImageProblem` where a table is damaged or the chosen view is not there. */
export function display(header: DicomHeader, stored: StoredFrame, frame: number, choice?: VoiChoice): Display {
  return stored.format.samples === 3 || stored.format.photometric === 'PALETTE COLOR'
    ? displayColour(header, stored)
    : displayGrey(header, stored, frame, choice)
}

function displayColour({ dataSet }: DicomHeader, { format, data, colour }: StoredFrame): Display {
  if (format.photometric === 'PALETTE COLOR') {
    const palette = readPalette(dataSet, format.signed)
    const levelAt = (i: number) => throughPalette(palette, i % 3, elementAt(data, Math.floor(i / 3)))
    const notes = [...new Set(palette.flatMap((table) => table.notes))]
    return { channels: 3, levelAt, steps: ['palette'], words: ['indices through the palette'], notes }
  }
  const full = 2 ** format.bitsStored - 1
  const rgb = colour === 'ybr' ? ybrToRgb(data, full) : data
  const levelAt = levelsOf(rgb, (value) => Math.max(0, value) / full)
  return colour === 'ybr'
    ? { channels: 3, levelAt, steps: ['ybr'], words: ['YBR to RGB'], notes: [] }
    : { channels: 3, levelAt, steps: [], words: [], notes: [] }
}

function displayGrey({ dataSet, facts }: DicomHeader, stored: StoredFrame, frame: number, choice?: VoiChoice): Display {
  const { format, data } = stored
  const steps: GreyStep[] = []
  const words: string[] = []
  const modality = modalityTransform(dataSet, facts.sopClassUid, format.signed, frame)
  if (modality.kind !== 'none') {
    steps.push(modality.kind === 'rescale' ? 'rescaled' : 'modality-lut')
    words.push(modality.kind === 'rescale' ? 'rescaled by slope and intercept' : 'through the modality look-up table')
  }
  const isPadding = paddingOf(dataSet, format.signed)
  const voi = voiTransform(dataSet, modality.signed, frame, choice)
  steps.push(voi.kind === 'none' ? 'stretched' : voi.kind === 'window' ? 'windowed' : 'voi-lut')
  let shown = voi.apply
  if (shown === undefined) {
    const { least, greatest } = extentOf(data, modality, isPadding)
    const range = greatest - least || 1
    shown = (value) => Math.min(1, Math.max(0, (value - least) / range))
    words.push(`no window: ${brief(least)} to ${brief(greatest)} stretched to 0 to 255`)
  } else words.push(voi.words)
  const notes = [...modality.notes, ...voi.notes]
  const { inverted, because } = inversionOf(dataSet, format.photometric, notes)
  if (inverted) {
    steps.push('inverted')
    words.push(`inverted (${because})`)
  }
  const through = (value: number) => {
    const level = (shown as (value: number) => number)(modality.apply(value))
    return inverted ? 1 - level : level
  }
  const padded = isPadding === undefined ? 0 : countOf(data, isPadding)
  if (padded > 0) {
    steps.push('padding')
    words.push(`${padded} padding pixels shown black`)
  }
  const levelOf = remembered(data, (value) => (isPadding?.(value) ? 0 : through(value)))
  if (isFlattened(data, levelOf, isPadding)) {
    notes.push(
      `every pixel is shown in one grey, though their values differ (${words.join(', ')}): a manifest's column voi chooses another view (none: the whole range)`,
    )
  }
  const grey: GreyView = {
    levelOf,
    measured: (value) => (isPadding?.(value) ? Number.NaN : modality.apply(value)),
    inverted,
    get window() {
      if (voi.window) return voi.window
      const { least, greatest } = extentOf(data, modality, isPadding)
      return { center: (least + greatest) / 2, width: greatest - least || 1 }
    },
  }
  return { channels: 1, levelAt: levelsOf(data, levelOf), grey, steps, words, notes }
}

/** Whether the least value is white: PresentationLUTShape decides where it is stated, as in DCMTK and dcm4che, else the pixels' kind. */
function inversionOf(
  dataSet: DicomHeader['dataSet'],
  photometric: string,
  notes: string[],
): { inverted: boolean; because: string } {
  const shape = dataSet.text(elements.PresentationLUTShape)?.toUpperCase()
  const byKind = photometric === 'MONOCHROME1'
  if (shape !== 'IDENTITY' && shape !== 'INVERSE') return { inverted: byKind, because: photometric }
  const inverted = shape === 'INVERSE'
  if (inverted === byKind) return { inverted, because: photometric }
  notes.push(
    `PresentationLUTShape ${shape} contradicts ${photometric}: shown ${inverted ? 'inverted' : 'as it is'}, by the shape; some viewers go by ${photometric}`,
  )
  return { inverted, because: `PresentationLUTShape ${shape}` }
}

/** Whether values that differ are all shown alike. */
function isFlattened(
  data: StoredFrame['data'],
  levelOf: (value: number) => number,
  isPadding: ((value: number) => boolean) | undefined,
): boolean {
  let first: number | undefined
  let differ = false
  for (const value of data) {
    if (isPadding?.(value)) continue
    first ??= value
    if (value === first) continue
    if (levelOf(value) !== levelOf(first)) return false
    differ = true
  }
  return differ
}

function countOf(data: StoredFrame['data'], isCounted: (value: number) => boolean): number {
  let count = 0
  for (const value of data) if (isCounted(value)) count++
  return count
}

function extentOf(
  data: StoredFrame['data'],
  modality: ModalityTransform,
  isPadding: ((value: number) => boolean) | undefined,
): { least: number; greatest: number } {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of data) {
    if (isPadding?.(value)) continue
    const mapped = modality.apply(value)
    if (mapped < least) least = mapped
    if (mapped > greatest) greatest = mapped
  }
  return least > greatest ? { least: 0, greatest: 0 } : { least, greatest }
}

/** Whether a stored value is padding (C.7.5.1.1.2): one value, or a range of them. */
function paddingOf(dataSet: DicomHeader['dataSet'], signed: boolean): ((value: number) => boolean) | undefined {
  const read = (name: typeof elements.PixelPaddingValue | typeof elements.PixelPaddingRangeLimit) => {
    const value = dataSet.number(name)
    // Implicit files do not tell signed from unsigned, and some explicit ones tell it wrongly.
    if (value === undefined) return undefined
    return signed ? (value << 16) >> 16 : value & 0xffff
  }
  const value = read(elements.PixelPaddingValue)
  if (value === undefined) return undefined
  const limit = read(elements.PixelPaddingRangeLimit) ?? value
  const [low, high] = [Math.min(value, limit), Math.max(value, limit)]
  return (stored) => stored >= low && stored <= high
}

function brief(value: number): string {
  return String(Number(value.toPrecision(6)))
}

/** The display as a raster of 16 bits, so that rounding loses nothing that a resize could show; full white is 65535. */
export function displayRaster({ channels, levelAt }: Display, { format }: StoredFrame): Raster {
  const { rows, columns } = format
  const data = new Uint16Array(rows * columns * channels)
  for (let i = 0; i < data.length; i++) data[i] = Math.floor(levelAt(i) * 65_535 + 0.5)
  return collapseEqualChannels({ width: columns, height: rows, channels, bitDepth: 16, white: 65_535, data })
}
