/**
 * A file that says who is at work in a place, so that one is at a time: on disks of one machine and of several (NFS, where
 * link(2) is atomic and flock(2) may not be). Whoever ended without a word is told by its process, from other machines by
 * a heartbeat: the holder writes the file again and again from a thread of its own, for long work blocks the main one.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { builtModule } from './built.js'
import { UserError } from './errors.js'
import { writeError } from './files.js'
import { randomKey } from './hash.js'
import { fateOf, isHere, type ProcessIdentity, thisProcess } from './process-identity.js'
import { startThread } from './thread.js'

/** Between two heartbeats. */
const beatEveryMs = 10_000
/** A holder that can't be asked is gone after so long without a heartbeat: more than a network disk may hide one. */
export const silentMs = 120_000
const retryMs = 50

interface Content extends ProcessIdentity {
  /** Of this one holding. */
  readonly id: string
  /** The process to be asked to end. */
  readonly command: number
  readonly doing: string
  /** ISO 8601. */
  readonly since: string
}

export interface Holder {
  /** Of the process to be asked to end. */
  readonly pid: number
  readonly host: string
  /** Its process can be seen from here. */
  readonly here: boolean
  readonly doing: string
  readonly since: Date
}

/** Who holds it, as far as the file says; `silentFor`: seconds since its last heartbeat, by the clock of the disk. */
export class LockedError extends Error {
  override readonly name = 'LockedError'
  constructor(
    readonly file: string,
    readonly holder: Holder | undefined,
    readonly silentFor: number,
  ) {
    super(`${file} is held`)
  }
}

export interface Lock {
  /** Fires when another process took it over: this one was silent for too long, on a machine that slept, say. */
  readonly lost: AbortSignal
  release(): void
}

export interface LockOptions {
  /** In a word or two, for whoever finds it held. */
  readonly doing: string
  /** How long to wait for a holder that is about to end. */
  readonly waitMs: number
  /** Whether a thread keeps it alive; not for what is done in a moment. */
  readonly beats?: boolean
}

/** Takes a lock. Throws a `LockedError` where it is held; a `UserError` where the file can't be written. */
export function takeLock(file: string, { doing, waitMs, beats = true }: LockOptions): Lock {
  const content: Content = {
    ...thisProcess(),
    id: Buffer.from(randomKey(12)).toString('hex'),
    command: Number(process.env.KOPT_COMMAND_PID) || process.pid,
    doing,
    since: new Date().toISOString(),
  }
  const end = performance.now() + waitMs
  for (;;) {
    const locked = attempt(file, content, 0)
    if (locked === undefined) return holding(file, content.id, beats)
    if (performance.now() >= end) throw locked
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
  }
}

/** Does something short while no other process does. */
export function withLock<T>(file: string, options: Omit<LockOptions, 'beats'>, work: () => T): T {
  const lock = takeLock(file, { ...options, beats: false })
  try {
    return work()
  } finally {
    lock.release()
  }
}

/**
 * Writes a file (`FILE.lock` says so) while no other process does. Throws a `UserError` where another holds it for longer than
 * any writing takes.
 */
export function writeAlone(file: string, doing: string, write: () => void): void {
  try {
    withLock(`${file}.lock`, { doing, waitMs: 5000 }, write)
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
    throw new UserError(`${file} is being written by another kopt and stays so; remove ${error.file}`, { cause: error })
  }
}

function holding(file: string, id: string, beats: boolean): Lock {
  const lost = new AbortController()
  const thread = beats
    ? startThread(builtModule('base/heartbeat-thread'), { file, id, everyMs: beatEveryMs })
    : undefined
  thread?.on('message', () => lost.abort())
  const release = () => {
    process.off('exit', release)
    void thread?.terminate()
    if (readContent(file)?.content?.id === id) rmSync(file, { force: true })
  }
  process.on('exit', release)
  return { lost: lost.signal, release }
}

/**
 * Who holds a lock now; undefined where nobody does, or its holder is known to be gone. Writes nothing. `silentFor` goes by
 * this machine's clock: of a network disk whose clock differs it is off by as much.
 */
export function lockHolder(file: string): { holder: Holder | undefined; silentFor: number } | undefined {
  const found = readContent(file)
  if (found === undefined) return undefined
  const silentMsNow = Math.max(0, Date.now() - found.modifiedMs)
  if (isGone(found, silentMsNow)) return undefined
  return { holder: found.content && holderOf(found.content), silentFor: silentMsNow / 1000 }
}

/**
 * Asks whoever holds a lock to end, as Ctrl-C does. `gone`: nobody holds it any more; `elsewhere`: its holder is on another
 * machine, where alone it can be asked.
 */
export function askHolderToEnd(file: string): 'asked' | 'gone' | 'elsewhere' {
  const found = readContent(file)
  if (found?.content === undefined || isGone(found, Math.max(0, Date.now() - found.modifiedMs))) return 'gone'
  if (!isHere(found.content)) return 'elsewhere'
  try {
    process.kill(found.content.command, 'SIGINT')
    return 'asked'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
    throw new UserError(`${holderOf(found.content).doing} was started by another user of this computer; stop it there`)
  }
}

