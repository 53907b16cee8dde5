/** A queue on Redis, as verbs ask for it: its address from the command line or the environment. */
import { UserError } from '../base/errors.js'
import { shownLine } from '../base/shown.js'
import type { ExecutorContext, TrialExecutor } from '../experiment/work/executor.js'
import type { Outside } from './command.js'

function addressOf(given: string | undefined): string {
  const address = given ?? process.env.KOPT_QUEUE
  if (address === undefined || address === '')
    throw new UserError(
      'the address of the queue is missing: --queue redis://HOST:6379, or KOPT_QUEUE in the environment',
    )
  return address
}

export interface Offering {
  readonly executor: (context: ExecutorContext) => TrialExecutor
  close(): void
}

/** What a run is handed to offer its units in a queue. Throws a `UserError` where there is no such queue. */
export async function offeringTo(given: string | undefined, { note }: Outside): Promise<Offering> {
  const address = addressOf(given)
  const { openQueue } = await import('../trials/redis-queue.js')
  const { offeringExecutor } = await import('../trials/offered.js')
  const queue = await openQueue(address, (text) => note(shownLine(text)))
  return { executor: offeringExecutor(queue), close: () => queue.close() }
}

/** Does what is offered until it is stopped; answers how many units were done. */
export async function serve(
  given: string | undefined,
  { show, note, interruption }: Outside,
): Promise<{ readonly units: number }> {
  const address = addressOf(given)
  const { serveQueue } = await import('../trials/serve-queue.js')
  return serveQueue(address, { onEvent: show, onNote: (text) => note(shownLine(text)), signal: interruption() })
}
