/** What DICOM objects have in common that are made of a film: patient and study of it, who made them, how they refer to it. */
import { hashBytes } from '../../base/hash.js'
import { version } from '../../base/version.js'
import { ImageProblem } from '../raster.js'
import { explicitLittle } from './element-reader.js'
import { encodeElements, encodeFile, implementationUid, type NewElement, textElement } from './element-writer.js'
import type { DicomHeader } from './header.js'
import { type ElementName, elements } from './tags.js'
import { explicitLittleEndian } from './transfer-syntax.js'

/** A file with these elements, in any order. */
export function derivedFile(sopClass: string, instance: string, content: readonly NewElement[]): Uint8Array {
  const meta = [
    { tag: 0x0002_0001, vr: 'OB', value: Uint8Array.of(0, 1) },
    textElement(0x0002_0002, 'UI', sopClass),
    textElement(0x0002_0003, 'UI', instance),
    textElement(0x0002_0010, 'UI', explicitLittleEndian),
    textElement(0x0002_0012, 'UI', implementationUid),
    textElement(0x0002_0013, 'SH', 'KOPT'),
  ]
  const identity = [textElement(0x0008_0016, 'UI', sopClass), textElement(0x0008_0018, 'UI', instance)]
  return encodeFile(meta, encodeElements([...identity, ...content], explicitLittle))
}

/** Those of the film, in UTF-8; empty where it does not say. Throws an `ImageProblem` where it has no study. */
export function patientAndStudy(film: DicomHeader): NewElement[] {
  const kept = (name: ElementName) => textElement(name.tag, name.vr, film.text(name) ?? '')
  return [
    textElement(0x0008_0005, 'CS', 'ISO_IR 192'),
    kept(elements.StudyDate),
    kept({ tag: 0x0008_0030, vr: 'TM' }),
    kept(elements.AccessionNumber),
    kept({ tag: 0x0008_0090, vr: 'PN' }),
    kept(elements.PatientName),
    kept(elements.PatientID),
    kept(elements.PatientBirthDate),
    kept(elements.PatientSex),
    textElement(0x0020_000d, 'UI', required(film, elements.StudyInstanceUID, 'StudyInstanceUID')),
    kept({ tag: 0x0020_0010, vr: 'SH' }),
  ]
}

export function madeByKopt(): NewElement[] {
  return [
    textElement(0x0008_0070, 'LO', 'kopt'),
    textElement(0x0008_103e, 'LO', 'kopt, RESEARCH USE ONLY'),
    textElement(0x0008_1090, 'LO', 'kopt'),
    textElement(0x0018_1020, 'LO', version),
  ]
}

/** The film as the item of a sequence of references. Throws an `ImageProblem` where it lacks what it is referred to by. */
export function reference(film: DicomHeader, frame?: number): NewElement[] {
  return [
    textElement(0x0008_1150, 'UI', required(film, elements.SOPClassUID, 'SOPClassUID')),
    textElement(0x0008_1155, 'UI', required(film, elements.SOPInstanceUID, 'SOPInstanceUID')),
    ...(frame === undefined ? [] : [textElement(0x0008_1160, 'IS', String(frame))]),
  ]
}

export function required(film: DicomHeader, name: ElementName, keyword: string): string {
  const text = film.text(name)
  if (text === undefined) throw new ImageProblem(`has no ${keyword}, by which a report refers to a film`)
  return text
}

export function sequence(tag: number, items: readonly (readonly NewElement[])[]): NewElement {
  return { tag, vr: 'SQ', value: items }
}

/** '2.25.' and 120 bits that follow from the words alone (PS3.5, B.2). */
export function uidFrom(...words: readonly string[]): string {
  return `2.25.${BigInt(`0x${hashBytes(JSON.stringify(words)).slice(0, 30)}`)}`
}
