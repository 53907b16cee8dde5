/** The films below a folder, known by content: images by their first bytes, DICOM files by their header. */
import path from 'node:path'
import { readHead, shortened, Unreadable } from '../../base/files.js'
import { refusalOf, sniffContent, sniffedBytes } from '../../image/codec.js'
import type { ElementName } from '../../image/dicom/tags.js'
import { dicomHeaderOf } from '../dicom-header.js'
import { type PatientFacts, patientFactsOf } from '../dicom-patients.js'
import { filesBelow } from '../files-below.js'
import { isDicomDirectory, refuse } from '../reader.js'

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

/**
 * Every film below a folder with a DICOM element of it, and the other files that lie there. Throws a `UserError` that names
 * all that can't be read: a manifest would lack them without a word.
 */
export function findFiles(root: string, element?: ElementName): { films: FoundFile[]; others: string[] } {
  const films: FoundFile[] = []
  const others: string[] = []
  const problems: string[] = []
  for (const { name, problem } of filesBelow(root)) {
    if (problem !== undefined) {
      problems.push(`${shortened(name)} ${problem}`)
      continue
    }
    try {
      const film = filmAt(path.join(root, name), name, element)
      if (film === undefined) others.push(name)
      else films.push(film)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      problems.push(`${shortened(name)} ${error.reason}`)
    }
  }
  refuse(`${root} can't be read whole; mend what is named, or move it elsewhere`, problems)
  return { films, others }
}

function filmAt(file: string, name: string, element?: ElementName): FoundFile | undefined {
  if (isDicomDirectory(name)) return undefined
  const header = dicomHeaderOf(file)
  // a directory, a report, a presentation state: DICOM, but no film
  if (header !== undefined) {
    if (header.facts.rows === undefined) return undefined
    return { file, name, dicom: { patient: patientFactsOf(header), text: element && header.text(element) } }
  }
  return refusalOf(sniffContent(readHead(file, sniffedBytes))) === undefined ? { file, name } : undefined
}
