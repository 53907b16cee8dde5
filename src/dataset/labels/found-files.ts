/** The films below a folder, known by content: images by their first bytes, DICOM files by their header. */
import path from 'node:path'
import { listDirectory, readBytes, readHead } from '../../base/files.js'
import { refusalOf, sniffContent } from '../../image/codec.js'
import { EndsEarly } from '../../image/dicom/element-reader.js'
import { type DicomHeader, looksLikeDataSet, readDicomHeader } from '../../image/dicom/header.js'
import { ImageProblem } from '../../image/raster.js'
import { maxFilmBytes } from '../load.js'
import { isSystemEntry } from '../reader.js'

export interface FoundFile {
  readonly file: string
  /** Path within the folder, with '/'. */
  readonly name: string
  /** Of a DICOM file. */
  readonly header?: DicomHeader
}

/** Headers mostly end within this; files that need more are read whole. */
const headBytes = 2 ** 18

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
  const head = readHead(file, headBytes)
  const kind = sniffContent(head)
  if (kind === 'dicom' || looksLikeDataSet(head)) {
    const header = headerOf(file, head)
    // a directory, a report, a presentation state: DICOM, but no film
    return header?.facts.rows === undefined ? undefined : { file, name, header }
  }
  return refusalOf(kind) === undefined ? { file, name } : undefined
}

function headerOf(file: string, head: Uint8Array): DicomHeader | undefined {
  try {
    return readDicomHeader(head)
  } catch (error) {
    if (error instanceof EndsEarly && head.length === headBytes) return wholeHeader(file)
    if (error instanceof ImageProblem) return undefined
    throw error
  }
}

function wholeHeader(file: string): DicomHeader | undefined {
  try {
    return readDicomHeader(readBytes(file, maxFilmBytes))
  } catch (error) {
    if (error instanceof ImageProblem) return undefined
    throw error
  }
}
