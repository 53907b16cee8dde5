/**
 * A data set cleaned by the Basic Application Level Confidentiality Profile (PS3.15, Annex E). Every element, at any depth:
 * private ones, curves and overlays are removed, those of the table treated as it says, dates and person names that it
 * does not know as if it did. All else is passed through byte for byte, the pixel data above all.
 *
 * Where the table leaves a choice by the type of an attribute, we take what suits all types: a dummy for D in any
 * combination, but an empty value for X/Z, and for sequences no items.
 */

import { joinBytes } from '../../base/bytes.js'
import type { DataSet } from '../../image/dicom/data-set.js'
import {
  type Encoding,
  implicitLittle,
  isStandardRepresentation,
  pixelDataTag,
} from '../../image/dicom/element-reader.js'
import { encodeItems, type NewElement, textElement } from '../../image/dicom/element-writer.js'
import { elements } from '../../image/dicom/tags.js'
import { ImageProblem } from '../../image/raster.js'
import type { Identity } from './identity.js'
import { type ProfileRow, profileTable } from './profile-table.js'
import { cutTime, isStandardUid, type Pseudonyms, shiftDate, shiftDateTime } from './pseudonyms.js'
import { isSequence, itemsOf, type Representations, representationOf } from './representation.js'
import { type Suspicion, suspicionOf } from './suspicion.js'

export interface CleanOptions {
  readonly pseudonyms: Pseudonyms
  /** Dates moved back, times cut to the hour (the Modified Dates Option); else they go as the Basic Profile says. */
  readonly shiftDates: boolean
  readonly encoding: Encoding
  readonly representations: Representations
  readonly identity: Identity
  /** Called for what the profile would keep and that is emptied or, where 'unknown', removed. */
  readonly onSuspect: (tag: number, why: Suspicion | 'unknown') => void
  /** How many sequences this data set lies in; default 0. */
  readonly depth?: number
}

const patientName = 0x0010_0010
const patientId = 0x0010_0020
const empty = new Uint8Array(0)
const binary = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'])
const numeric: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4, SV: 8, UV: 8 }

/** The cleaned elements of a data set. */
export function cleanDataSet(dataSet: DataSet, options: CleanOptions): NewElement[] {
  return dataSet.tags().flatMap((tag) => cleanElement(dataSet, tag, options) ?? [])
}

/** Overlays (60xx) and curves (50xx): the whole group, since nothing of it is of use without its data. */
export function isOverlayOrCurve(tag: number): boolean {
  const group = tag >>> 16
  return (group & 0xff00) === 0x6000 || (group & 0xff00) === 0x5000
}

function cleanElement(dataSet: DataSet, tag: number, options: CleanOptions): NewElement | undefined {
  const group = tag >>> 16
  const number = tag & 0xffff
  // private, and what describes the file, lengths of groups, padding
  if (group % 2 === 1 || group < 8 || number === 0 || isOverlayOrCurve(tag) || group === 0xfffc) return undefined
  if (tag === patientName || tag === patientId) {
    return textElement(tag, tag === patientId ? 'LO' : 'PN', options.pseudonyms.patient)
  }
  const row = profileTable().rows.get(tag)
  const vr = vrOf(dataSet, tag, row, options)
  // pixels in an item of a sequence are a small copy of the film or of another, and may show anything
  if (tag === pixelDataTag) return options.depth ? undefined : passThrough(dataSet, tag, vr)
  if (row === undefined) return cleanUnlisted(dataSet, tag, vr, options)
  if (row.datedOption && options.shiftDates) {
    const moved = moveDates(dataSet, tag, vr, options)
    if (moved !== undefined) return moved
  }
  switch (row.action) {
    case 'X':
      return undefined
    case 'Z':
    case 'X/Z':
      return { tag, vr, value: vr === 'SQ' ? [] : empty }
    case 'U':
      return mapUids(dataSet, tag, options)
    case 'X/Z/U*':
      return sequence(dataSet, tag, options, cleanDataSet)
    default:
      return vr === 'SQ' && row.action !== 'D' ? { tag, vr, value: [] } : dummy(dataSet, tag, vr, options)
  }
}

/** An element that the table does not list: kept, but for what it can't know to be harmless. */
function cleanUnlisted(dataSet: DataSet, tag: number, vr: string, options: CleanOptions): NewElement | undefined {
  if (isSequence(dataSet, tag, vr)) return sequence(dataSet, tag, options, cleanDataSet)
  switch (vr) {
    case 'PN':
      return { tag, vr, value: empty }
    case 'DA':
    case 'DT':
    case 'TM':
      if (dataSet.rawBytes({ tag }).length === 0) return { tag, vr, value: empty }
      return (options.shiftDates ? moveDates(dataSet, tag, vr, options) : undefined) ?? dummy(dataSet, tag, vr, options)
    case 'UI':
      return keepUids(dataSet, tag, options)
    case 'UN':
      options.onSuspect(tag, 'unknown')
      return undefined
    default:
      return keepUnlessSuspect(dataSet, tag, vr, options)
  }
}

