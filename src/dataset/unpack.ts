/**
 * Films that come as a zip, such as a hospital's export with its DICOMDIR: unpacked into a folder, as bounded as the archive
 * that claims to hold them.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { readBytes, writeAtomic } from '../base/files.js'
import { foldedCase, pathParts } from '../base/path-name.js'
import { shortened } from '../base/shortened.js'
import { openZip, type ZipArchive } from '../base/zip.js'
import { isSystemEntry } from './reader.js'

export interface UnpackBounds {
  /** Of the archive and of all that it holds. */
  readonly archiveBytes: number
  readonly bytes: number
  readonly files: number
  /** Folders in folders. */
  readonly depth: number
  /** Bytes that are unpacked for each of the archive's; films that are black for the most part come to fifty. */
  readonly ratio: number
  /** Unpacked bytes that any archive may have, whatever its ratio. */
  readonly free: number
}

export const unpackBounds: UnpackBounds = {
  archiveBytes: 2 ** 31 - 1,
  bytes: 32 * 2 ** 30,
  files: 50_000,
  depth: 16,
  ratio: 200,
  free: 2 ** 26,
}

/**
 * Unpacks an archive into a folder that holds nothing else; a folder that holds all of it is left out. Throws a `UserError`
 * that begins with `name` where the archive is damaged, too large, or names a place outside of the folder: what was written
 * by then is the caller's to remove.
 * @returns number of files
 */
export function unpackFilms(file: string, name: string, folder: string, bounds: UnpackBounds = unpackBounds): number {
  const bytes = readBytes(file, bounds.archiveBytes)
  const archive = openZip(bytes, name)
  const files = filesOf(archive, name, bounds)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const most = Math.min(bounds.bytes, Math.max(bounds.free, bytes.length * bounds.ratio))
  if (total > most)
    throw new UserError(
      `${name} would be ${total} bytes unpacked, and at most ${most} of an archive of its size are taken; unpack it yourself and drop the folder, if you trust it`,
    )
  const top = files[0]?.parts[0]
  const within = files.every(({ parts }) => parts.length > 1 && parts[0] === top) ? 1 : 0
  const placed = files.map(({ entry, parts }) => ({
    entry,
    parts: parts.slice(within).flatMap((part) => pathParts([part])),
  }))
  const taken = new Set<string>()
  for (const { parts } of placed) {
    const place = parts.join('/')
    if (taken.has(foldedCase(place)))
      throw new UserError(`${name} holds two files that would both be ${place}; unpack it yourself and rename one`)
    taken.add(foldedCase(place))
  }
  for (const { entry, parts } of placed)
    writeAtomic(path.join(folder, ...parts), archive.read(entry) ?? new Uint8Array())
  return files.length
}

interface ZippedFile {
  readonly entry: string
  readonly size: number
  readonly parts: readonly string[]
}

function filesOf({ entries }: ZipArchive, name: string, { files: most, depth }: UnpackBounds): ZippedFile[] {
  const files: ZippedFile[] = []
  for (const { name: entry, size } of entries) {
    // An archive of Windows may part its folders by backslashes.
    const parts = entry.split(/[\\/]/).filter((part) => part !== '' && part !== '.')
    if (/^[\\/]|^[A-Za-z]:/.test(entry) || parts.includes('..'))
      throw new UserError(
        `${name} names a place outside of itself ('${shortened(entry, 60)}'), as no archive of films does; nothing of it was taken`,
      )
    if (/[\\/]$/.test(entry) || parts.some(isSystemEntry)) continue
    if (parts.length > depth)
      throw new UserError(
        `${name} holds folders more than ${depth} deep ('${shortened(entry, 60)}'); zip the folder with the films alone`,
      )
    files.push({ entry, size, parts })
    if (files.length > most)
      throw new UserError(`${name} holds more than ${most} files; zip the films in several parts`)
  }
  if (files.length === 0) throw new UserError(`${name} holds no files`)
  return files
}
