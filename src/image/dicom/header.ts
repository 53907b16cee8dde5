/**
 * A DICOM file's data set without its pixels: found with or without the Part 10 header, in any transfer syntax, from the
 * whole file or from enough of its beginning. What the file says and what it shows are told apart: a contradiction is a note.
 */
import { inflateRawSync } from 'node:zlib'
import { ImageProblem } from '../raster.js'
import { DataSet } from './data-set.js'
import {
  type Encoding,
  EndsEarly,
  explicitBig,
  explicitLittle,
  implicitLittle,
  isStandardRepresentation,
  readElements,
} from './element-reader.js'
import { type ElementName, elements, knownRepresentation } from './tags.js'
import {
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
  type TransferSyntax,
  transferSyntaxOf,
} from './transfer-syntax.js'

/** The largest data set that a deflated file may hold. */
const maxInflatedBytes = 160 * 2 ** 20

export interface DicomHeader {
  /** Whether the file has a Part 10 header (or its prefix at least). */
  readonly part10: boolean
  readonly transferSyntax: TransferSyntax
  /** File meta information; empty where there is none. */
  readonly meta: DataSet
  /** Every other element, `elements.PixelData` included. */
  readonly dataSet: DataSet
  /** The bytes that elements point into: those given, or the inflated ones. */
  readonly bytes: Uint8Array
  readonly facts: DicomFacts
  /** What the file says wrongly and how it was read, as sentences. */
  readonly notes: readonly string[]
  /** The text of any element; undefined where it is absent or empty. `tagOf` of `dictionary.ts` finds a name by keyword. */
  text(name: ElementName): string | undefined
}

/** What a film is told apart by; absent where the file does not say. Texts as written, without padding. */
export interface DicomFacts {
  readonly sopClassUid?: string
  readonly sopInstanceUid?: string
  readonly studyUid?: string
  readonly seriesUid?: string
  /** PRIVATE, as all of the patient's. */
  readonly patientId?: string
  readonly issuerOfPatientId?: string
  readonly patientBirthDate?: string
  readonly accessionNumber?: string
  readonly modality?: string
  readonly manufacturer?: string
  readonly manufacturerModel?: string
  readonly bodyPart?: string
  /** 'PA', 'AP', 'LL' and the like. */
  readonly viewPosition?: string
  /** 'L', 'R', 'B' or 'U' of the image, else of the body part. */
  readonly laterality?: string
  /** YYYYMMDD. */
  readonly studyDate?: string
  readonly acquisitionDate?: string
  /** Millimetres between rows and between columns, at the patient or else at the detector. */
  readonly pixelSpacing?: readonly [number, number]
  /** 'YES' or 'NO'. */
  readonly burnedInAnnotation?: string
  /** Such as 'WSD', where the image was not acquired but converted. */
  readonly conversionType?: string
  readonly rows?: number
  readonly columns?: number
  /** 1 where the file does not say. */
  readonly frames: number
  readonly samplesPerPixel?: number
  readonly photometric?: string
  readonly bitsAllocated?: number
  readonly bitsStored?: number
  readonly signed: boolean
}

/**
 * Reads a DICOM header. Throws an `ImageProblem` where the bytes are none, or damaged before the pixel data;
 * it is an `EndsEarly` where more bytes may help.
 */
