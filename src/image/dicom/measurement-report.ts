/**
 * A DICOM structured report of what a classifier says of one film: a Comprehensive SR with the template TID 1500, Measurement
 * Report (PS3.16), patient and study those of the film. Each judged part is a measurement group (TID 1501): the algorithm, the
 * image, and a number from 0 to 1 for each class. Nobody has verified it, and it says so. The same film, model and probabilities
 * give the same UIDs, and a report that differs in the time of its writing alone: sent twice, an archive holds it once.
 */
import { hashBytes } from '../../base/hash.js'
import { version } from '../../base/version.js'
import { derivedFile, madeByKopt, patientAndStudy, reference, required, sequence, uidFrom } from './derived-object.js'
import { explicitLittle } from './element-reader.js'
import { encodeElements, implementationUid, type NewElement, textElement } from './element-writer.js'
import type { DicomHeader } from './header.js'
import { elements } from './tags.js'

export interface JudgedPart {
  /** From 1. */
  readonly frame: number
  /** The region that was looked at, in words; absent: the whole film. */
  readonly region?: string
  /** From 0 to 1, by class. */
  readonly probabilities: Readonly<Record<string, number>>
}

export interface ReportedModel {
  readonly name: string
  /** What tells it from any other, in a line. */
  readonly version: string
}

/** Of the storage class Comprehensive SR. */
const comprehensive = '1.2.840.10008.5.1.4.1.1.88.33'
const researchUse = 'RESEARCH USE ONLY. Not a diagnosis, not verified, not for decisions about a patient.'

/** value, scheme, meaning */
type Code = readonly [value: string, scheme: string, meaning: string]

/** Of DICOM's own scheme. */
const dcm = (value: string, meaning: string): Code => [value, 'DCM', meaning]

/**
 * The report's bytes.
 *
 * @param film header of the film's file
 * @param now when it is written; local time stands in it, as that of the study does
 * @throws `ImageProblem` where the film lacks the UIDs that a report refers to it by
 */
export function measurementReport(
  film: DicomHeader,
  parts: readonly JudgedPart[],
  model: ReportedModel,
  now: Date,
): Uint8Array {
  const content = [...documentOf(film, model), ...contentOf(film, parts, model)]
  const instance = uidFrom('report', hashBytes(Buffer.concat(encodeElements(content, explicitLittle))))
  return derivedFile(comprehensive, instance, [...content, ...written(now)])
}

function written(now: Date): NewElement[] {
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('')
  return [textElement(0x0008_0023, 'DA', date), textElement(0x0008_0033, 'TM', time)]
}

function documentOf(film: DicomHeader, model: ReportedModel): NewElement[] {
  const text = textElement
  const study = required(film, elements.StudyInstanceUID, 'StudyInstanceUID')
  return [
    ...patientAndStudy(film),
    ...madeByKopt(),
    text(0x0008_0060, 'CS', 'SR'),
    sequence(0x0008_1111, []),
    text(0x0020_000e, 'UI', uidFrom('reports', study, model.name, model.version)),
    text(0x0020_0011, 'IS', '1'),
    text(0x0020_0013, 'IS', film.text({ tag: 0x0020_0013, vr: 'IS' }) ?? '1'),
    sequence(0x0040_a372, []),
    sequence(0x0040_a375, [evidence(film)]),
    text(0x0040_a491, 'CS', 'COMPLETE'),
    text(0x0040_a493, 'CS', 'UNVERIFIED'),
  ]
}

/** Where the film lies that the report is about. */
function evidence(film: DicomHeader): NewElement[] {
  const series = [
    textElement(0x0020_000e, 'UI', required(film, elements.SeriesInstanceUID, 'SeriesInstanceUID')),
    sequence(0x0008_1199, [reference(film)]),
  ]
  return [
    textElement(0x0020_000d, 'UI', required(film, elements.StudyInstanceUID, 'StudyInstanceUID')),
    sequence(0x0008_1115, [series]),
  ]
}

/** The tree of TID 1500. */
function contentOf(film: DicomHeader, parts: readonly JudgedPart[], model: ReportedModel): NewElement[] {
  const device = [
    codeItem('HAS OBS CONTEXT', dcm('121005', 'Observer Type'), dcm('121007', 'Device')),
    uidItem('HAS OBS CONTEXT', dcm('121012', 'Device Observer UID'), implementationUid),
    textItem('HAS OBS CONTEXT', dcm('121013', 'Device Observer Name'), 'kopt'),
    textItem('HAS OBS CONTEXT', dcm('121015', 'Device Observer Model Name'), `kopt ${version}`),
  ]
  const library = container('CONTAINS', dcm('111028', 'Image Library'), [
    container('CONTAINS', dcm('126200', 'Image Library Group'), [imageItem('CONTAINS', undefined, film)]),
  ])
  const measured = container(
    'CONTAINS',
    dcm('126010', 'Imaging Measurements'),
    parts.map((part) => groupOf(film, part, model)),
  )
  return [
    ...containerElements(dcm('126000', 'Imaging Measurement Report'), [
      codeItem('HAS CONCEPT MOD', dcm('121049', 'Language of Content Item and Descendants'), [
        'en',
        'RFC5646',
        'English',
      ]),
      ...device,
      codeItem('HAS CONCEPT MOD', dcm('121058', 'Procedure reported'), ['168537006', 'SCT', 'Plain X-ray']),
      library,
      measured,
    ]),
    sequence(0x0040_a504, [[textElement(0x0008_0105, 'CS', 'DCMR'), textElement(0x0040_db00, 'CS', '1500')]]),
  ]
}

