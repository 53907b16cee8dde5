/** The films below a folder, known by content: images by their first bytes, DICOM files by their header. */
import path from 'node:path'
import { readHead, shortened, Unreadable } from '../../base/files.js'
import { refusalOf, sniffContent, sniffedBytes } from '../../image/codec.js'
import { NoImage, objectWithoutImage } from '../../image/dicom/pixel-format.js'
import type { ElementName } from '../../image/dicom/tags.js'
import { dicomHeaderOf } from '../dicom-header.js'
import { type PatientFacts, patientFactsOf } from '../dicom-patients.js'
import { filesBelow } from '../files-below.js'
import { isDicomDirectory, namedAsImage, refuse } from '../reader.js'

export interface FoundFile {
  readonly file: string
  /** Path within the folder, with '/'. */
  readonly name: string
  /** Of a DICOM file; its header itself would hold on to the file's beginning. */
  readonly dicom?: {
    readonly patient: PatientFacts
    /** The element that was asked for, where the file has it. */
    readonly text?: string
  }
}

/** A file that is named as a film, or holds nothing, and can't be one. */
export interface BrokenFilm {
  readonly name: string
  readonly reason: 'empty file' | 'no image that is read' | typeof NoImage.reason
}

export interface FoundFiles {
  readonly films: FoundFile[]
  readonly broken: BrokenFilm[]
  /** Names of files that are none and do not claim to be. */
  readonly others: string[]
}

/**
 * Every film below a folder with a DICOM element of it, and the other files that lie there. Throws a `UserError` that names
 * all that can't be read: a manifest would lack them without a word.
 */
export function findFiles(root: string, element?: ElementName): FoundFiles {
  const films: FoundFile[] = []
  const others: string[] = []
  const broken: BrokenFilm[] = []
  const problems: string[] = []
  for (const { name, problem } of filesBelow(root)) {
    if (problem !== undefined) {
      problems.push(`${shortened(name)} ${problem}`)
      continue
    }
    try {
      const film = filmAt(path.join(root, name), name, element)
      if (typeof film === 'object') films.push(film)
      else if (film === 'empty' && !hasOtherExtension(name)) broken.push({ name, reason: 'empty file' })
      else if (film === 'object') broken.push({ name, reason: NoImage.reason })
      else if (namedAsImage(name)) broken.push({ name, reason: 'no image that is read' })
      else others.push(name)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      problems.push(`${shortened(name)} ${error.reason}`)
    }
  }
  refuse(`${root} can't be read whole; mend what is named, or move it elsewhere`, problems)
  return { films, others, broken }
}

/** The film at a path, or whether the file is empty, a DICOM object without an image, or another one. */
function filmAt(file: string, name: string, element?: ElementName): FoundFile | 'empty' | 'object' | 'other' {
  if (isDicomDirectory(name)) return 'other'
  const header = dicomHeaderOf(file)
  if (header !== undefined) {
    if (objectWithoutImage(header) !== undefined) return 'object'
    return { file, name, dicom: { patient: patientFactsOf(header), text: element && header.text(element) } }
  }
  const kind = sniffContent(readHead(file, sniffedBytes))
  if (kind === 'empty') return 'empty'
  return refusalOf(kind) === undefined ? { file, name } : 'other'
}

/** Whether a name ends as that of another kind of file: '.csv', but not '.png', and not '.42' of a UID. */
function hasOtherExtension(name: string): boolean {
  return /\.[a-z][a-z0-9]{0,4}$/i.test(name) && !namedAsImage(name)
}
