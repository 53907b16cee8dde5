/**
 * A DICOM secondary capture of what a classifier says of one film: the film as a viewer shows it, with the words in its pixels,
 * for archives and viewers that show no structured reports. The same film, model and words give the same bytes and UIDs: sent
 * twice, it is one image.
 */
import { hashBytes } from '../../base/hash.js'
import { ImageProblem, type Raster } from '../raster.js'
import { derivedFile, madeByKopt, patientAndStudy, reference, required, sequence, uidFrom } from './derived-object.js'
import { explicitLittle } from './element-reader.js'
import { type NewElement, shortElement, textElement } from './element-writer.js'
import type { DicomHeader } from './header.js'
import { elements } from './tags.js'

const secondaryCaptureClass = '1.2.840.10008.5.1.4.1.1.7'
const mostRows = 65_535

export interface CaptureWords {
  /** What stands in the pixels, for those who search or read it. */
  readonly text: string
  /** What tells the model from any other: captures of one study by it make one series. */
  readonly model: string
}

/**
 * The capture's bytes.
 *
 * @param film header of the film's file
 * @param frame that was judged, from 1
 * @param picture the film with the words drawn into it, 8 bits
 * @throws `ImageProblem` where the film lacks the UIDs by which a capture refers to it, or is too tall for words above it
 */
export function secondaryCapture(
  film: DicomHeader,
  frame: number,
  picture: Raster,
  { text, model }: CaptureWords,
): Uint8Array {
  const { width, height, channels } = picture
  if (height > mostRows) {
    throw new ImageProblem(`has ${height} rows with the words above it, and a DICOM image has at most ${mostRows}`)
  }
  const data = picture.data as Uint8Array
  const series = uidFrom('series', required(film, elements.StudyInstanceUID, 'StudyInstanceUID'), model)
  const source = required(film, elements.SOPInstanceUID, 'SOPInstanceUID')
  const instance = uidFrom('instance', source, String(frame), model, text, hashBytes(data))
  const colour = channels === 3
  const short = (tag: number, value: number): NewElement => shortElement(tag, [value], explicitLittle)
  const lossy = film.text({ tag: 0x0028_2110, vr: 'CS' }) === '01'
  return derivedFile(secondaryCaptureClass, instance, [
    ...patientAndStudy(film),
    ...madeByKopt(),
    textElement(0x0008_0008, 'CS', 'DERIVED\\SECONDARY'),
    textElement(0x0008_0060, 'CS', 'OT'),
    textElement(0x0008_0064, 'CS', 'WSD'),
    // A short text has at most 1024 characters.
    textElement(0x0008_2111, 'ST', [...text].slice(0, 1024).join('')),
    sequence(0x0008_2112, [reference(film, film.facts.frames > 1 ? frame : undefined)]),
    textElement(0x0020_000e, 'UI', series),
    textElement(0x0020_0011, 'IS', '1'),
    textElement(0x0020_0013, 'IS', film.text({ tag: 0x0020_0013, vr: 'IS' }) ?? '1'),
    textElement(0x0020_0020, 'CS', ''),
    textElement(0x0020_0060, 'CS', film.text({ tag: 0x0020_0060, vr: 'CS' }) ?? ''),
    short(0x0028_0002, channels),
    textElement(0x0028_0004, 'CS', colour ? 'RGB' : 'MONOCHROME2'),
    ...(colour ? [short(0x0028_0006, 0)] : []),
    short(0x0028_0010, height),
    short(0x0028_0011, width),
    short(0x0028_0100, 8),
    short(0x0028_0101, 8),
    short(0x0028_0102, 7),
    short(0x0028_0103, 0),
    textElement(0x0028_0301, 'CS', 'YES'),
    ...(lossy ? [textElement(0x0028_2110, 'CS', '01')] : []),
    { tag: 0x7fe0_0010, vr: 'OB', value: data },
  ])
}
