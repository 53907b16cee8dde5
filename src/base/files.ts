/**
 * The door to the disk. Files appear whole: written under a temporary name, flushed, renamed.
 * Renames are retried where a virus scanner or an indexer holds the target for a moment (EPERM, EBUSY on Windows).
 */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  type Dirent,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { UserError } from './errors.js'
import { randomKey } from './hash.js'
import { otherKind, readBytes, readError, shortened } from './regular-file.js'

export { readBytes, readHead, shortened, Unreadable, whyUnreachable } from './regular-file.js'

/** Whether something stands at this path. */
export function exists(file: string): boolean {
  return existsSync(file)
}

/** Whether a folder stands at this path, as far as it can be reached. */
export function isDirectory(file: string): boolean {
  return exists(file) && statSync(file, { throwIfNoEntry: false })?.isDirectory() === true
}

/** What tells a folder from all others, whatever path or link leads to it. Throws a `UserError` where it can't be reached. */
export function folderIdentity(folder: string): string {
  try {
    const { dev, ino } = statSync(folder, { bigint: true })
    // some disks of other systems number nothing
    return ino === 0n ? realpathSync(folder) : `${dev} ${ino}`
  } catch (error) {
    throw readError(folder, error)
  }
}

export function fileSize(file: string): number {
  return statSync(file).size
}

