/**
 * Run folders on disk: made so that no two runs get the same one, written by one process at a time, and cleaned of nothing
 * that this process has not made.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import {
  exists,
  isDirectory,
  isHalfWritten,
  isLink,
  isOwnDirectory,
  listDirectory,
  makeNewDirectory,
  removeDirectory,
  removeEmptyDirectory,
  removeFile,
  rename,
  watchMade,
} from '../base/files.js'
import { clockTime } from '../base/format.js'
import { type Lock, LockedError, silentMs, takeLock } from '../base/lock-file.js'
import { shownPath } from '../base/shown-path.js'
import { hasBegun, holdsNothingYet, isLockFile, nextRunName, openRunDirectory, RunDirectory } from './run-directory.js'

/** A run folder that no other process writes into until it is released. */
export interface HeldRun {
  readonly directory: RunDirectory
  /** Fires with a `UserError` when another process took the folder over. */
  readonly lost: AbortSignal
  release(): void
}

/** One that this process has begun. */
export interface NewRun extends HeldRun {
  /** Removes the files that were made in it so far, and the folders that are then empty; whatever else lies there stays. */
  discard(): void
}

/** How long a holder that is about to end is waited for. */
const waitMs = 1500

/**
 * Makes the folder of a new run, or takes an empty one or one whose run was killed before it had begun; without `out` the next
 * numbered one for the dataset. Throws a `UserError` where the folder holds anything else, or another process is at work in it.
 */
export function createRun(out: string | undefined, dataset: string): NewRun {
  const files = new Set<string>()
  const stop = watchMade((file) => files.add(file))
  try {
    const [root, fresh] = newFolder(out, dataset)
    const directory = new RunDirectory(root)
    // Where a lock stands the folder may be somebody's: that is said first.
    if (!fresh && !exists(directory.lock)) refuseUsed(directory, root)
    const held = hold(directory, 'run')
    const release = () => {
      stop()
      held.release()
    }
    const discard = () => {
      release()
      removeMade(directory, files)
    }
    try {
      // Another process may have begun and ended in it a moment ago.
      if (!fresh) {
        refuseUsed(directory, root)
        removeHalfWritten(root, directory)
      }
    } catch (error) {
      release()
      throw error
    }
    return { ...held, release, discard }
  } catch (error) {
    stop()
    throw error
  }
}

/** A folder, and whether it was made here and now: of several processes one makes it. */
function newFolder(out: string | undefined, dataset: string): [root: string, fresh: boolean] {
  if (out !== undefined) return [out, makeNewDirectory(out)]
  for (;;) {
    const root = nextRunName(dataset)
    if (makeNewDirectory(root)) return [root, true]
  }
}

function refuseUsed(directory: RunDirectory, root: string): void {
  if (!isDirectory(root)) throw new UserError(`--out ${root} is a file; name a folder for the run`)
  if (hasBegun(directory)) {
    throw new UserError(`--out ${root} already holds a run; add --resume to go on with it, or name another folder`)
  }
  if (!holdsNothingYet(directory)) throw new UserError(`--out ${root} is not empty; name a new folder for the run`)
}

/** The folder itself and those above it, too, where they were made for the run and hold nothing else. */
function removeMade({ root }: RunDirectory, files: ReadonlySet<string>): void {
  const isOf = (file: string) => file === root || `${file}${path.sep}`.startsWith(`${root}${path.sep}`)
  const isAbove = (file: string) => root.startsWith(`${file}${path.sep}`)
  // What was made last lies deepest.
  for (const file of [...files].filter((file) => isOf(file) || isAbove(file)).reverse()) {
    if (isOwnDirectory(file)) removeEmptyDirectory(file)
    else removeFile(file)
  }
}

/**
 * Opens a run to write into it, and clears what a kill left of files that were being written. `doing`: the verb.
 * Throws a `UserError` where there is no run, or another process is at work in it.
 */
export function openRun(root: string, doing: string): HeldRun {
  const directory = openRunDirectory(root)
  refuseLinks(directory)
  const held = hold(directory, doing)
  removeHalfWritten(directory.root, directory)
  return held
}

function hold(directory: RunDirectory, doing: string): HeldRun {
  const { root, lock } = directory
  const { lost, release } = holdFolder(root, { lock, doing, remedy: `go on with: kopt resume ${shownPath(root)}` })
  return {
    directory,
    lost,
    release() {
      // Of processes that were killed while they asked for it.
      if (isDirectory(root))
        for (const { name } of listDirectory(root)) if (isBesideLock(directory, name)) removeFile(path.join(root, name))
      release()
    },
  }
}

