/**
 * The runs that can be seen from here, looked at again and again: a run begun on the command line, or on another machine that
 * shares the folder, shows up by itself. A network disk tells of no changes, so folders are looked at every second.
 */
import path from 'node:path'
import { UserError } from '../../../base/errors.js'
import { type FolderEntry, fileStamp, isDirectory, listDirectory } from '../../../base/files.js'
import { runStatus } from '../../../record/read-status.js'
import { hasBegun, RunDirectory } from '../../../record/run-directory.js'
import type { ListedRun, RunSummary } from '../../wire/run.js'
import type { Notices } from '../notices.js'
import { idOf, NotHere } from '../workplace.js'
import { runSummary } from './summary.js'

interface Seen {
  readonly root: string
  readonly stamp: string
  readonly summary: RunSummary
  /** Whether whoever is at work in it, if anybody, works on this computer. */
  readonly here: boolean
  /** Looks in a row, up to the last one, that have not found it. */
  readonly missed: number
}

const everyMs = 1000
/** A run at work is told anew after so many looks even where nothing has changed: its last sign of life has grown older. */
const looksOfSilence = 10
/** A run that so many looks have not found is gone; before that, its disk may be away for a moment. */
const patientLooks = 5

export class RunWatch {
  #seen: ReadonlyMap<string, Seen> = new Map()
  readonly #notices: Notices
  readonly #folders: readonly string[]
  readonly #timer: NodeJS.Timeout
  #looks = 0

  /** @param folders that hold runs; one that does not exist yet holds none */
  constructor(folders: readonly string[], notices: Notices) {
    this.#folders = folders
    this.#notices = notices
    this.look()
    this.#timer = setInterval(() => this.look(), everyMs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Every run, the one begun last first. */
  list(): ListedRun[] {
    const runs = [...this.#seen.values()].map(({ summary, missed }) => ({ ...summary, reachable: missed === 0 }))
    return runs.sort((a, b) => (b.begun ?? '').localeCompare(a.begun ?? '') || b.name.localeCompare(a.name))
  }

  /** The folder of a run. Throws `NotHere` where there is none of that id. */
  folderOf(id: string): string {
    const seen = this.#seen.get(id)
    if (!seen) throw new NotHere('there is no such run here (any more); the list of runs shows those that there are')
    return seen.root
  }

  /** Folders of the runs that are at work on this computer, as far as the last look has seen. */
  atWorkHere(): string[] {
    return [...this.#seen.values()]
      .filter(({ summary, here }) => summary.state === 'running' && here)
      .map(({ root }) => root)
  }

  /** A run whose folder was removed from here. */
  removed(id: string): void {
    this.#seen = new Map([...this.#seen].filter(([other]) => other !== id))
    this.#notices.tell('runs', `run:${id}`)
  }

  /** Looks now, and tells what has changed since the last look. */
  look(): void {
    this.#looks++
    const found = new Map<string, Seen>()
    for (const root of this.#folders.flatMap(runsIn)) {
      const id = idOf(root)
      const seen = this.#seenOf(root, id)
      if (seen !== undefined) found.set(id, seen)
    }
    for (const [id, before] of this.#seen) {
      const missed = before.missed + 1
      if (!found.has(id) && missed < patientLooks) found.set(id, { ...before, missed })
    }
    const ids = new Set([...this.#seen.keys(), ...found.keys()])
    const changed = [...ids].filter((id) => {
      const [before, now] = [this.#seen.get(id), found.get(id)]
      return before !== now && !(before?.missed && now?.missed)
    })
    this.#seen = found
    if (changed.length > 0) this.#notices.tell('runs', ...changed.map((id) => `run:${id}` as const))
  }

  /** The run as it is now, what is known of it where nothing has changed; undefined where it has just gone. */
  #seenOf(root: string, id: string): Seen | undefined {
    const before = this.#seen.get(id)
    try {
      const stamp = stampOf(new RunDirectory(root))
      const silent = before?.summary.state === 'running' && this.#looks % looksOfSilence === 0
      if (before?.stamp === stamp && !silent) return before.missed === 0 ? before : { ...before, missed: 0 }
      const status = runStatus(root)
      return { root, stamp, summary: runSummary(status), here: status.holder?.here ?? true, missed: 0 }
    } catch (error) {
      // Removed while it was looked at, or on a disk that is away for a moment.
      if (error instanceof UserError) return undefined
      throw error
    }
  }
}

/** None where the folder can't be listed, now or ever. */
function runsIn(folder: string): string[] {
  if (!isDirectory(folder)) return []
  let entries: readonly FolderEntry[]
  try {
    entries = listDirectory(folder)
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
  return entries
    .filter(({ directory }) => directory)
    .map(({ name }) => path.join(folder, name))
    .filter((root) => hasBegun(new RunDirectory(root)))
}

/** Changes with everything that a page shows of a run. */
function stampOf({ events, progress, result, lock, stopped, report }: RunDirectory): string {
  return [events, progress, result, stopped, report]
    .map(fileStamp)
    .concat(fileStamp(lock) === '' ? 'free' : 'held')
    .join('|')
}
