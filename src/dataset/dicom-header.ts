/** The DICOM header of a file on disk, from its beginning where that is enough. */
import { readBytes, readHead, Unreadable } from '../base/files.js'
import { sniffContent, sniffedBytes } from '../image/codec.js'
import { type DicomHeader, readDicomHeader } from '../image/dicom/header.js'
import { ImageProblem } from '../image/raster.js'
import { maxFilmBytes } from './load.js'

/** Headers mostly end within this; files that need more are read whole. */
const headBytes = 2 ** 18

/** The header; undefined where the file is no DICOM file, or damaged before its pixels, or can't be read at all. */
export function dicomHeaderOf(file: string): DicomHeader | undefined {
  let head: Uint8Array
  try {
    head = readHead(file, headBytes)
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
  if (sniffContent(head.subarray(0, sniffedBytes)) !== 'dicom') return undefined
  return attempt(head) ?? (head.length === headBytes ? attempt(readBytes(file, maxFilmBytes)) : undefined)
}

function attempt(bytes: Uint8Array): DicomHeader | undefined {
  try {
    return readDicomHeader(bytes)
  } catch (error) {
    if (error instanceof ImageProblem) return undefined
    throw error
  }
}
