/** Trials in child processes of this machine, a share each; the parent stays responsive and can stop them. */
import { runInChild } from '../base/child-process.js'
import type { TrialExecutor, TrialOutcome, TrialSpec } from '../experiment/trial-executor.js'

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
      const tell = (outcome: TrialOutcome) => {
        if (!failure.signal.aborted) return onOutcome(outcome)
      }
      const play = async (hand: TrialSpec[]) => {
        try {
          await runInChild<TrialSpec[], TrialOutcome, null>(entry, hand, tell, stop)
        } catch (error) {
          failure.abort(error)
        }
      }
      await Promise.all(hands.filter((hand) => hand.length > 0).map(play))
      // The first failure is the cause; the others only heard the stop.
      failure.signal.throwIfAborted()
    },
  }
}
