/**
 * Units of a run's work that any process may do that sees its folder: posted in `work/`, a file each, and named on a board by
 * whoever holds the run. Who does one holds its lease; what was done is told by files alone. On a network disk a file that is
 * opened is as its writer left it, while a folder's list may lag for half a minute: nothing here is listed.
 */
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { Interrupted, UserError } from '../base/errors.js'
import { exists, isDirectory, readJson, removeDirectory, removeFile, writeJson } from '../base/files.js'
import { hashPlain } from '../base/hash.js'
import { type Holder, type Lock, LockedError, lockHolder, takeLock } from '../base/lock-file.js'
import type { RunDirectory } from './run-directory.js'
import type { PostedUnit, UnitFailure, UnitProgress, UnitState } from './unit.js'

const id = z.string().regex(/^(training|trials)-[0-9a-f]{16}$/)
const count = z.int().min(1)
const postedUnit: z.ZodType<PostedUnit> = z.discriminatedUnion('kind', [
  z.object({ id, kind: z.literal('training'), place: z.string(), threads: count, gpus: z.int().min(0) }),
  z.object({ id, kind: z.literal('trials'), trials: count }),
])

const unitFailure: z.ZodType<UnitFailure> = z.object({
  how: z.enum(['refused', 'failed', 'lost']),
  text: z.string(),
  host: z.string(),
})

const unitProgress: z.ZodType<UnitProgress> = z.object({
  done: z.number(),
  total: z.number(),
  rate: z.number(),
  secondsLeft: z.number(),
})

const cancellation = z.object({ host: z.string(), at: z.string() })

/** A unit's name: of its kind and of everything that determines it. */
export function unitId(kind: PostedUnit['kind'], content: unknown): string {
  return `${kind}-${hashPlain(content).slice(0, 16)}`
}

export class PostedWork {
  readonly #folder: string

  constructor({ work }: Pick<RunDirectory, 'work'>) {
    this.#folder = work
  }

