/**
 * Taking part in a run that others are at, too: any number of processes, on every machine that sees its folder. Each does what is
 * posted there and nobody else is at; one of them, whichever comes first, holds the run and leads it through its stages, and
 * where that one is gone the next takes its place.
 */
import { Interrupted, UserError } from '../base/errors.js'
import { exists } from '../base/files.js'
import { LockedError, lockHolder } from '../base/lock-file.js'
import { shownPath } from '../base/shown-path.js'
import { storedConfig } from '../experiment/config/stored.js'
import type { ExperimentOutcome } from '../experiment/run/run-experiment.js'
import { together } from '../experiment/work/lanes.js'
import { performTraining, readTraining } from '../experiment/work/training.js'
import { aMoment, errorOf, failureOf, inTurn } from '../experiment/work/turn.js'
import type { EventSink } from '../record/events.js'
import { PostedWork, watchCancellation } from '../record/posted-work.js'
import { runStatus } from '../record/read-status.js'
import { openRunDirectory, type RunDirectory } from '../record/run-directory.js'
import { clearLeftOf } from '../record/run-store.js'
import type { PostedUnit } from '../record/unit.js'
import { problemOfDevice } from '../runtime/device.js'
import { coresOfJob } from '../runtime/session.js'
import { performTrials, readTrials } from './posted-trials.js'

export interface PartEffects {
  /** Leads the run to its result. Throws a `UserError` with a `LockedError` as its cause where another process leads it. */
  readonly lead: (signal: AbortSignal) => Promise<ExperimentOutcome>
  readonly onEvent: EventSink
  readonly signal?: AbortSignal
}

/** What a process has done of a run. */
export interface Part {
  /** Absolute path of the run's folder. */
  readonly runFolder: string
  /** Units of work: trainings of generators, bundles of trials. */
  readonly units: number
  /** Whether it was the one that came to the result. */
  readonly led: boolean
}

/** Between two attempts to lead a run that somebody seems to lead. */
const leadEveryMs = 10_000

/** Takes part until the run has its result. Throws what stops the run, and `Interrupted` where it is cancelled or the signal fires. */
export async function takePart(runFolder: string, { lead, onEvent, signal }: PartEffects): Promise<Part> {
  const run = openRunDirectory(runFolder)
  const posted = new PostedWork(run)
  if (posted.cancelled)
    throw new UserError(`${shownPath(run.root)} was cancelled; go on with: kopt resume ${shownPath(run.root)}`)
  const problem = await problemOfDevice(storedConfig(run, 'to take part in it').compute.device)
  if (problem !== undefined)
    onEvent({
      type: 'warning',
      text: `${problem}; only heads are fitted here, and ${shownPath(run.root)} waits for a computer that can do the rest`,
    })
  return untilStopped(run, signal, async (stop) => {
    let units = 0
    let met = false
    let asked = Number.NEGATIVE_INFINITY
    for (;;) {
      stop.throwIfAborted()
      // Asked first: whoever led has left the result before the lock.
      const led = isLed(run)
      const hasResult = exists(run.result) && exists(run.report) && !exists(run.work)
      if (hasResult && !led) {
        clearLeftOf(run)
        return { runFolder: run.root, units, led: false }
      }
      if (!led && (met || problem !== undefined)) refuseStopped(run)
      if (problem === undefined && (!led || (!hasResult && performance.now() - asked > leadEveryMs))) {
        asked = performance.now()
        if (await hasLed(() => lead(stop))) return { runFolder: run.root, units, led: true }
        met = true
      }
      const done = await doAllThatFit(run, posted, { onEvent, signal: stop })
      units += done
      if (done === 0) await aMoment(stop)
    }
  })
}

/** What stops a process that takes part stops no other, unless the run is cancelled, on whichever machine. */
async function untilStopped<T>(
  run: RunDirectory,
  signal: AbortSignal | undefined,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const cancelled = watchCancellation(run)
  try {
    return await work(signal ? AbortSignal.any([signal, cancelled.signal]) : cancelled.signal)
  } catch (error) {
    const folder = shownPath(run.root)
    if (signal?.aborted) throw new Interrupted(`stopped; take part again with: kopt work ${folder}`)
    if (cancelled.signal.aborted) throw new Interrupted(`${folder} was cancelled; go on with: kopt resume ${folder}`)
    throw error
  } finally {
    cancelled.end()
  }
}

async function hasLed(lead: () => Promise<unknown>): Promise<boolean> {
  try {
    await lead()
    return true
  } catch (error) {
    if ((error as Error)?.cause instanceof LockedError) return false
    throw error
  }
}