export function readDicomHeader(bytes: Uint8Array): DicomHeader {
  const notes: string[] = []
  const start = prefixEnd(bytes)
  const part10 = start > 0
  // Some writers leave out the preamble and begin with the file meta information.
  const meta = readElements(bytes, start, bytes.length, metaEncoding(bytes, start), (tag) => tag >>> 16 === 2)
  const metaSet = new DataSet(bytes, meta.elements)
  const stated = metaSet.text(elements.TransferSyntaxUID)
  const statedSyntax = stated === undefined ? undefined : transferSyntaxOf(stated)
  if (stated !== undefined && statedSyntax === undefined) {
    throw new ImageProblem(
      `is a DICOM file in an unknown transfer syntax (${stated.slice(0, 64)}); convert it: gdcmconv --raw IN OUT`,
    )
  }
  let body = bytes
  let at = meta.end
  if (statedSyntax?.deflated) {
    body = inflate(bytes.subarray(at))
    at = 0
  }
  const seen = encodingSeen(body, at)
  if (seen === undefined && at >= body.length) throw new EndsEarly('is a DICOM file that ends early (truncated)')
  if (seen === undefined && !part10) throw new ImageProblem('is not a DICOM file')
  const encoding = seen ?? statedSyntax?.encoding ?? explicitLittle
  const transferSyntax = statedSyntax ?? syntaxSeen(encoding)
  if (statedSyntax === undefined) {
    if (part10) notes.push(`no transfer syntax is stated: read as ${transferSyntax.name}`)
  } else if (!sameEncoding(encoding, statedSyntax.encoding)) {
    notes.push(`${statedSyntax.name} is stated, but the elements are written in ${syntaxSeen(encoding).name}`)
  }
  const dataSet = new DataSet(body, readElements(body, at, body.length, encoding).elements)
  for (const name of ['NumberOfFrames', 'PixelSpacing', 'ImagerPixelSpacing'] as const) {
    notes.push(...dataSet.numberNotes(elements[name], name))
  }
  const ofMeta = new Set<number>(metaSet.tags())
  return {
    part10,
    transferSyntax,
    meta: metaSet,
    dataSet,
    bytes: body,
    facts: factsOf(dataSet, metaSet),
    notes,
    text: (name) => (ofMeta.has(name.tag) ? metaSet : dataSet).text(name),
  }
}

/** Whether bytes without a prefix begin as a data set does; 132 bytes are enough. */
export function looksLikeDataSet(bytes: Uint8Array): boolean {
  const first = firstElement(bytes, 0)
  if (first === undefined) return false
  const { group, end, encoding } = first
  // where a second element can be seen, it follows in order
  const second = firstElement(bytes, end)
  const inOrder = second !== undefined && second.group >= group && second.group <= 0x7fe0
  if (group === 2 || group === 8) return end + 8 > bytes.length || inOrder
  // a data set that begins elsewhere must show two elements that are beyond doubt
  if (group % 2 === 1 || group < 8 || group > 0x28 || !inOrder || second.encoding !== encoding) return false
  return encoding.explicit || [first, second].every(({ tag }) => knownRepresentation(tag) !== undefined)
}

function prefixEnd(bytes: Uint8Array): number {
  const isPrefix = (at: number) => [0x44, 0x49, 0x43, 0x4d].every((byte, i) => bytes[at + i] === byte)
  return isPrefix(128) ? 132 : isPrefix(0) ? 4 : 0
}

function metaEncoding(bytes: Uint8Array, at: number): Encoding {
  return isStandardRepresentation(letters(bytes, at + 4)) ? explicitLittle : implicitLittle
}

interface FirstElement {
  readonly tag: number
  readonly group: number
  readonly end: number
  readonly encoding: Encoding
}

function firstElement(bytes: Uint8Array, at: number): FirstElement | undefined {
  if (at + 8 > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const explicit = isStandardRepresentation(letters(bytes, at + 4))
  const [little, big] = [view.getUint16(at, true), view.getUint16(at, false)]
  // The first group of a data set is small; in the wrong byte order it is large.
  const littleEndian = little <= big
  const group = littleEndian ? little : big
  const tag = group * 0x1_0000 + view.getUint16(at + 2, littleEndian)
  if (explicit) {
    const long = bytes[at + 6] === 0 && bytes[at + 7] === 0 && /^(O[BDFLVW]|SQ|U[CNRT])$/.test(letters(bytes, at + 4))
    if (long && at + 12 > bytes.length) return undefined
    const end = long ? at + 12 + view.getUint32(at + 8, littleEndian) : at + 8 + view.getUint16(at + 6, littleEndian)
    return { tag, group, end, encoding: littleEndian ? explicitLittle : explicitBig }
  }
  const length = view.getUint32(at + 4, true)
  const plausible = littleEndian && (length < 0x1_0000 || length === 0xffff_ffff)
  return plausible
    ? { tag, group, end: at + 8 + (length < 0x1_0000 ? length : 0), encoding: implicitLittle }
    : undefined
}

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 2))
}

