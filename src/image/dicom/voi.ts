/**
 * Modality values to what is shown (PS3.3, C.11.2): the tables and windows that a file offers, and the choice among them.
 * Of several the first is taken; a table goes before a window, as its maker's curve is the finer one.
 */
import { logistic } from '../../base/logistic.js'
import { ImageProblem } from '../raster.js'
import type { DataSet } from './data-set.js'
import { frameItems } from './functional-groups.js'
import { lookUp, readLookUpTable } from './look-up-table.js'
import { numberIn } from './number-text.js'
import { type ElementName, elements } from './tags.js'

export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'

export interface Window {
  readonly center: number
  readonly width: number
  readonly function: WindowFunction
}

/** Which of a file's views is taken: the n-th table or window (from 1), or none: the whole range of values. */
export type VoiChoice = NumberedView | { readonly kind: 'none' }
type NumberedView = { readonly kind: 'lut' | 'window'; readonly number: number }

export interface VoiTransform {
  readonly kind: 'voi-lut' | 'window' | 'none'
  /** In words, such as 'window 550 / 1024 (LINEAR)'. */
  readonly words: string
  /** How many tables and windows the file offers. */
  readonly offered: { readonly luts: number; readonly windows: number }
  /** The window that is taken, where it is one. */
  readonly window?: Window
  /** Modality value to 0..1; absent where the whole range of values is to be shown. */
  readonly apply?: (value: number) => number
  readonly notes: readonly string[]
}

/** The view of a frame (from 1). Throws an `ImageProblem` where the file does not have the chosen one, or a damaged table. */
export function voiTransform(dataSet: DataSet, signed: boolean, frame: number, choice?: VoiChoice): VoiTransform {
  const places = [dataSet, ...frameItems(dataSet, elements.FrameVOILUTSequence, frame)]
  const notes: string[] = []
  const luts = places
    .flatMap((place) => place.items(elements.VOILUTSequence, 100))
    .filter((item) => {
      const holdsTable =
        item.numbers(elements.LUTDescriptor).length > 2 && (item.bytes(elements.LUTData)?.length ?? 0) > 0
      if (!holdsTable) notes.push('an empty VOI look-up table is left aside')
      return holdsTable
    })
  const windows = places.flatMap((place) => windowsOf(place, notes))
  const offered = { luts: luts.length, windows: windows.length }
  const taken = choice ?? firstOf(offered)
  if (taken.kind === 'none') return { kind: 'none', words: 'the whole range of values', offered, notes }
  if (taken.kind === 'lut') {
    const item = luts[taken.number - 1]
    const table = item && readLookUpTable(item, elements.LUTDescriptor, elements.LUTData, signed)
    if (item === undefined || table === undefined) throw noSuchView(taken, 'VOI look-up table', luts.length)
    notes.push(...table.notes)
    const full = 2 ** table.bits - 1
    const name = item.text(elements.LUTExplanation)
    const words = `VOI look-up table${name ? ` '${name}'` : ''}${among(taken.number, luts.length)}`
    return { kind: 'voi-lut', words, offered, notes, apply: (value) => lookUp(table, value) / full }
  }
  const window = windows[taken.number - 1]
  if (window === undefined) throw noSuchView(taken, 'window', windows.length)
  const words = `window ${window.center} / ${window.width} (${window.function})${among(taken.number, windows.length)}`
  return { kind: 'window', words, offered, window, notes, apply: (value) => throughWindow(window, value) }
}

function noSuchView({ kind, number }: NumberedView, name: string, count: number): ImageProblem {
  return new ImageProblem(`has ${count} ${name}${count === 1 ? '' : 's'}; there is no ${kind}:${number}`)
}

/** Which of several, where there are several. */
function among(number: number, count: number): string {
  return count > 1 ? `, number ${number} of ${count}` : ''
}

function firstOf({ luts, windows }: { luts: number; windows: number }): VoiChoice {
  if (luts > 0) return { kind: 'lut', number: 1 }
  return windows > 0 ? { kind: 'window', number: 1 } : { kind: 'none' }
}

function windowsOf(place: DataSet, notes: string[]): Window[] {
  const centers = numbersOrHoles(place, elements.WindowCenter)
  const widths = numbersOrHoles(place, elements.WindowWidth)
  notes.push(
    ...place.numberNotes(elements.WindowCenter, 'WindowCenter'),
    ...place.numberNotes(elements.WindowWidth, 'WindowWidth'),
  )
  const stated = place.text(elements.VOILUTFunction)?.toUpperCase() ?? 'LINEAR'
  const known = stated === 'LINEAR' || stated === 'LINEAR_EXACT' || stated === 'SIGMOID'
  if (!known && centers.length > 0) notes.push('VOILUTFunction is none of the standard: taken as LINEAR')
  return centers.slice(0, widths.length).flatMap((center, i) => {
    const width = widths[i]
    if (center === undefined || width === undefined) return []
    if (!(width > 0)) {
      notes.push(`a window of width ${width} shows nothing: left out`)
      return []
    }
    // LINEAR is defined from a width of 1 on (C.11.2.1.2.1); values that are no whole numbers have narrower windows.
    const exact = known && stated === 'LINEAR' && width < 1
    if (exact) notes.push(`a LINEAR window of width ${width}, below 1, is taken as LINEAR_EXACT`)
    return [{ center, width, function: exact ? 'LINEAR_EXACT' : known ? stated : 'LINEAR' }]
  })
}

/** A number for each value of an element; undefined where a text is none, so that centers and widths stay in pairs. */
function numbersOrHoles(place: DataSet, name: ElementName): (number | undefined)[] {
  const texts = place.texts(name)
  return texts.map((text) => numberIn(text)?.value)
}

/** Modality value to 0..1 by a window (C.11.2.1.2.1, C.11.2.1.3.2, C.11.2.1.3.1). */
function throughWindow({ center, width, function: form }: Window, value: number): number {
  if (form === 'SIGMOID') return logistic((4 * (value - center)) / width)
  const [middle, range] = form === 'LINEAR' ? [center - 0.5, width - 1] : [center, width]
  if (value <= middle - range / 2) return 0
  if (value > middle + range / 2) return 1
  return (value - middle) / range + 0.5
}

/** 'lut:2', 'window:1' or 'none'; undefined for other texts. */
export function parseVoiChoice(text: string): VoiChoice | undefined {
  if (text === 'none') return { kind: 'none' }
  const [, kind, number] = /^(lut|window):(\d{1,3})$/.exec(text) ?? []
  return kind === undefined ? undefined : { kind: kind as 'lut' | 'window', number: Number(number) }
}
