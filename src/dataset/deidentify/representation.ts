/** How the value of an element is to be read: as the file says, or the standard where the file does not know or must not be believed. */
import type { DataSet } from '../../image/dicom/data-set.js'
import { isStandardRepresentation } from '../../image/dicom/element-reader.js'
import { ImageProblem } from '../../image/raster.js'

/** Representations of all standard elements by tag. */
export type Representations = ReadonlyMap<number, string>

/** Sequences nested deeper than this stand in no film. */
const maxDepth = 32

/** Kinds that the standard's word makes sure of, whatever kind of text a file states: names, dates and times. */
const cleanedByKind = new Set(['PN', 'DA', 'DT', 'TM'])

/** 'UN' where neither the file nor the standard knows. */
export function representationOf(dataSet: DataSet, tag: number, representations: Representations): string {
  const element = dataSet.element({ tag })
  const standard = representations.get(tag)
  if (element === undefined) return 'UN'
  const stated = element.encoding.explicit ? element.vr : 'UN'
  if (stated === 'UN' || !isStandardRepresentation(stated)) return standard ?? 'UN'
  return standard !== undefined && cleanedByKind.has(standard) && stated !== 'SQ' ? standard : stated
}

/** Whether a value holds items: it says so, or it begins as a list of items does. */
export function isSequence(dataSet: DataSet, tag: number, vr: string): boolean {
  const element = dataSet.element({ tag })
  if (element === undefined) return false
  const bytes = dataSet.rawBytes({ tag })
  if (element.encoding.explicit && element.vr !== 'UN') return element.vr === 'SQ'
  if (element.open) return true
  if (vr === 'SQ' && bytes.length === 0) return true
  return [0xfe, 0xff, 0x00, 0xe0].every((byte, i) => bytes[i] === byte)
}

/** The items of a sequence at a depth, from 1. Throws an `ImageProblem` where they can't be read, or lie too deep. */
export function itemsOf(dataSet: DataSet, tag: number, depth: number): DataSet[] {
  if (depth > maxDepth) throw new ImageProblem(`is a damaged DICOM file (sequences nested over ${maxDepth} deep)`)
  return dataSet.items({ tag })
}