/**
 * Holds a folder that one process at a time may write into. `lock`: the file that says so; `remedy`: what to do once a
 * process that took it over has ended. Throws a `UserError` where another process is at work in it.
 */
export function holdFolder(
  folder: string,
  { lock: file, doing, remedy }: { lock: string; doing: string; remedy: string },
): Pick<HeldRun, 'lost' | 'release'> {
  const shown = shownPath(folder)
  let lock: Lock
  try {
    lock = takeLock(file, { doing: `kopt ${doing}`, waitMs })
  } catch (error) {
    throw error instanceof LockedError ? new UserError(inWords(shown, error), { cause: error }) : error
  }
  const lost = new AbortController()
  lock.lost.addEventListener('abort', () =>
    lost.abort(
      new UserError(
        `${shown} was taken over by another kopt while this one gave no sign of life (did the computer sleep?); let that one end, then ${remedy}`,
      ),
    ),
  )
  return { lost: lost.signal, release: lock.release }
}

function inWords(run: string, { file, holder, silentFor }: LockedError): string {
  const held = `another kopt is at work in ${run}`
  const free = `if it is no longer running, remove ${shownPath(file)}`
  if (!holder) return `${held}; wait until it has ended; ${free}`
  const { pid, host, here, doing, since } = holder
  const began = Number.isNaN(since.getTime()) ? '' : `, since ${clockTime(since)}`
  const sign = `its last sign of life was ${Math.round(silentFor)} s ago`
  return here
    ? `${held}: ${doing}, process ${pid}${began}; wait until it has ended, or stop it (Ctrl-C where it runs, or kill ${pid})`
    : `${held}: ${doing} on ${host}, process ${pid}${began}, ${sign}; wait until it has ended, or stop it there; after ${silentMs / 60_000} minutes without a sign of life the folder is free; ${free}`
}

/**
 * Clears what processes that were killed in its last moments have left of themselves in a run that has its result: their lock, what
 * was to become one, why they stopped. Writes nothing where nothing is left, or another process is at work there.
 */
export function clearLeftOf(run: RunDirectory): void {
  const left = listDirectory(run.root).some(({ name }) => isLockFile(run.lock, name)) || exists(run.stopped)
  if (!left) return
  try {
    const { release } = openRun(run.root, 'work')
    removeFile(run.stopped)
    release()
  } catch (error) {
    // Nothing hangs on it.
    if (!(error instanceof UserError)) throw error
  }
}

/** Removes a run's folder with all that is in it. Throws a `UserError` where it is no run's, or a process is at work in it. */
export function removeRun(root: string): void {
  if (isLink(root)) throw new UserError(`${shownPath(root)} is a link to another place; remove the link yourself`)
  const { directory, release } = openRun(root, 'remove')
  // Under a name that no list takes for a run: what a kill leaves of it is no half of a run.
  const aside = path.join(path.dirname(directory.root), `.removed-${path.basename(directory.root)}`)
  try {
    removeDirectory(aside)
    rename(directory.root, aside)
  } finally {
    release()
  }
  removeDirectory(aside)
}

/** Through a link a run would write over what is not its own. Links beside what it writes are the user's and stay. */
function refuseLinks({ root, topNames }: RunDirectory): void {
  const visit = (folder: string, name: string): void => {
    const file = path.join(folder, name)
    if (isLink(file)) {
      throw new UserError(
        `${shownPath(file)} is a link to another place, and what lies there would be written over; put the ${isDirectory(file) ? 'folder' : 'file'} itself in the link's place`,
      )
    }
    if (isOwnDirectory(file)) for (const entry of listDirectory(file)) visit(file, entry.name)
  }
  for (const name of topNames) visit(root, name)
}

/** What a process writes that asks for the lock, and writes again where that is gone. */
function isBesideLock({ lock }: RunDirectory, name: string): boolean {
  return name.startsWith(`${path.basename(lock)}.`)
}

/**
 * Whole files have other names. Links are left alone, and never followed. A generator's folder and the posted work are left, too:
 * other processes may be at work there, and each training clears its own.
 */
function removeHalfWritten(folder: string, directory: RunDirectory): void {
  for (const { name } of listDirectory(folder)) {
    const file = path.join(folder, name)
    if (file === directory.work || name === path.basename(directory.gan)) continue
    if (isOwnDirectory(file)) removeHalfWritten(file, directory)
    else if (isHalfWritten(name) || (folder === directory.root && isBesideLock(directory, name))) removeFile(file)
  }
}
