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
  readonly notes: readonly string[]
}

/**
 * Angiography, fluoroscopy and biplane films, whose modality transform leads from what is displayed back to the intensity of
 * X-rays (Pixel Intensity Relationship, C.8.7.1.1.2).
 */
const displayedAsStored = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.12\.[123]$/
/** More than any stored value. */
const beyondValues = 2 ** 32

/** The transform of a frame (from 1) of grey pixels. */
export function modalityTransform(
  dataSet: DataSet,
  sopClassUid: string | undefined,
  signed: boolean,
  frame: number,
): ModalityTransform {
  const transform = anyTransform(dataSet, signed, frame)
  if (transform.kind === 'none' || !displayedAsStored.test(sopClassUid ?? '')) return transform
  return untransformed(signed, [
    ...transform.notes,
    'the modality transform of an angiographic or fluoroscopic film leads to X-ray intensity, not to its display: left aside',
  ])
}

function untransformed(signed: boolean, notes: readonly string[]): ModalityTransform {
  return { kind: 'none', signed, apply: (stored) => stored, notes }
}

function anyTransform(dataSet: DataSet, signed: boolean, frame: number): ModalityTransform {
  const notes: string[] = []
  const [item] = dataSet.items(elements.ModalityLUTSequence, 1)
  if (item !== undefined) {
    const table = readLookUpTable(item, elements.LUTDescriptor, elements.LUTData, signed)
    // the bits of its entries matter to nothing: what is looked up are values, not levels
    if (table !== undefined)
      return { kind: 'modality-lut', signed: false, apply: (stored) => lookUp(table, stored), notes }
    notes.push('an empty modality look-up table is left aside')
  }
  const places = [...frameItems(dataSet, elements.PixelValueTransformationSequence, frame), dataSet]
  const place = places.find((one) => one.has(elements.RescaleSlope) || one.has(elements.RescaleIntercept))
  if (place === undefined) return untransformed(signed, notes)
  notes.push(
    ...place.numberNotes(elements.RescaleSlope, 'RescaleSlope'),
    ...place.numberNotes(elements.RescaleIntercept, 'RescaleIntercept'),
  )
  const [slope, intercept] = [factorOf(place, elements.RescaleSlope, 1), factorOf(place, elements.RescaleIntercept, 0)]
  if (slope === undefined || intercept === undefined) return untransformed(signed, [...notes, 'not rescaled'])
  if (slope === 0) return untransformed(signed, [...notes, 'RescaleSlope 0 would make the film one grey: left aside'])
  if (!Number.isFinite(slope * beyondValues + intercept)) {
    return untransformed(signed, [...notes, 'RescaleSlope and RescaleIntercept lead to no finite values: left aside'])
  }
  if (slope === 1 && intercept === 0) return untransformed(signed, notes)
  return {
    kind: 'rescale',
    signed: signed || intercept < 0 || slope < 0,
    apply: (stored) => stored * slope + intercept,
    notes,
  }
}

/** The number of an element; `absent` where it has no value, undefined where that is no number. */
function factorOf(place: DataSet, name: typeof elements.RescaleSlope, absent: number): number | undefined {
  return place.texts(name).length === 0 ? absent : place.number(name)
}
