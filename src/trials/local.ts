/** Units in child processes of this machine, a share each; the parent stays responsive and can stop them. */
import { builtModule } from '../base/built.js'
import { guarded } from '../base/callback.js'
import { runInChild } from '../base/child-process.js'
import { WorkerLost } from '../base/errors.js'
import type { ExecutorContext, TrialExecutor } from '../experiment/work/executor.js'
import type { Unit, UnitOutcome } from '../experiment/work/unit.js'
import type { WorkJob } from './work-process.js'

const entry = builtModule('trials/work-process')

/** How often a unit is begun whose process is lost each time. */
const attempts = 3

/**
 * At most `processes` children at a time; a call with few units starts fewer. Where one is lost (killed, out of memory) another
 * takes over what it had left; a unit that has lost three ends all with `WorkerLost`.
 */
export function localExecutor({ runFolder, processes }: ExecutorContext): TrialExecutor {
  return {
    async run(units, { onOutcome, signal }) {
      const failure = new AbortController()
      const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal
      // One guard for all children: after an error of who is told, no other child's outcome is told either.
      const listener = guarded(onOutcome)
      listener.failed.addEventListener('abort', () => failure.abort(listener.failed.reason))
      const tell = (outcome: UnitOutcome) => {
        if (!failure.signal.aborted) listener.tell(outcome)
      }
      const work = (share: readonly Unit[]) =>
        runShare(runFolder, share, tell, stop).catch((error) => failure.abort(error))
      await Promise.all(sharesOf(units, processes).map(work))
      await listener.settled()
      // The first failure is the cause; the others only heard the stop.
      failure.signal.throwIfAborted()
    },
    async close() {},
  }
}

/** One share a process. Trials grow with K: neighbours go to different processes, so that all have about as much to do. */
function sharesOf(units: readonly Unit[], processes: number): Unit[][] {
  const count = Math.min(Math.max(1, processes), units.length)
  return Array.from({ length: count }, (_, share) => units.filter((_unit, at) => at % count === share))
}

/** Does units in one child after another, as long as the one before was lost; bounded by `attempts` for each unit. */
async function runShare(
  runFolder: string,
  share: readonly Unit[],
  tell: (outcome: UnitOutcome) => void,
  stop: AbortSignal,
): Promise<void> {
  let left = share
  let lost = 0
  for (;;) {
    const begun = left.length
    const told = (outcome: UnitOutcome) => {
      left = left.filter(({ id }) => id !== outcome.id)
      tell(outcome)
    }
    try {
      await runInChild<WorkJob, UnitOutcome, null>(entry, { runFolder, units: left }, told, stop)
      return
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error
      if (left.length === 0) return
      // A child that has done something was lost at another unit than the one before it.
      lost = left.length < begun ? 1 : lost + 1
      if (lost === attempts) throw error
    }
  }
}
