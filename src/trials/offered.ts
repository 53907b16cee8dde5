/** Work of a run that is offered to workers of a queue: all that is posted in its folder and waits for somebody. */
import type { ExecutorContext, TrialExecutor } from '../experiment/work/executor.js'
import { PostedWork } from '../record/posted-work.js'
import { RunDirectory } from '../record/run-directory.js'
import type { OfferingQueue } from './redis-queue.js'
import { type SharedOptions, sharedExecutor } from './shared.js'

const lookEveryMs = 1000
/** A worker that is lost, or stopped, loses what it took: what waits still is offered again. */
const againMs = 30_000

/** As `sharedExecutor`, and whatever the run posts is offered from now until it is closed; the queue stays open. */
export function offeringExecutor(
  queue: OfferingQueue,
  options?: SharedOptions,
): (context: ExecutorContext) => TrialExecutor {
  return (context) => {
    const executor = sharedExecutor(context, options)
    const offers = offerWaiting(context.runFolder, queue)
    return {
      async run(units, effects) {
        const done = executor.run(units, effects)
        offers.look()
        await done
      },
      async close() {
        offers.end()
        await executor.close()
      },
    }
  }
}

function offerWaiting(runFolder: string, queue: OfferingQueue) {
  const posted = new PostedWork(new RunDirectory(runFolder))
  const offered = new Map<string, number>()
  let looking = false
  let ended = false
  let found = queue.found
  const offerAll = async () => {
    const now = performance.now()
    if (queue.found > found) offered.clear()
    found = queue.found
    for (const unit of posted.board()) {
      if (ended) return
      if (now - (offered.get(unit.id) ?? Number.NEGATIVE_INFINITY) < againMs || !posted.isFree(unit)) continue
      offered.set(unit.id, now)
      await queue.offer({ run: runFolder, unit: unit.id })
    }
  }
  const look = () => {
    if (looking || ended) return
    looking = true
    // The run goes on without whoever is not told.
    void offerAll()
      .catch(() => {})
      .finally(() => {
        looking = false
      })
  }
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  return {
    look,
    end() {
      ended = true
      clearInterval(timer)
    },
  }
}
