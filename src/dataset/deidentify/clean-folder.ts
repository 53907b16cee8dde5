/** The DICOM files of a folder cleaned into a new one. A file that can't be cleaned is listed and not written; the rest goes on. */
import path from 'node:path'
import { formatCsv } from '../../base/csv.js'
import { UserError } from '../../base/errors.js'
import {
  appendLine,
  exists,
  isDirectory,
  makeDirectory,
  readBytes,
  readHead,
  Unreadable,
  writeAtomic,
} from '../../base/files.js'
import { requireNewFile, requireNewFolder } from '../../base/output.js'
import { sniffContent } from '../../image/codec.js'
import { ImageProblem } from '../../image/raster.js'
import { dicomHeaderOf } from '../dicom-header.js'
import { dicomPatients, type PatientFacts, patientFactsOf } from '../dicom-patients.js'
import { filesBelow } from '../files-below.js'
import { maxFilmBytes } from '../load.js'
import type { PatientKey } from '../patient-key.js'
import { cleanFile } from './clean-file.js'

export interface CleanFolderOptions {
  readonly key: PatientKey
  readonly shiftDates: boolean
  /** A table of old and new names, outside of the cleaned folder; not written without. */
  readonly names?: string
  readonly onFiles?: (files: number) => void
  readonly onProgress?: (more: number) => void
  readonly signal?: AbortSignal
}

export interface CleanedFolder {
  readonly written: number
  readonly patients: number
  /** Files that were not written, each with its reason; the name within the folder. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[]
  /** Files that are no DICOM. */
  readonly others: readonly string[]
  /** What to know of files that were written: a sentence and the files' old names. */
  readonly remarks: readonly { readonly text: string; readonly names: readonly string[] }[]
}

/** Cleans every DICOM file below `folder`. Throws a `UserError` where `out` holds something already. */
export async function cleanFolder(folder: string, out: string, options: CleanFolderOptions): Promise<CleanedFolder> {
  const { key, shiftDates, names: table, onFiles, onProgress, signal } = options
  if (!isDirectory(folder)) throw new UserError(`${folder} is no folder; name the folder of the DICOM files`)
  requireNewFolder('--out', out)
  const inside = (place: string, outer: string) =>
    !path.relative(path.resolve(outer), path.resolve(place)).startsWith('..')
  if (inside(out, folder)) throw new UserError(`--out ${out} lies within ${folder}; name a folder outside of it`)
  if (table !== undefined && inside(table, out)) {
    throw new UserError(
      `--names ${table} lies within the cleaned folder, and would undo it; keep it where the originals are`,
    )
  }
  if (table !== undefined) requireNewFile('--names', table)
  const below = filesBelow(folder)
  const files = below.flatMap(({ name, problem }) => (problem === undefined ? [name] : []))
  onFiles?.(files.length)
  const refused = below.flatMap(({ name, problem: reason }) => (reason === undefined ? [] : [{ name, reason }]))
  const others: string[] = []
  const remarks = new Map<string, string[]>()
  const written = new Map<string, { name: string; patient: string }>()
  const facts: (PatientFacts | undefined)[] = []
  for (const name of files) {
    await interruptible(signal)
    const header = dicomHeaderOf(path.join(folder, name))
    facts.push(header && patientFactsOf(header))
  }
  const { patients, doubts } = dicomPatients(facts)
  for (const [i, name] of files.entries()) {
    await interruptible(signal)
    onProgress?.(1)
    try {
      const file = path.join(folder, name)
      if (sniffContent(readHead(file, 2048)) !== 'dicom') {
        others.push(name)
        continue
      }
      const cleaned = await cleanFile(readBytes(file, maxFilmBytes), key, { shiftDates, patient: patients[i] })
      const place = freePlace(cleaned.place, written)
      // before the file itself, so that however this ends no cleaned file is without its row
      if (table !== undefined) addRow(table, [name, place, cleaned.patient])
      writeAtomic(path.join(out, place), cleaned.bytes)
      written.set(place, { name, patient: cleaned.patient })
      const twin = place === cleaned.place ? [] : ['the same SOP instance as another file']
      for (const text of [...twin, ...cleaned.remarks]) remarks.set(text, [...(remarks.get(text) ?? []), name])
    } catch (error) {
      if (error instanceof ImageProblem) refused.push({ name, reason: error.message })
      else if (error instanceof Unreadable) refused.push({ name, reason: error.reason })
      else throw error
    }
  }
  return {
    written: written.size,
    patients: new Set([...written.values()].map(({ patient }) => patient)).size,
    refused,
    others,
    remarks: [
      ...doubts.map(({ text, files: doubtful }) => ({
        text: `${text}; where that is wrong, clean each hospital's files by themselves, with a --key of their own`,
        names: doubtful.flatMap((i) => files[i] ?? []),
      })),
      ...[...remarks].map(([text, names]) => ({ text, names })),
    ],
  }
}

/** Lets signals through between files. */
async function interruptible(signal: AbortSignal | undefined): Promise<void> {
  await new Promise(setImmediate)
  signal?.throwIfAborted()
}

/** The table of names grows by a row for each file; a kill leaves what was written until then. */
function addRow(table: string, row: readonly string[]): void {
  if (!exists(table)) {
    makeDirectory(path.dirname(table))
    appendLine(table, lineOf(['original', 'cleaned', 'patient']))
  }
  appendLine(table, lineOf(row))
}

function lineOf(cells: readonly string[]): string {
  return formatCsv(cells, []).trimEnd()
}

/** The place, or with a number where a file of the same SOP instance has been written. */
function freePlace(place: string, written: ReadonlyMap<string, unknown>): string {
  if (!written.has(place)) return place
  const numbered = (n: number) => place.replace(/\.dcm$/, `-${n}.dcm`)
  let n = 2
  while (written.has(numbered(n))) n++
  return numbered(n)
}
