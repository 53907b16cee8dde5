/**
 * What a run folder says of its run to any process that can read it, on this machine or another: whether somebody is at work in
 * it, how far, and why it stopped. Nothing is written, and no lock is taken.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, readJson, readJsonLines } from '../base/files.js'
import { type Holder, lockHolder } from '../base/lock-file.js'
import type { RunEvent } from './events.js'
import type { Result } from './result.js'
import { openRunDirectory, type RunDirectory } from './run-directory.js'
import { readResult } from './stored-result.js'

/** A line of events.jsonl. */
export type RecordedEvent = RunEvent & { /** ISO 8601. */ readonly at: string }

export type RecordedProgress = RecordedEvent & { readonly type: 'progress' }

/**
 * Why a run stopped before its end: `interrupted` by its user, `refused` for what its user can mend, `failed` by a fault of
 * kopt. A run that was killed says nothing.
 */
export interface StopCause {
  readonly how: 'interrupted' | 'refused' | 'failed'
  /** The sentence that its user was told; it may name films. */
  readonly text: string
  /** ISO 8601. */
  readonly at: string
}

export interface RunStatus {
  /** Absolute path of the run's folder. */
  readonly folder: string
  readonly name: string
  /**
   * `running`: another process holds the folder; `finished`: it has a result; `stopped`: neither, and `kopt resume` goes on;
   * `damaged`: it can't be read, and `problem` says why.
   */
  readonly state: 'running' | 'finished' | 'stopped' | 'damaged'
  /** ISO 8601; null where the run left no event yet. */
  readonly begun: string | null
  /** Who is at work; null where nobody is, or where what the lock says can't be read. */
  readonly holder: Holder | null
  /** Seconds since the last sign of life of who is at work; null where nobody is. */
  readonly silentFor: number | null
  /** How far the stage at work, or the one that was stopped, is; null where it has not told yet. */
  readonly progress: RecordedProgress | null
  /** Null where the run was not stopped, or was killed. */
  readonly cause: StopCause | null
  readonly verdict: Result['verdict'] | null
  readonly problem: string | null
}

/** The status of one run. Throws a `UserError` where the folder holds no run. */
export function runStatus(root: string): RunStatus {
  const directory = openRunDirectory(root)
  const held = lockHolder(directory.lock)
  const nothing = { holder: null, silentFor: null, progress: null, cause: null, verdict: null, problem: null }
  const status = { folder: directory.root, name: path.basename(directory.root), ...nothing }
  try {
    const begun = recordedEvents(directory)[0]?.at ?? null
    if (held) {
      const { holder = null, silentFor } = held
      return { ...status, state: 'running', begun, holder, silentFor, progress: recordedProgress(directory) ?? null }
    }
    if (exists(directory.result)) return { ...status, state: 'finished', begun, verdict: readResult(directory).verdict }
    const cause = exists(directory.stopped) ? readJson<StopCause>(directory.stopped) : null
    return { ...status, state: 'stopped', begun, cause, progress: recordedProgress(directory) ?? null }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...status, state: 'damaged', begun: null, problem: error.message }
  }
}

/** Every event that the run has recorded; progress is not among them. */
export function recordedEvents(directory: RunDirectory): RecordedEvent[] {
  return readJsonLines<RecordedEvent>(directory.events)
}

/** The latest progress that the run has told; undefined before the first, and after the end. */
export function recordedProgress(directory: RunDirectory): RecordedProgress | undefined {
  return exists(directory.progress) ? readJson<RecordedProgress>(directory.progress) : undefined
}