/** TID 1501. */
function groupOf(film: DicomHeader, part: JudgedPart, model: ReportedModel): NewElement[] {
  const { frame, region, probabilities } = part
  const several = film.facts.frames > 1
  const what = region === undefined ? 'Film' : `Region ${region}`
  const source = required(film, elements.SOPInstanceUID, 'SOPInstanceUID')
  const tracked = uidFrom('measured', source, String(frame), what, model.name, model.version)
  return container('CONTAINS', dcm('125007', 'Measurement Group'), [
    textItem('HAS OBS CONTEXT', dcm('112039', 'Tracking Identifier'), several ? `${what}, frame ${frame}` : what),
    uidItem('HAS OBS CONTEXT', dcm('112040', 'Tracking Unique Identifier'), tracked),
    textItem('HAS CONCEPT MOD', dcm('111001', 'Algorithm Name'), model.name),
    textItem('HAS CONCEPT MOD', dcm('111003', 'Algorithm Version'), model.version),
    imageItem('CONTAINS', dcm('121112', 'Source of Measurement'), film, several ? frame : undefined),
    ...Object.entries(probabilities).map(([name, value]) => numberItem('CONTAINS', probabilityOf(name), value)),
    textItem('CONTAINS', dcm('121106', 'Comment'), researchUse),
  ])
}

/** Classes are the user's own words: a code of a private scheme, which follows from the word. */
function probabilityOf(name: string): Code {
  return [hashBytes(name).slice(0, 12).toUpperCase(), '99KOPT', `Probability of ${name}`]
}

function item(relation: string, type: string, name: Code | undefined, value: readonly NewElement[]): NewElement[] {
  return [
    textElement(0x0040_a010, 'CS', relation),
    textElement(0x0040_a040, 'CS', type),
    ...(name ? [codeSequence(0x0040_a043, name)] : []),
    ...value,
  ]
}

function container(relation: string, name: Code, content: readonly (readonly NewElement[])[]): NewElement[] {
  return [textElement(0x0040_a010, 'CS', relation), ...containerElements(name, content)]
}

function containerElements(name: Code, content: readonly (readonly NewElement[])[]): NewElement[] {
  return [
    textElement(0x0040_a040, 'CS', 'CONTAINER'),
    codeSequence(0x0040_a043, name),
    textElement(0x0040_a050, 'CS', 'SEPARATE'),
    sequence(0x0040_a730, content),
  ]
}

function codeItem(relation: string, name: Code, value: Code): NewElement[] {
  return item(relation, 'CODE', name, [codeSequence(0x0040_a168, value)])
}

function textItem(relation: string, name: Code, value: string): NewElement[] {
  return item(relation, 'TEXT', name, [textElement(0x0040_a160, 'UT', value)])
}

function uidItem(relation: string, name: Code, value: string): NewElement[] {
  return item(relation, 'UIDREF', name, [textElement(0x0040_a124, 'UI', value)])
}

function imageItem(relation: string, name: Code | undefined, film: DicomHeader, frame?: number): NewElement[] {
  return item(relation, 'IMAGE', name, [sequence(0x0008_1199, [reference(film, frame)])])
}

function numberItem(relation: string, name: Code, value: number): NewElement[] {
  const exact = new Uint8Array(8)
  new DataView(exact.buffer).setFloat64(0, value, true)
  return item(relation, 'NUM', name, [
    sequence(0x0040_a300, [
      [
        codeSequence(0x0040_08ea, ['1', 'UCUM', 'no units']),
        { tag: 0x0040_a161, vr: 'FD', value: exact },
        // A decimal string has at most 16 characters.
        textElement(0x0040_a30a, 'DS', value.toFixed(6)),
      ],
    ]),
  ])
}

function codeSequence(tag: number, [value, scheme, meaning]: Code): NewElement {
  return sequence(tag, [
    [
      textElement(0x0008_0100, 'SH', value),
      textElement(0x0008_0102, 'SH', scheme),
      // A long string has at most 64 characters.
      textElement(0x0008_0104, 'LO', [...meaning].slice(0, 64).join('')),
    ],
  ])
}
