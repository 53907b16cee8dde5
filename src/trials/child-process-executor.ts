/** Trials in child processes of this machine, a share each; the parent stays responsive and can stop them. */
import { guarded } from '../base/callback.js'
import { runInChild } from '../base/child-process.js'
import type { TrialExecutor, TrialOutcome, TrialSpec } from '../experiment/work/executor.js'

const entry = new URL('./child-process-entry.js', import.meta.url)

/** `processes`: children at most. A call with few trials starts fewer. */
export function childProcessExecutor({ processes }: { processes: number }): TrialExecutor {
  return {
    async run(specs, onOutcome, signal) {
      const share = Math.max(1, Math.min(processes, specs.length))
      // Dealt like cards: trials grow with K, so that neighbours go to different children.
      const hands = Array.from({ length: share }, (_, i) => specs.filter((_spec, at) => at % share === i))
      const failure = new AbortController()
      const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal
      // One guard for all children: after an error of who is told, no other child's outcome is told either.
      const listener = guarded(onOutcome)
      listener.failed.addEventListener('abort', () => failure.abort(listener.failed.reason))
      const tell = (outcome: TrialOutcome) => {
        if (!failure.signal.aborted) listener.tell(outcome)
      }
      const play = async (hand: TrialSpec[]) => {
        try {
          await runInChild<TrialSpec[], TrialOutcome, null>(entry, hand, tell, stop)
        } catch (error) {
          failure.abort(error)
        }
      }
      await Promise.all(hands.filter((hand) => hand.length > 0).map(play))
      await listener.settled()
      // The first failure is the cause; the others only heard the stop.
      failure.signal.throwIfAborted()
    },
  }
}
