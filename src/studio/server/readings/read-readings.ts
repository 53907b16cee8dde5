/** Readings as files of a folder, one each, as the studio leaves them. */
import path from 'node:path'
import { UserError } from '../../../base/errors.js'
import { listDirectory, readText } from '../../../base/files.js'
import { shownPath } from '../../../base/shown-path.js'
import { type Reading, readingForm } from '../../../readers/reading.js'

const mostBytes = 10_000_000
const fileForm = /^([0-9a-f]{16})\.json$/

/** By their ids, the first one begun first. Throws a `UserError` where a file with such a name is no reading. */
export function readReadings(folder: string): [id: string, reading: Reading][] {
  const found = listDirectory(folder).flatMap(({ name }): [string, Reading][] => {
    const id = fileForm.exec(name)?.[1]
    return id === undefined ? [] : [[id, readReading(path.join(folder, name))]]
  })
  return found.sort(([, a], [, b]) => a.begun.localeCompare(b.begun))
}

/** Whether a folder has a file that is named as a reading. */
export function holdsReadings(folder: string): boolean {
  return listDirectory(folder).some(({ name }) => fileForm.test(name))
}

function readReading(file: string): Reading {
  let value: unknown
  try {
    value = JSON.parse(readText(file, mostBytes))
  } catch (error) {
    if (error instanceof UserError) throw error
    value = undefined
  }
  const { success, data } = readingForm.safeParse(value)
  if (success) return data
  throw new UserError(
    `${shownPath(file)} is no reading of the studio, or damaged; restore it from a copy, or move it away`,
  )
}