/** Changes whenever the file does, as far as its size and time tell; empty where there is none. */
export function fileStamp(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${found.size} ${found.mtimeMs}` : ''
}

export interface FolderEntry {
  /** Its name; with question marks where it is not UTF-8. */
  readonly name: string
  readonly directory: boolean
  /** Why it can't be opened, as far as that is known: completes "NAME ...". */
  readonly problem?: string
}

/**
 * What stands in a folder, in code-unit order of the names on every system; an empty list where there is no such folder.
 * Throws a `UserError` where it can't be listed.
 */
export function listDirectory(folder: string): FolderEntry[] {
  if (!existsSync(folder)) return []
  try {
    return inOrder(readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map(entryOf(folder)))
  } catch (error) {
    throw readError(folder, error)
  }
}

function entryOf(folder: string): (entry: Dirent<Buffer>) => FolderEntry {
  return (entry) => {
    const name = entry.name.toString('utf8')
    if (!entry.name.equals(Buffer.from(name))) {
      const problem = 'has a name that is not UTF-8; rename it (convmv)'
      return { name: name.replaceAll('\ufffd', '?'), directory: entry.isDirectory(), problem }
    }
    const link = entry.isSymbolicLink()
    try {
      const found = link ? statSync(path.join(folder, name)) : entry
      const problem = otherKind(found)
      return { name, directory: found.isDirectory(), ...(problem !== undefined && { problem }) }
    } catch (error) {
      const { reason } = readError(name, error)
      return { name, directory: false, problem: reason === 'does not exist' ? 'is a link to nothing' : reason }
    }
  }
}

export interface BareEntry {
  readonly name: string
  /** What it is itself: a link is not followed. */
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly bytes: number
}

/**
 * What stands in a folder that somebody has filled who may mean harm, in code-unit order, at most `most` entries of it. `more`:
 * there are others. Throws a `UserError` where it can't be listed.
 */
export function listAtMost(folder: string, most: number): { entries: BareEntry[]; more: boolean } {
  const entries: BareEntry[] = []
  try {
    const opened = opendirSync(folder)
    try {
      for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
        if (entries.length === most) return { entries: inOrder(entries), more: true }
        const found = lstatSync(path.join(folder, entry.name), { throwIfNoEntry: false })
        // A name that is not UTF-8 finds nothing.
        entries.push({ name: entry.name, kind: found ? kindOf(found) : 'other', bytes: found?.size ?? 0 })
      }
    } finally {
      opened.closeSync()
    }
  } catch (error) {
    throw readError(folder, error)
  }
  return { entries: inOrder(entries), more: false }
}

function inOrder<Entry extends { readonly name: string }>(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function kindOf(found: Stats): BareEntry['kind'] {
  if (found.isSymbolicLink()) return 'link'
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
}

export function makeDirectory(folder: string): void {
  try {
    const first = mkdirSync(folder, { recursive: true })
    if (first === undefined) return
    const below = path.relative(first, path.resolve(folder)).split(path.sep).filter(Boolean)
    for (let i = 0; i <= below.length; i++) made(path.join(first, ...below.slice(0, i)))
  } catch (error) {
    throw writeError(folder, error)
  }
}

/** Makes a folder, and those above it; false where something stands there already: of several processes one makes it. */
export function makeNewDirectory(folder: string): boolean {
  makeDirectory(path.dirname(path.resolve(folder)))
  try {
    mkdirSync(folder)
    made(path.resolve(folder))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw writeError(folder, error)
  }
}

const watchers = new Set<(file: string) => void>()

/** Tells of every file and folder that this process makes from now on, by absolute path; returns what ends that. */
export function watchMade(watcher: (file: string) => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function made(file: string): void {
  for (const watcher of watchers) watcher(path.resolve(file))
}

/** Makes a folder that only its owner may look into, where the disk knows of owners. */
export function makePrivateDirectory(folder: string): void {
  makeDirectory(folder)
  try {
    chmodSync(folder, 0o700)
  } catch {
    // some disks know no modes
  }
}

export function readText(file: string, maxBytes?: number): string {
  return new TextDecoder().decode(readBytes(file, maxBytes))
}

/** Writes a file so that it is either there whole or not at all. */
export function writeAtomic(file: string, content: Uint8Array | string): void {
  makeDirectory(path.dirname(file))
  const temporary = temporaryName(file)
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  try {
    const handle = openSync(temporary, 'wx')
    try {
      let written = 0
      while (written < bytes.length) written += writeSync(handle, bytes, written)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameWithRetry(temporary, file)
    made(file)
  } catch (error) {
    // where the folder may not even be entered, there is nothing to remove
    if (existsSync(temporary)) rmSync(temporary, { force: true })
    throw writeError(file, error)
  }
}

/** No other process, on whatever machine, has the same: what a kill leaves is told from files of other names. */
function temporaryName(file: string): string {
  return `${file}.${process.pid}-${Buffer.from(randomKey(4)).toString('hex')}.tmp`
}

/** Whether a name is that of a file which was being written when its process died. */
export function isHalfWritten(name: string): boolean {
  return /\.\d+-[0-9a-f]{8}\.tmp$/.test(name)
}

/**
 * Writes a file that only its owner may read, unless something stands there already: what stood there first stays, also
 * where two processes write at the same time.
 */
export function writeOwnersOnly(file: string, content: string): void {
  makeDirectory(path.dirname(file))
  const temporary = temporaryName(file)
  try {
    const handle = openSync(temporary, 'wx', 0o600)
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
  writeAtomic(file, jsonText(value))
}

/** How our own JSON files are written. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
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

/** Appends one line. A line cut off by a kill stays a line of its own, which `readJsonLines` drops. */
export function appendLine(file: string, line: string): void {
  try {
    const fresh = !existsSync(file)
    const handle = openSync(file, 'a+')
    // Before anything is written: a full disk leaves an empty file.
    if (fresh) made(file)
    try {
      const { size } = fstatSync(handle)
      const last = Buffer.alloc(1)
      if (size > 0) readSync(handle, last, 0, 1, size - 1)
      const cutOff = size > 0 && last.toString() !== '\n'
      writeSync(handle, `${cutOff ? '\n' : ''}${line}\n`)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw writeError(file, error)
  }
}

export function appendBytes(file: string, bytes: Uint8Array): void {
  try {
    if (!existsSync(file)) made(file)
    appendFileSync(file, bytes)
  } catch (error) {
    throw writeError(file, error)
  }
}

/** Gives a file its final name; what stands there is replaced. */
export function moveFile(from: string, to: string): void {
  try {
    renameWithRetry(from, to)
    made(to)
  } catch (error) {
    throw writeError(to, error)
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

/** Gives a file or folder another name on the same disk. */
export function rename(from: string, to: string): void {
  try {
    renameWithRetry(from, to)
  } catch (error) {
    throw writeError(from, error)
  }
}

export function removeFile(file: string): void {
  rmSync(file, { force: true })
}

export function removeDirectory(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Removes a folder that holds nothing; any other stays. */
export function removeEmptyDirectory(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // something lies in it, or it is none
  }
}

export function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

/** Whether it is a folder itself, and no link to one. */
export function isOwnDirectory(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Whether a folder lies below another with no link on the way, so that what is removed in it is not somebody else's. */
export function liesWithin(folder: string, root: string): boolean {
  const way = path.relative(root, folder).split(path.sep)
  return way[0] !== '..' && way.every((_, i) => isOwnDirectory(path.join(root, ...way.slice(0, i + 1))))
}

/** Whether the disk had no room for what was written. */
export function isDiskFull(error: unknown): boolean {
  const { code } = ((error as Error)?.cause ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
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

/** Why a file could not be written, as a sentence where it is the user's to mend. */
export function writeError(file: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(`${file} can't be written: the disk is full; free some space`, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`${file} can't be written: no permission; choose another folder`, { cause: error })
    case 'ENAMETOOLONG':
      return new UserError(`${shortened(file)} can't be written: the path is too long for this system`, {
        cause: error,
      })
    case 'ELOOP':
      return new UserError(`${file} can't be written: a link in it leads back to itself`, { cause: error })
    case 'ENOTDIR':
    case 'EEXIST':
      return new UserError(`${file} can't be written: a file of that name is in the way`, { cause: error })
    default:
      return error as Error
  }
}
