/**
 * The door to the disk. Files appear whole: written under a temporary name, flushed, renamed.
 * Renames are retried where a virus scanner or an indexer holds the target for a moment (EPERM, EBUSY on Windows).
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { UserError } from './errors.js'

/** Whether something stands at this path. */
export function exists(file: string): boolean {
  return existsSync(file)
}

export function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** The path without links. */
export function realPath(file: string): string {
  return realpathSync(file)
}

export function fileSize(file: string): number {
  return statSync(file).size
}

/** Names in a folder, in code-unit order on every system; an empty list where there is no such folder. */
export function listDirectory(folder: string): { name: string; directory: boolean }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => ({
      name: entry.name,
      directory: entry.isDirectory() || (entry.isSymbolicLink() && isDirectory(path.join(folder, entry.name))),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

export function makeDirectory(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw writeError(folder, error)
  }
}

/** The bytes of a file. Throws a `UserError` where it is missing, unreadable, or larger than `maxBytes` (default 2 GiB). */
export function readBytes(file: string, maxBytes = 2 ** 31 - 1): Uint8Array {
  try {
    const stat = statSync(file)
    if (stat.isDirectory()) throw new UserError(`${file} is a folder, but a file was expected`)
    if (stat.size > maxBytes) throw new UserError(`${file} has ${stat.size} bytes; at most ${maxBytes} are read`)
    return new Uint8Array(readFileSync(file))
  } catch (error) {
    if (error instanceof UserError) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new UserError(`${file} does not exist`)
    if (code === 'EACCES' || code === 'EPERM') throw new UserError(`${file} can't be read: no permission`)
    throw new UserError(`${file} can't be read: ${(error as Error).message}`, { cause: error })
  }
}

/** At most the first `count` bytes of a file. Throws a `UserError` where it is missing or unreadable. */
export function readHead(file: string, count: number): Uint8Array {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (error) {
    throw new UserError(`${file} can't be read: ${(error as Error).message}`, { cause: error })
  }
  try {
    const bytes = new Uint8Array(count)
    return bytes.subarray(0, readSync(handle, bytes, 0, count, 0))
  } finally {
    closeSync(handle)
  }
}

export function readText(file: string, maxBytes?: number): string {
  return new TextDecoder().decode(readBytes(file, maxBytes))
}

/** Writes a file so that it is either there whole or not at all. */
export function writeAtomic(file: string, content: Uint8Array | string): void {
  makeDirectory(path.dirname(file))
  const temporary = `${file}.${process.pid}.tmp`
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  try {
    const handle = openSync(temporary, 'w')
    try {
      let written = 0
      while (written < bytes.length) written += writeSync(handle, bytes, written)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameWithRetry(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw writeError(file, error)
  }
}

/**
 * Writes a file that only its owner may read, unless something stands there already: what stood there first stays, also
 * where two processes write at the same time.
 */
export function writeOwnersOnly(file: string, content: string): void {
  makeDirectory(path.dirname(file))
  const temporary = `${file}.${process.pid}.tmp`
  try {
    const handle = openSync(temporary, 'w', 0o600)
    try {
      writeSync(handle, content)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    linkSync(temporary, file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // some disks know no links
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') {
      if (!existsSync(file)) renameWithRetry(temporary, file)
    } else if (code !== 'EEXIST') throw writeError(file, error)
  } finally {
    rmSync(temporary, { force: true })
  }
}

export function writeJson(file: string, value: unknown): void {
  writeAtomic(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** Reads JSON that we wrote ourselves; a broken file is named. */
export function readJson<T>(file: string): T {
  const text = readText(file)
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new UserError(
      `${file} is not valid JSON (${(error as Error).message}); restore it, or remove it to start afresh`,
    )
  }
}

/** Appends one line. A line cut off by a kill is dropped by `readJsonLines`. */
export function appendLine(file: string, line: string): void {
  try {
    appendFileSync(file, `${line}\n`)
  } catch (error) {
    throw writeError(file, error)
  }
}

export function appendBytes(file: string, bytes: Uint8Array): void {
  try {
    appendFileSync(file, bytes)
  } catch (error) {
    throw writeError(file, error)
  }
}

export function truncate(file: string, bytes: number): void {
  truncateSync(file, bytes)
}

export function readJsonLines<T>(file: string): T[] {
  if (!existsSync(file)) return []
  const out: T[] = []
  for (const line of readText(file).split('\n')) {
    if (line === '') continue
    try {
      out.push(JSON.parse(line) as T)
    } catch {
      // the one line that was being written when the process died
    }
  }
  return out
}

export function removeFile(file: string): void {
  rmSync(file, { force: true })
}

export function removeDirectory(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

function renameWithRetry(from: string, to: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (attempt >= 8 || (code !== 'EPERM' && code !== 'EBUSY' && code !== 'EACCES')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * 2 ** attempt)
    }
  }
}

function writeError(file: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOSPC':
      return new UserError(`${file} can't be written: the disk is full; free some space, then resume`, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`${file} can't be written: no permission; choose another folder`, { cause: error })
    case 'ENOTDIR':
    case 'EEXIST':
      return new UserError(`${file} can't be written: a file of that name is in the way`, { cause: error })
    default:
      return error as Error
  }
}