  /** Puts units on the board, behind those that stand there. What failed before is tried again. For the holder of the run. */
  post(units: readonly { readonly unit: PostedUnit; readonly content: unknown }[]): void {
    if (units.length === 0) return
    for (const { unit, content } of units) {
      removeFile(this.#file(unit.id, 'failed.json'))
      if (!exists(this.#file(unit.id, 'json'))) writeJson(this.#file(unit.id, 'json'), content)
    }
    const board = this.board()
    const standing = new Set(board.map((unit) => unit.id))
    const added = units.map(({ unit }) => unit).filter((unit) => !standing.has(unit.id))
    if (added.length > 0) this.#writeBoard([...board, ...added])
  }

  /** The same, and whatever else stands on the board from before goes. For whoever begins to hold the run. */
  postOnly(units: readonly { readonly unit: PostedUnit; readonly content: unknown }[]): void {
    const standing = new Set(units.map(({ unit }) => unit.id))
    this.withdraw(this.board().filter((unit) => !standing.has(unit.id)))
    this.post(units)
  }

  /** Takes units off the board, with all that stands of them here. For the holder of the run. */
  withdraw(units: readonly PostedUnit[]): void {
    const gone = new Set(units.map((unit) => unit.id))
    const board = this.board()
    const left = board.filter((unit) => !gone.has(unit.id))
    if (left.length < board.length) this.#writeBoard(left)
    for (const unit of units)
      for (const ending of ['json', 'done.json', 'failed.json', 'progress.json'])
        removeFile(this.#file(unit.id, ending))
  }

  /** The units of the run, those that were done among them, in the order in which they are needed. */
  board(): PostedUnit[] {
    return readAs(this.#board, z.array(postedUnit)) ?? []
  }

  #writeBoard(units: readonly PostedUnit[]): void {
    writeJson(this.#board, units)
  }

  get #board(): string {
    return path.join(this.#folder, 'board.json')
  }

  /** What a unit's file says, if it is that of its name; undefined where it is missing or damaged. */
  content({ id, kind }: PostedUnit): unknown {
    const content = readAs(this.#file(id, 'json'), z.unknown())
    return content !== undefined && unitId(kind, content) === id ? content : undefined
  }

  /** The lease of a unit; undefined where another process has it, or the unit is no longer posted. */
  take({ id }: PostedUnit): Lock | undefined {
    if (!isDirectory(this.#folder)) return undefined
    let lock: Lock
    try {
      lock = takeLock(this.#file(id, 'lock'), { doing: 'kopt work', waitMs: 0 })
    } catch (error) {
      // The run has ended between the look and the leap.
      if (error instanceof LockedError || !isDirectory(this.#folder)) return undefined
      throw error
    }
    if (this.board().some((unit) => unit.id === id)) return lock
    lock.release()
    return undefined
  }

  /** Whether another process, as far as can be told from here, has the lease. */
  holder({ id }: PostedUnit): Holder | null | undefined {
    const held = lockHolder(this.#file(id, 'lock'))
    return held && (held.holder ?? null)
  }

  /** Whether it waits for somebody to do it, as far as can be told from here. */
  isFree(unit: PostedUnit): boolean {
    return this.done(unit) === undefined && this.failure(unit) === undefined && this.holder(unit) === undefined
  }

  /** What was left of a unit that was done; undefined where it was not. */
  done({ id }: PostedUnit): unknown {
    return readAs(this.#file(id, 'done.json'), z.unknown())
  }

  /** For the holder of the lease, when all else that the unit leaves stands. */
  writeDone({ id }: PostedUnit, left: unknown): void {
    removeFile(this.#file(id, 'progress.json'))
    writeJson(this.#file(id, 'done.json'), left)
  }

  /** What was left is not as it was. */
  undo({ id }: PostedUnit): void {
    removeFile(this.#file(id, 'done.json'))
  }

  failure({ id }: PostedUnit): UnitFailure | undefined {
    return readAs(this.#file(id, 'failed.json'), unitFailure)
  }

  writeFailure({ id }: PostedUnit, failure: Omit<UnitFailure, 'host'>): void {
    removeFile(this.#file(id, 'progress.json'))
    writeJson(this.#file(id, 'failed.json'), { ...failure, host: os.hostname() } satisfies UnitFailure)
  }

  progress({ id }: PostedUnit): UnitProgress | undefined {
    return readAs(this.#file(id, 'progress.json'), unitProgress)
  }

  writeProgress({ id }: PostedUnit, progress: UnitProgress): void {
    writeJson(this.#file(id, 'progress.json'), progress)
  }

  /** A file beside a unit's own, such as weights that it leaves. */
  fileBeside({ id }: PostedUnit, name: string): string {
    return this.#file(id, name)
  }

  states(): UnitState[] {
    return this.board().map((unit) => {
      const failure = this.failure(unit) ?? null
      const nothing = { unit, holder: null, progress: null, failure }
      if (this.done(unit) !== undefined) return { ...nothing, state: 'done' }
      if (failure) return { ...nothing, state: 'failed' }
      const holder = this.holder(unit)
      if (holder === undefined) return { ...nothing, state: 'waiting' }
      return { ...nothing, state: 'at-work', holder, progress: this.progress(unit) ?? null }
    })
  }

  /** Asks everybody who is at work on the run to stop. */
  cancel(): void {
    writeJson(this.#cancellation, { host: os.hostname(), at: new Date().toISOString() })
  }

  /** Whether somebody has asked for that, since the run was last begun or gone on with. */
  get cancelled(): boolean {
    return readAs(this.#cancellation, cancellation) !== undefined
  }

  allow(): void {
    removeFile(this.#cancellation)
  }

  get #cancellation(): string {
    return path.join(this.#folder, 'cancel.json')
  }

  /** When the run has its result. */
  clear(): void {
    removeDirectory(this.#folder)
  }

  #file(id: string, ending: string): string {
    return path.join(this.#folder, `${id}.${ending}`)
  }
}

/** Between two looks for a cancellation. */
const lookEveryMs = 1000

/** Fires when a run is cancelled, on whichever machine, at once where it was; `end` stops looking. */
export function watchCancellation(run: RunDirectory): { readonly signal: AbortSignal; end(): void } {
  const posted = new PostedWork(run)
  const stop = new AbortController()
  const look = () => {
    if (!posted.cancelled) return
    clearInterval(timer)
    stop.abort(new Interrupted('cancelled'))
  }
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  look()
  return { signal: stop.signal, end: () => clearInterval(timer) }
}

/** What a file holds; undefined where it is missing, damaged, or not of this form. */
function readAs<T>(file: string, form: z.ZodType<T>): T | undefined {
  try {
    return exists(file) ? form.safeParse(readJson(file)).data : undefined
  } catch (error) {
    // It may have gone since.
    if (error instanceof UserError) return undefined
    throw error
  }
}