/** Its process has ended, or can't be asked and was silent for too long. */
function isGone({ content }: FoundLock, silentForMs: number): boolean {
  const fate = content === undefined ? 'unknown' : fateOf(content)
  return fate === 'gone' || (fate === 'unknown' && silentForMs > silentMs)
}

/** Says that a holder is alive; false where the lock is another's by now. */
export function beat(file: string, id: string): boolean {
  try {
    const handle = openSync(file, 'r+')
    try {
      const size = Math.min(fstatSync(handle).size, mostBytes)
      const bytes = Buffer.alloc(size)
      readSync(handle, bytes, 0, size, 0)
      if (parse(bytes.toString())?.id !== id) return false
      // The same last byte again: the disk notes the time by its own clock.
      writeSync(handle, bytes, size - 1, 1, size - 1)
      return true
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    // A disk that is away for a moment, or full, has not given the lock to anyone.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/** Undefined where the lock is taken now. `depth`: of locks of locks. */
function attempt(file: string, content: Content, depth: number): LockedError | undefined {
  const now = create(file, content)
  if (now === undefined) return undefined
  const other = readContent(file)
  // It was given back this moment.
  if (other === undefined) return attempt(file, content, depth)
  const silentFor = Math.max(0, now - other.modifiedMs)
  if (!isGone(other, silentFor) || depth > 2)
    return new LockedError(file, other.content && holderOf(other.content), silentFor / 1000)
  removeStale(file, other, content, depth)
  return attempt(file, content, depth)
}

/**
 * Whoever finds a lock whose holder is gone removes it, but two may find it at the same time, and the slower one must not
 * remove what the faster one has put in its place: only the holder of a second lock may remove the first.
 */
function removeStale(file: string, stale: FoundLock, content: Content, depth: number): void {
  const second = `${file}.removal`
  if (attempt(second, content, depth + 1) !== undefined) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
    return
  }
  try {
    const found = readContent(file)
    if (found?.content?.id === stale.content?.id && found?.modifiedMs === stale.modifiedMs)
      rmSync(file, { force: true })
  } finally {
    rmSync(second, { force: true })
  }
}

/** Makes the file whole, unless there is one; then answers the time on the clock of the disk. */
function create(file: string, content: Content): number | undefined {
  const text = `${JSON.stringify(content)}\n`
  const temporary = `${file}.${process.pid}-${content.id.slice(0, 8)}.tmp`
  try {
    writeWhole(temporary, text, 'w')
    const draft = () => statSync(temporary, { throwIfNoEntry: false })
    const now = draft()?.mtimeMs
    // Who holds the place clears away what others began to write there, as if they had been killed.
    if (now === undefined) return create(file, content)
    try {
      linkSync(temporary, file)
      return undefined
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' && draft() === undefined) return create(file, content)
      // A network disk may have made the link and lost the answer.
      if (code === 'EEXIST') return (draft()?.nlink ?? 1) > 1 ? undefined : now
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
      // Some disks know no links.
      try {
        writeWhole(file, text, 'wx')
        return undefined
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return now
        throw error
      }
    }
  } catch (error) {
    throw writeError(file, error)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function writeWhole(file: string, text: string, flags: 'w' | 'wx'): void {
  const handle = openSync(file, flags, 0o644)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

interface FoundLock {
  /** Undefined where it is damaged, or being written. */
  readonly content: Content | undefined
  readonly modifiedMs: number
}

function readContent(file: string): FoundLock | undefined {
  let handle: number | undefined
  try {
    if (!lstatSync(file).isFile()) throw new UserError(`${file} is in the way; remove it`)
    // Opened, a network disk shows the file as it is now.
    handle = openSync(file, 'r')
    return { modifiedMs: fstatSync(handle).mtimeMs, content: parse(readStart(handle)) }
  } catch (error) {
    if (error instanceof UserError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESTALE') return undefined
    throw new UserError(`${file} can't be read: ${(error as Error).message}`, { cause: error })
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** More than any lock holds; of a larger file nothing is believed. */
const mostBytes = 4096

function readStart(handle: number): string {
  const bytes = Buffer.alloc(mostBytes)
  return bytes.toString('utf8', 0, readSync(handle, bytes, 0, mostBytes, 0))
}

function parse(text: string): Content | undefined {
  try {
    const content = JSON.parse(text) as Content
    return typeof content?.id === 'string' && Number.isInteger(content.pid) ? content : undefined
  } catch {
    return undefined
  }
}

function holderOf(content: Content): Holder {
  const { pid, command = pid, since } = content
  const plain = (text: string) => String(text).replace(/\P{L}+/gu, (other) => other.replace(/[^\w .-]/g, ''))
  return {
    pid: command,
    host: plain(content.host),
    doing: plain(content.doing),
    since: new Date(since),
    here: isHere(content),
  }
}
