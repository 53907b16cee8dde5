/** Doing what is offered in a queue, of whichever run, until one is stopped: `kopt work --queue`. */
import path from 'node:path'
import { Interrupted, UserError } from '../base/errors.js'
import { isDirectory } from '../base/files.js'
import { shownPath } from '../base/shown-path.js'
import type { EventSink } from '../record/events.js'
import { type Offer, takeOffers } from './redis-queue.js'
import { doOffered } from './take-part.js'

export interface ServingEffects {
  readonly onEvent: EventSink
  /** Told of what was done, and of what can't be. */
  readonly onNote: (text: string) => void
  readonly signal: AbortSignal
}

/** Resolves on the signal, with the units that were done. Throws a `UserError` where there is no such queue. */
export async function serveQueue(
  address: string,
  { onEvent, onNote, signal }: ServingEffects,
): Promise<{ readonly units: number }> {
  let units = 0
  const said = new Set<string>()
  const take = async (offer: Offer) => {
    if (signal.aborted) return
    try {
      requireFolder(offer)
      if (!(await doOffered(offer.run, offer.unit, { onEvent, signal }))) return
      units++
      onNote(`${offer.unit} of ${shownPath(offer.run)} is done`)
    } catch (error) {
      if (error instanceof Interrupted) return
      const { message } = error as Error
      // Of a folder that is not seen here every unit is offered.
      if (!said.has(message)) onNote(message)
      said.add(message)
    }
  }
  const taken = await takeOffers(address, take, onNote)
  onNote(`waits for work at ${taken.shown}; Ctrl-C ends it`)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await taken.close()
  return { units }
}

function requireFolder({ run }: Offer): void {
  if (path.isAbsolute(run) && isDirectory(run)) return
  throw new UserError(
    `work of ${run} is offered, a folder that this computer does not see: mount the shared disk under the same path as on the computer that leads the run`,
  )
}
