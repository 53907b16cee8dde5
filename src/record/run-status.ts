/** What is known of a run from its folder: whether somebody is at work in it, how far, and why it stopped. */
import type { RunEvent } from './events.js'
import type { Result } from './result.js'
import type { UnitState } from './unit.js'

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

/** The process that is at work in a run's folder. */
export interface AtWork {
  readonly pid: number
  readonly host: string
  /** It can be seen from this computer. */
  readonly here: boolean
  /** The verb: `kopt run`. */
  readonly doing: string
  readonly since: Date
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
  readonly holder: AtWork | null
  /** Seconds since the last sign of life of who is at work; null where nobody is. */
  readonly silentFor: number | null
  /** Units of its work that any process may do, in the order in which they are needed; none before the first is posted and at the end. */
  readonly units: readonly UnitState[]
  /** Whether somebody has asked all who are at work on it to stop (`kopt cancel`), since it was last gone on with. */
  readonly cancelled: boolean
  /** How far the stage at work, or the one that was stopped, is; null where it has not told yet. */
  readonly progress: RecordedProgress | null
  /** Null where the run was not stopped, or was killed. */
  readonly cause: StopCause | null
  readonly verdict: Result['verdict'] | null
  readonly problem: string | null
}
