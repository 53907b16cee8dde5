/** Stored values to modality values (PS3.3, C.11.1): a look-up table where there is one, else slope and intercept. */
import type { DataSet } from './data-set.js'
import { frameItems } from './functional-groups.js'
import { lookUp, readLookUpTable } from './look-up-table.js'
import { elements } from './tags.js'

export interface ModalityTransform {
  readonly kind: 'none' | 'rescale' | 'modality-lut'
  /** Whether values may be negative behind it. */
  readonly signed: boolean
  readonly apply: (stored: number) => number
}

/** The transform of a frame (from 1) of grey pixels. */
export function modalityTransform(dataSet: DataSet, signed: boolean, frame: number): ModalityTransform {
  const [item] = dataSet.items(elements.ModalityLUTSequence, 1)
  if (item !== undefined) {
    const table = readLookUpTable(item, elements.LUTDescriptor, elements.LUTData, signed)
    return { kind: 'modality-lut', signed: false, apply: (stored) => lookUp(table, stored) }
  }
  const places = [...frameItems(dataSet, elements.PixelValueTransformationSequence, frame), dataSet]
  const place = places.find((one) => one.has(elements.RescaleSlope) || one.has(elements.RescaleIntercept))
  const slope = place?.number(elements.RescaleSlope) ?? 1
  const intercept = place?.number(elements.RescaleIntercept) ?? 0
  if (slope === 1 && intercept === 0) return { kind: 'none', signed, apply: (stored) => stored }
  return {
    kind: 'rescale',
    signed: signed || intercept < 0 || slope < 0,
    apply: (stored) => stored * slope + intercept,
  }
}