/** The encoding that the first element shows; undefined where it shows none. */
function encodingSeen(bytes: Uint8Array, at: number): Encoding | undefined {
  const first = firstElement(bytes, at)
  return first === undefined || first.group > 0x7fe0 ? undefined : first.encoding
}

function syntaxSeen(encoding: Encoding): TransferSyntax {
  const uid = !encoding.explicit
    ? implicitLittleEndian
    : encoding.littleEndian
      ? explicitLittleEndian
      : explicitBigEndian
  return transferSyntaxOf(uid) as TransferSyntax
}

function sameEncoding(a: Encoding, b: Encoding): boolean {
  return a.explicit === b.explicit && a.littleEndian === b.littleEndian
}

/** A deflated data set (PS3.5, A.5), as much of it as the bytes hold. */
function inflate(bytes: Uint8Array): Uint8Array {
  try {
    // Z_SYNC_FLUSH: bytes that end early give what they hold
    return new Uint8Array(inflateRawSync(bytes, { maxOutputLength: maxInflatedBytes, finishFlush: 2 }))
  } catch (error) {
    const large = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new ImageProblem(
      large
        ? `is a deflated DICOM file that unpacks to more than ${maxInflatedBytes / 2 ** 20} MiB; if it is sound, convert it: dcmconv +te IN OUT`
        : 'is a damaged DICOM file (its deflated data set)',
      { cause: error },
    )
  }
}

function factsOf(dataSet: DataSet, meta: DataSet): DicomFacts {
  const text = (name: ElementName) => dataSet.text(name)
  const number = (name: ElementName) => dataSet.number(name)
  const [spacing] = [elements.PixelSpacing, elements.ImagerPixelSpacing].flatMap((name): [number, number][] => {
    const [betweenRows = 0, betweenColumns = 0, ...others] = dataSet.numbers(name)
    return betweenRows > 0 && betweenColumns > 0 && others.length === 0 ? [[betweenRows, betweenColumns]] : []
  })
  return {
    sopClassUid: text(elements.SOPClassUID) ?? meta.text(elements.MediaStorageSOPClassUID),
    sopInstanceUid: text(elements.SOPInstanceUID),
    studyUid: text(elements.StudyInstanceUID),
    seriesUid: text(elements.SeriesInstanceUID),
    patientId: text(elements.PatientID),
    issuerOfPatientId: text(elements.IssuerOfPatientID),
    patientBirthDate: text(elements.PatientBirthDate),
    accessionNumber: text(elements.AccessionNumber),
    modality: text(elements.Modality),
    manufacturer: text(elements.Manufacturer),
    manufacturerModel: text(elements.ManufacturerModelName),
    bodyPart: text(elements.BodyPartExamined),
    viewPosition: text(elements.ViewPosition),
    laterality: text(elements.ImageLaterality) ?? text(elements.Laterality),
    studyDate: text(elements.StudyDate),
    acquisitionDate: text(elements.AcquisitionDate),
    pixelSpacing: spacing,
    burnedInAnnotation: text(elements.BurnedInAnnotation),
    conversionType: text(elements.ConversionType),
    rows: number(elements.Rows),
    columns: number(elements.Columns),
    frames: number(elements.NumberOfFrames) ?? 1,
    samplesPerPixel: number(elements.SamplesPerPixel),
    photometric: text(elements.PhotometricInterpretation),
    bitsAllocated: number(elements.BitsAllocated),
    bitsStored: number(elements.BitsStored),
    signed: number(elements.PixelRepresentation) === 1,
  }
}
