/**
 * Reading files that somebody named or that lay in a folder: regular files alone. A pipe waits for ever, a device has no
 * end; both are told by their kind before they are opened, and again once they are. Why something can't be reached or read
 * becomes a sentence.
 */
import { closeSync, constants, type Dirent, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { UserError } from './errors.js'

const chunkBytes = 2 ** 16

/** A file or folder that can't be read; `reason` completes "NAME ..." where another name than its path is to be said. */
export class Unreadable extends UserError {
  constructor(
    file: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${shortened(file)} ${reason}`, options)
  }
}

/** The bytes of a file. Throws a `UserError` where it is missing, unreadable, no regular file, or larger than `maxBytes` (default 2 GiB). */
export function readBytes(file: string, maxBytes = 2 ** 31 - 1): Uint8Array {
  return withRegular(file, (handle, size) => {
    if (size > maxBytes) throw new Unreadable(file, `has ${size} bytes; at most ${maxBytes} are read`)
    // what the system makes as it is read (/proc) says 0
    if (size === 0) return readToEnd(handle, file, maxBytes)
    const bytes = new Uint8Array(size)
    return bytes.subarray(0, fill(handle, bytes))
  })
}

/** At most the first `count` bytes of a file. Throws a `UserError` as `readBytes`. */
export function readHead(file: string, count: number): Uint8Array {
  return withRegular(file, (handle, size) => {
    const bytes = new Uint8Array(size === 0 ? count : Math.min(count, size))
    return bytes.subarray(0, fill(handle, bytes))
  })
}

/** Why nothing can be found at a path: completes "FILE ...". */
export function whyUnreachable(file: string): string {
  try {
    statSync(file)
  } catch (error) {
    return reasonOf(error)
  }
  return 'does not exist'
}

/** An `Unreadable` for an error of the system while a file or folder was read. */
export function readError(file: string, error: unknown): Unreadable {
  return error instanceof Unreadable ? error : new Unreadable(file, reasonOf(error), { cause: error })
}

/** A path that still can be read on a screen: of a very long one the beginning. */
export function shortened(file: string): string {
  return file.length > 300 ? `${file.slice(0, 100)}...` : file
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist'
    case 'EACCES':
    case 'EPERM':
      return "can't be read: no permission"
    case 'ENAMETOOLONG':
      return 'is too long for this system; use shorter names or fewer folders'
    case 'ELOOP':
      return 'is a link that leads back to itself'
    default:
      return `can't be read: ${message}`
  }
}

function withRegular<T>(file: string, read: (handle: number, size: number) => T): T {
  let handle: number | undefined
  try {
    refuseOtherKinds(file, statSync(file))
    // a pipe that took the file's place meanwhile is not waited for; Windows knows no such flag
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stat = fstatSync(handle)
    refuseOtherKinds(file, stat)
    return read(handle, stat.size)
  } catch (error) {
    throw readError(file, error)
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** What is wrong with a thing that is neither file nor folder: completes "NAME ..."; undefined for those two. */
export function otherKind(entry: Stats | Dirent<Buffer>): string | undefined {
  if (entry.isFile() || entry.isDirectory()) return undefined
  const kind = entry.isFIFO() ? 'a pipe' : entry.isSocket() ? 'a socket' : 'a device'
  return `is ${kind}, and only regular files are read`
}

function refuseOtherKinds(file: string, stat: Stats): void {
  if (stat.isDirectory()) throw new Unreadable(file, 'is a folder, but a file was expected')
  const problem = otherKind(stat)
  if (problem !== undefined) throw new Unreadable(file, problem)
}

function fill(handle: number, bytes: Uint8Array): number {
  let length = 0
  while (length < bytes.length) {
    const more = readSync(handle, bytes, length, bytes.length - length, null)
    if (more === 0) break
    length += more
  }
  return length
}

function readToEnd(handle: number, file: string, maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const chunk = new Uint8Array(chunkBytes)
    const length = fill(handle, chunk)
    chunks.push(chunk.subarray(0, length))
    total += length
    if (total > maxBytes) throw new Unreadable(file, `has no end within ${maxBytes} bytes; no more are read`)
    if (length < chunkBytes) return new Uint8Array(Buffer.concat(chunks))
  }
}
