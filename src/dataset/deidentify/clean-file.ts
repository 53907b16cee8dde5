/**
 * One DICOM file cleaned: its data set by the profile, its Part 10 header written anew, its pixels as they were. The transfer
 * syntax stays. What can't be cleaned (documents, reports, files that end early) is refused.
 */
import { deflateRawSync } from 'node:zlib'
import { joinBytes } from '../../base/bytes.js'
import { version } from '../../base/version.js'
import type { DataSet } from '../../image/dicom/data-set.js'
import { loadRepresentations } from '../../image/dicom/dictionary.js'
import { type Encoding, readFragments } from '../../image/dicom/element-reader.js'
import {
  encodeElements,
  encodeFile,
  implementationUid,
  type NewElement,
  textElement,
} from '../../image/dicom/element-writer.js'
import { type DicomHeader, readDicomHeader } from '../../image/dicom/header.js'
import { elements, tagText } from '../../image/dicom/tags.js'
import { ImageProblem } from '../../image/raster.js'
import { dicomPatients } from '../dicom-patients.js'
import type { PatientKey } from '../patient-key.js'
import { burnedInSigns } from './burned-in.js'
import { cleanDataSet } from './clean.js'
import { Identity } from './identity.js'
import { bytesOfFrames, commentsOf } from './pixel-comments.js'
import { profileTable } from './profile-table.js'
import { type Pseudonyms, pseudonymsOf } from './pseudonyms.js'
import { otherReadings } from './readings.js'
import { isSequence, itemsOf, type Representations, representationOf } from './representation.js'
import type { Suspicion } from './suspicion.js'

export interface CleanedFile {
  readonly bytes: Uint8Array
  /** What stands for the patient. */
  readonly patient: string
  /** Path for the cleaned file: a folder per patient, a name that follows from the SOP instance. */
  readonly place: string
  /** Sentences about this file, without names. */
  readonly remarks: readonly string[]
}

/** Files that are text by nature: nothing of them is left when they are clean. */
const documents = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(88|104)\./
const directory = '1.2.840.10008.1.3.10'

export interface CleanFileOptions {
  /** As in `CleanOptions`; default true. */
  readonly shiftDates?: boolean
  /** Whose film it is, as the files around it tell (`dicomPatients`); by default as the file says by itself. */
  readonly patient?: string
}

/** Throws an `ImageProblem` that says why a file can't be cleaned. */
export async function cleanFile(
  bytes: Uint8Array,
  key: PatientKey,
  { shiftDates = true, patient: told }: CleanFileOptions = {},
): Promise<CleanedFile> {
  const representations = await loadRepresentations()
  const header = readDicomHeader(bytes)
  const { facts, dataSet, transferSyntax } = header
  refuse(header)
  const encoding = encodingOf(header)
  const remarks = burnedInSigns(header)
  const named = told ?? dicomPatients([facts]).patients[0]
  if (named === undefined) remarks.push('no PatientID: the study counts as a patient of its own')
  const sopInstance = facts.sopInstanceUid as string
  // never equal to an id: those are texts of at most 64 characters
  const patient = named ?? `study without patient id ${' '.repeat(64)}${facts.studyUid ?? sopInstance}`
  const pseudonyms = pseudonymsOf(key, patient)
  const identity = new Identity()
  takeIdentity(dataSet, identity, representations)
  refuseNamedPixels(header, identity)
  const suspects = new Map<Suspicion | 'unknown', Set<number>>()
  const onSuspect = (tag: number, why: Suspicion | 'unknown') =>
    suspects.set(why, (suspects.get(why) ?? new Set()).add(tag))
  const cleaned = cleanDataSet(dataSet, { pseudonyms, shiftDates, encoding, representations, identity, onSuspect })
  for (const [why, tags] of suspects) remarks.push(`${suspectWords[why]}: ${[...tags].map(tagText).join(', ')}`)
  const behind = cutBehindPixels(header, cleaned)
  if (behind) remarks.push('what stood behind the pixels in their element was removed')
  const marked = [...cleaned.filter(({ tag }) => !marks.has(tag)), ...marksOf(shiftDates)]
  const body = encodeElements(marked, encoding)
  return {
    bytes: encodeFile(
      metaOf(facts.sopClassUid as string, pseudonyms, sopInstance, transferSyntax.uid),
      transferSyntax.deflated ? [new Uint8Array(deflateRawSync(joinBytes(body)))] : body,
    ),
    patient: pseudonyms.patient,
    place: `${pseudonyms.patient}/${pseudonyms.fileName(sopInstance)}.dcm`,
    remarks,
  }
}

function refuse({ facts, dataSet, bytes, transferSyntax }: DicomHeader): void {
  const { sopClassUid, sopInstanceUid } = facts
  if (sopClassUid === directory || dataSet.has({ tag: 0x0004_1220 })) {
    throw new ImageProblem('is a DICOMDIR, an index of other files; it is left out')
  }
  if (sopClassUid === undefined || sopInstanceUid === undefined) {
    throw new ImageProblem('has no SOP class or instance UID, so it is no whole DICOM object')
  }
  if (![sopClassUid, transferSyntax.uid].every((uid) => /^[\d.]{1,64}$/.test(uid))) {
    throw new ImageProblem('states a SOP class or a transfer syntax that is no UID')
  }
  if (documents.test(sopClassUid)) throw new ImageProblem('is a document or a report, whose text can’t be cleaned')
  const pixels = dataSet.element(elements.PixelData)
  if (pixels === undefined) throw new ImageProblem('holds no pixel data, so it is no film')
  const whole = pixels.open ? readFragments(bytes, pixels).whole : pixels.claimed === pixels.end - pixels.start
  if (!whole) throw new ImageProblem('is a DICOM file that ends early (truncated) within its pixel data')
}