/** Does one unit, unless it is done already; where another process is at it, waits for that. Throws what it fails with. */
export async function doUnit(
  runFolder: string,
  id: string,
  { onEvent, signal }: Omit<PartEffects, 'lead'>,
): Promise<Part> {
  const run = openRunDirectory(runFolder)
  const posted = new PostedWork(run)
  const unit = posted.board().find((each) => each.id === id)
  if (!unit) {
    throw new UserError(
      `${shownPath(run.root)} has no unit ${id} to be done; those that it has: kopt status ${shownPath(run.root)} --json`,
    )
  }
  return untilStopped(run, signal, async (stop) => {
    let units = 0
    while (posted.done(unit) === undefined && exists(run.work)) {
      stop.throwIfAborted()
      const failure = posted.failure(unit)
      if (failure) throw errorOf(failure)
      const done = await inTurn(posted, unit, (lost) => perform(run, posted, unit, { onEvent, signal: lost }), stop)
      if (done) units++
      else await aMoment(stop)
    }
    return { runFolder: run.root, units, led: false }
  })
}

/** Does one unit that somebody has offered, if it waits still; true where it was done here. Throws what it fails with. */
export async function doOffered(
  runFolder: string,
  id: string,
  { onEvent, signal }: Omit<PartEffects, 'lead'>,
): Promise<boolean> {
  const run = openRunDirectory(runFolder)
  const posted = new PostedWork(run)
  const unit = posted.board().find((each) => each.id === id)
  if (!unit || posted.cancelled || !posted.isFree(unit) || !(await fitsHere(posted, unit))) return false
  return untilStopped(run, signal, async (stop) => {
    const done = await inTurn(posted, unit, (lost) => perform(run, posted, unit, { onEvent, signal: lost }), stop)
    const failure = posted.failure(unit)
    if (failure) throw errorOf(failure)
    return done ?? false
  })
}

/** A job's cores are shared by as many units as fit; elsewhere people say how many work, by starting so many. */
async function doAllThatFit(run: RunDirectory, posted: PostedWork, care: PartCare): Promise<number> {
  const first = posted.board().find((unit) => posted.isFree(unit))
  const each = first?.kind === 'training' ? first.threads : 1
  const lanes = Math.max(1, Math.floor((coresOfJob() ?? each) / each))
  const lane = async (signal: AbortSignal) => {
    let done = 0
    do {
      if (!(await doWaiting(run, posted, { ...care, signal }))) break
      done++
    } while (isLed(run))
    return done
  }
  const found = await together<number[]>(care.signal, ...Array.from({ length: lanes }, () => lane))
  return found.reduce((sum, done) => sum + done, 0)
}

interface PartCare {
  readonly onEvent: EventSink
  readonly signal: AbortSignal
}

/** Does the first unit that waits; false where none does, or others were faster. */
export async function doWaiting(
  run: RunDirectory,
  posted: PostedWork,
  { onEvent, signal }: PartCare,
): Promise<boolean> {
  for (const unit of posted.board()) {
    if (!posted.isFree(unit) || !(await fitsHere(posted, unit))) continue
    const done = await inTurn(posted, unit, (lost) => perform(run, posted, unit, { onEvent, signal: lost }), signal)
    if (done) return true
  }
  return false
}

/** Whether this computer has the card that a unit asks for. */
async function fitsHere(posted: PostedWork, unit: PostedUnit): Promise<boolean> {
  if (unit.kind !== 'training' || unit.gpus === 0) return true
  const training = readTraining(posted, unit)
  return training !== undefined && (await problemOfDevice(training.content.device)) === undefined
}

/** For the holder of the unit's lease. A failure for good is left to whoever leads the run. */
async function perform(
  run: RunDirectory,
  posted: PostedWork,
  unit: PostedUnit,
  { onEvent, signal }: PartCare,
): Promise<boolean> {
  // Another may have done it between the look and the lease.
  if (posted.done(unit) !== undefined || posted.failure(unit)) return false
  try {
    if (unit.kind === 'training') {
      const training = readTraining(posted, unit)
      if (!training) return false
      await performTraining(run, training, {
        signal,
        onEvent(event) {
          if (event.type === 'warning') onEvent(event)
          if (event.type !== 'progress') return
          const { step, steps, stepsPerSecond: rate, secondsLeft } = event
          onEvent({ type: 'progress', stage: 'train-gan', unit: 'steps', done: step, total: steps, rate, secondsLeft })
        },
      })
    } else {
      const trials = readTrials(posted, unit)
      if (!trials) return false
      await performTrials(run, posted, trials, signal)
    }
    return true
  } catch (error) {
    if (signal.aborted || error instanceof Interrupted) throw error
    posted.writeFailure(unit, failureOf(error))
    return false
  }
}

function isLed({ lock }: RunDirectory): boolean {
  return lockHolder(lock) !== undefined
}

/** The one that led the run has stopped for a reason that would stop the next one as well. */
function refuseStopped(run: RunDirectory): void {
  const { cause } = runStatus(run.root)
  if (cause && cause.how !== 'interrupted') throw UserError.again(cause.text)
}
