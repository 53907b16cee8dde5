/** The films below a folder, known by content: images by their first bytes, DICOM files by their header. */
import path from 'node:path'
import { listDirectory, readHead } from '../../base/files.js'
import { refusalOf, sniffContent } from '../../image/codec.js'
import type { DicomHeader } from '../../image/dicom/header.js'
import { dicomHeaderOf } from '../dicom-header.js'
import { isSystemEntry } from '../reader.js'

export interface FoundFile {
  readonly file: string
  /** Path within the folder, with '/'. */
  readonly name: string
  /** Of a DICOM file. */
  readonly header?: DicomHeader
}

/** Every film below a folder, and how many other files lie there. */
export function findFiles(root: string): { films: FoundFile[]; others: string[] } {
  const films: FoundFile[] = []
  const others: string[] = []
  const visit = (inside: string) => {
    for (const { name, directory } of listDirectory(path.join(root, inside))) {
      if (isSystemEntry(name)) continue
      const place = path.posix.join(inside, name)
      if (directory) visit(place)
      else {
        const film = filmAt(path.join(root, place), place)
        if (film === undefined) others.push(place)
        else films.push(film)
      }
    }
  }
  visit('')
  return { films, others }
}

function filmAt(file: string, name: string): FoundFile | undefined {
  const header = dicomHeaderOf(file)
  // a directory, a report, a presentation state: DICOM, but no film
  if (header !== undefined) return header.facts.rows === undefined ? undefined : { file, name, header }
  return refusalOf(sniffContent(readHead(file, 132))) === undefined ? { file, name } : undefined
}
