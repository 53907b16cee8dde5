/** Taking turns at posted units: one process does each, and whoever needs it waits for what that one leaves. */

import os from 'node:os'
import { setTimeout as passed } from 'node:timers/promises'
import { InternalError, Interrupted, UserError, WorkerLost } from '../../base/errors.js'
import type { PostedWork } from '../../record/posted-work.js'
import type { PostedUnit, UnitFailure } from '../../record/unit.js'

/** Between two looks at what others do. */
const lookEveryMs = 500
/** Between two attempts at a lease that seems to be held. */
const tryEveryMs = 10_000

/** Resolves after a moment, and at once on the signal. */
export async function aMoment(signal?: AbortSignal, ms = lookEveryMs): Promise<void> {
  await passed(ms, undefined, { signal }).catch(() => {})
}

/**
 * Does a unit while this process has its lease; undefined where another has it or takes it over. What the unit's failure is hangs
 * on who asks: `work`'s error is thrown on.
 */
export async function inTurn<Left>(
  posted: PostedWork,
  unit: PostedUnit,
  work: (signal: AbortSignal) => Promise<Left>,
  signal?: AbortSignal,
): Promise<Left | undefined> {
  const lease = posted.take(unit)
  if (!lease) return undefined
  try {
    return await work(signal ? AbortSignal.any([signal, lease.lost]) : lease.lost)
  } catch (error) {
    if (lease.lost.aborted && !signal?.aborted) return undefined
    throw error
  } finally {
    lease.release()
  }
}

/** What a unit has left, by whoever did it. */
export interface Outcome<Left> {
  /** What stands of it by now; undefined where it is not done. */
  left(): Promise<Left | undefined>
  /** Does it here. */
  work(signal: AbortSignal): Promise<Left>
  /** Where another process does it, for as long as `busy` has not fired; at least a moment. */
  meanwhile?(busy: AbortSignal): Promise<void>
}

/** Resolves when a unit is done, here or elsewhere. Throws the failure of whoever has tried it, `Interrupted` on the signal. */
export async function whenDone<Left>(
  posted: PostedWork,
  unit: PostedUnit,
  { left, work, meanwhile = aMoment }: Outcome<Left>,
  signal?: AbortSignal,
): Promise<Left> {
  let tried = Number.NEGATIVE_INFINITY
  const turn = () => {
    // Whether a holder on another machine is gone only the attempt tells, which goes by the clock of the disk.
    if (!posted.isFree(unit) && performance.now() - tried < tryEveryMs) return undefined
    tried = performance.now()
    return inTurn(posted, unit, async (stop) => (await left()) ?? work(stop), signal)
  }
  for (;;) {
    if (signal?.aborted) throw new Interrupted()
    const found = (await left()) ?? (await turn())
    if (found !== undefined) return found
    const failure = posted.failure(unit)
    if (failure) throw errorOf(failure)
    await meanwhile(signal ?? new AbortController().signal)
  }
}

export function failureOf(error: unknown): Omit<UnitFailure, 'host'> {
  const text = error instanceof Error ? error.message : String(error)
  const how = error instanceof UserError ? 'refused' : error instanceof WorkerLost ? 'lost' : 'failed'
  return { how, text }
}

export function errorOf({ how, text, host }: UnitFailure): Error {
  const said = host === os.hostname() ? text : `${text} (on ${host})`
  if (how === 'refused') return UserError.again(said)
  const bare = said.replace(/^internal: /, '')
  return how === 'lost' ? new WorkerLost(bare) : new InternalError(bare)
}
