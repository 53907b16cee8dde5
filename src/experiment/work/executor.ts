/**
 * The contract of an executor: do these units, tell me as they finish. It may do them in any order, anywhere and side by side;
 * each outcome depends on its unit alone. test/conformance/trial-executor.ts holds every executor to it.
 *
 * Two kinds of failure are told apart. `WorkerLost`: whoever did the unit is gone (killed, out of memory, connection cut), and
 * doing it again may go well; an executor does that by itself, a bounded number of times. Every other error would come again:
 * a `UserError` for what the user can mend, anything else for a fault of the program.
 */
import type { Unit, UnitOutcome } from './unit.js'

export interface UnitEffects {
  /** Told of each unit's outcome once. Where it throws, or a promise that it returns rejects, `run` ends with that error. */
  readonly onOutcome: (outcome: UnitOutcome) => void | Promise<void>
  /** Ends the work. */
  readonly signal?: AbortSignal
}

export interface TrialExecutor {
  /**
   * Resolves when every unit's outcome was told. The first failure for good (of a unit, or of `onOutcome`) stops all other
   * units and is what it rejects with; outcomes told before stay. On the signal it rejects with `Interrupted`. When it has
   * settled, nothing of it runs any more and nothing more is told.
   */
  run(units: readonly Unit[], effects: UnitEffects): Promise<void>
  /** Lets go of what the executor holds, such as workers and connections. Called once, when no `run` is in progress. */
  close(): Promise<void>
}

/** What an executor is made for. */
export interface ExecutorContext {
  /** Absolute path of the run's folder, which holds every content that its units name. */
  readonly runFolder: string
  /** Units side by side on this machine, as configured (`compute.processes`). */
  readonly processes: number
}