/** The encoding that the elements are in, which is what the file is written in again. */
function encodingOf({ dataSet, transferSyntax }: DicomHeader): Encoding {
  const [first] = dataSet.tags()
  const seen = (first === undefined ? undefined : dataSet.element({ tag: first })?.encoding) ?? transferSyntax.encoding
  if (seen.littleEndian !== transferSyntax.encoding.littleEndian) {
    throw new ImageProblem(`states ${transferSyntax.name}, but its elements are in the other byte order`)
  }
  return transferSyntax.encoding
}

/** Pixels are kept byte for byte, so a frame that carries the patient's name in a comment can't be cleaned. */
function refuseNamedPixels({ bytes, dataSet }: DicomHeader, identity: Identity): void {
  const pixels = dataSet.element(elements.PixelData)
  if (!pixels?.open) return
  const frames = readFragments(bytes, pixels).fragments.slice(1)
  const comments = frames.flatMap(({ start, end }) => commentsOf(bytes.subarray(start, end)))
  const named = (comment: Uint8Array) =>
    [new TextDecoder('latin1').decode(comment), ...otherReadings(comment).map(({ text }) => text)].some((text) =>
      identity.isPlainlyIn(text),
    )
  if (comments.some(named)) {
    throw new ImageProblem(
      'holds the patient’s name or number in a comment of its compressed pixels or behind them, which are kept as they are: unpack it before, for example with gdcmconv --raw IN OUT',
    )
  }
}

/** Bytes behind the last pixel are shown by nobody and may be anything; says whether there were any. */
function cutBehindPixels(header: DicomHeader, cleaned: NewElement[]): boolean {
  const needed = bytesOfFrames(header)
  const at = cleaned.findIndex(({ tag }) => tag === elements.PixelData.tag)
  const pixels = cleaned[at]
  if (needed === undefined || pixels?.open || !(pixels?.value instanceof Uint8Array)) return false
  const padded = needed + (needed % 2)
  if (pixels.value.length <= padded) return false
  cleaned[at] = { ...pixels, value: pixels.value.subarray(0, padded) }
  return true
}

const suspectWords: Readonly<Record<Suspicion | 'unknown', string>> = {
  identity: 'the patient’s name or number stood in an element that the profile keeps; it was emptied',
  unreadable: 'what an element holds that the profile keeps can’t be read, so it was emptied',
  unknown: 'an element that the standard does not know was removed',
}

/** Names and numbers of the patient at any depth. */
function takeIdentity(dataSet: DataSet, identity: Identity, representations: Representations, depth = 1): void {
  identity.take(dataSet)
  for (const tag of dataSet.tags()) {
    if ((tag >>> 16) % 2 === 1 || !isSequence(dataSet, tag, representationOf(dataSet, tag, representations))) continue
    for (const item of readable(() => itemsOf(dataSet, tag, depth))) {
      takeIdentity(item, identity, representations, depth + 1)
    }
  }
}

/** No items where they can't be read: the sequence goes as a whole. */
function readable(items: () => DataSet[]): DataSet[] {
  try {
    return items()
  } catch (error) {
    if (error instanceof ImageProblem) return []
    throw error
  }
}

/** What says that a file was cleaned, and how (PS3.3, C.12.1.1.1 and PS3.16, CID 7050). */
const marks = new Set([0x0012_0062, 0x0012_0063, 0x0012_0064, 0x0028_0303])

function marksOf(shiftDates: boolean): NewElement[] {
  const code = (value: string, meaning: string) => [
    textElement(0x0008_0100, 'SH', value),
    textElement(0x0008_0102, 'SH', 'DCM'),
    textElement(0x0008_0104, 'LO', meaning),
  ]
  const codes = [
    code('113100', 'Basic Application Confidentiality Profile'),
    ...(shiftDates ? [code('113107', 'Retain Longitudinal Temporal Information Modified Dates Option')] : []),
  ]
  return [
    textElement(0x0012_0062, 'CS', 'YES'),
    textElement(0x0012_0063, 'LO', `kopt ${version}: PS3.15 ${profileTable().edition} Basic Profile`),
    { tag: 0x0012_0064, vr: 'SQ', value: codes },
    textElement(0x0028_0303, 'CS', shiftDates ? 'MODIFIED' : 'REMOVED'),
  ]
}

function metaOf(sopClass: string, pseudonyms: Pseudonyms, sopInstance: string, transferSyntax: string): NewElement[] {
  return [
    { tag: 0x0002_0001, vr: 'OB', value: Uint8Array.of(0, 1) },
    textElement(0x0002_0002, 'UI', sopClass),
    textElement(0x0002_0003, 'UI', pseudonyms.uid(sopInstance)),
    textElement(0x0002_0010, 'UI', transferSyntax),
    textElement(0x0002_0012, 'UI', implementationUid),
    textElement(0x0002_0013, 'SH', `KOPT ${version}`.slice(0, 16)),
  ]
}