function keepUnlessSuspect(dataSet: DataSet, tag: number, vr: string, options: CleanOptions): NewElement {
  const suspicion = suspicionOf(dataSet, tag, vr, options.identity)
  if (suspicion === undefined) return passThrough(dataSet, tag, vr)
  options.onSuspect(tag, suspicion)
  return { tag, vr: writtenVr(dataSet, tag, vr), value: empty }
}

/** UIDs of classes and schemes are no one's; one that is made of the patient's number is changed as those of the patient are. */
function keepUids(dataSet: DataSet, tag: number, options: CleanOptions): NewElement {
  const text = new TextDecoder('latin1').decode(dataSet.rawBytes({ tag })).replace(/[\0 ]+$/, '')
  if (!/^[\d.\\]*$/.test(text)) {
    options.onSuspect(tag, 'unreadable')
    return { tag, vr: 'UI', value: empty }
  }
  const uids = text.split('\\')
  const holdsIdentity = uids.some((uid) => !isStandardUid(uid) && options.identity.isInUid(uid))
  if (tag === elements.SOPClassUID.tag || !holdsIdentity) return passThrough(dataSet, tag, 'UI')
  options.onSuspect(tag, 'identity')
  return mapUids(dataSet, tag, options)
}

function passThrough(dataSet: DataSet, tag: number, vr: string): NewElement {
  const open = dataSet.element({ tag })?.open
  return { tag, vr: writtenVr(dataSet, tag, vr), value: dataSet.rawBytes({ tag }), ...(open && { open }) }
}

/** As the file writes it, or as it is read where the file writes none. */
function writtenVr(dataSet: DataSet, tag: number, vr: string): string {
  const element = dataSet.element({ tag })
  return element?.encoding.explicit && isStandardRepresentation(element.vr) ? element.vr : vr
}

/** As the file says, or the table where the file does not know. */
function vrOf(dataSet: DataSet, tag: number, row: ProfileRow | undefined, { representations }: CleanOptions): string {
  const stated = dataSet.element({ tag })
  // what the file calls unknown stays a list of bytes, its items in implicit little endian
  if (row?.vr === 'SQ' && stated?.encoding.explicit && stated.vr === 'UN') return 'UN'
  const vr = representationOf(dataSet, tag, representations)
  return vr === 'UN' && row !== undefined ? row.vr : vr
}

/** A sequence whose items are treated one by one; removed where they can't be read. */
function sequence(
  dataSet: DataSet,
  tag: number,
  options: CleanOptions,
  treat: (item: DataSet, options: CleanOptions) => NewElement[],
): NewElement | undefined {
  const unknown = options.encoding.explicit && dataSet.element({ tag })?.vr === 'UN'
  const depth = (options.depth ?? 0) + 1
  const inner = { ...options, depth, ...(unknown && { encoding: implicitLittle }) }
  try {
    const items = itemsOf(dataSet, tag, depth).map((item) => treat(item, inner))
    if (!unknown) return { tag, vr: 'SQ', value: items }
    return { tag, vr: 'UN', value: joinBytes(encodeItems(items, inner.encoding)) }
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error
    options.onSuspect(tag, 'unreadable')
    return undefined
  }
}

/** Dates and times of an element changed; undefined where a value is none, so that the Basic Profile decides. */
function moveDates(
  dataSet: DataSet,
  tag: number,
  vr: string,
  { pseudonyms: { daysBack } }: CleanOptions,
): NewElement | undefined {
  const changes: Record<string, (text: string) => string | undefined> = {
    DA: (text) => shiftDate(text, daysBack),
    DT: (text) => shiftDateTime(text, daysBack),
    TM: cutTime,
  }
  const change = changes[vr]
  if (!change) return undefined
  const values = dataSet.texts({ tag, vr })
  const moved = values.map((text) => (text === '' ? '' : change(text)))
  return moved.includes(undefined) ? undefined : textElement(tag, vr, moved.join('\\'))
}

function mapUids(dataSet: DataSet, tag: number, { pseudonyms }: CleanOptions): NewElement {
  const values = dataSet.texts({ tag, vr: 'UI' })
  return textElement(tag, 'UI', values.map((uid) => pseudonyms.uid(uid)).join('\\'))
}

/** A value that says nothing, of the same representation; of a sequence, its items with every value said away. */
function dummy(dataSet: DataSet, tag: number, vr: string, options: CleanOptions): NewElement | undefined {
  if (isSequence(dataSet, tag, vr)) {
    const treat = (item: DataSet, inner: CleanOptions): NewElement[] =>
      item.tags().flatMap((each) => {
        if ((each >>> 16) % 2 === 1) return []
        return dummy(item, each, vrOf(item, each, profileTable().rows.get(each), inner), inner) ?? []
      })
    return sequence(dataSet, tag, options, treat)
  }
  if (vr === 'UI') return mapUids(dataSet, tag, options)
  if (binary.has(vr)) return { tag, vr, value: new Uint8Array(dataSet.rawBytes({ tag }).length) }
  const bytes = numeric[vr]
  if (bytes !== undefined) return { tag, vr, value: new Uint8Array(bytes) }
  return textElement(tag, vr, dummies[vr] ?? 'REMOVED')
}

const dummies: Readonly<Record<string, string>> = {
  DA: '19000101',
  TM: '000000',
  DT: '19000101000000',
  AS: '000Y',
  DS: '0',
  IS: '0',
  UR: 'urn:removed',
}
