/**
 * Trials by child processes of this machine and by everybody else who works on the run: what takes long is cut into bundles and
 * posted in the run's folder, and each is done by whoever takes it first.
 */
import { guarded } from '../base/callback.js'
import type { ExecutorContext, TrialExecutor } from '../experiment/work/executor.js'
import { inLanes } from '../experiment/work/lanes.js'
import { whenDone } from '../experiment/work/turn.js'
import type { Unit, UnitOutcome } from '../experiment/work/unit.js'
import { PostedWork } from '../record/posted-work.js'
import { RunDirectory } from '../record/run-directory.js'
import { localExecutor } from './local.js'
import { doTrials, leftOfTrials, type PostedTrials, postedTrials, withdrawTrials } from './posted-trials.js'

/** Of a bundle, about: less is not worth the way to another machine, and of more a lost worker would cost too much. */
const bundleSeconds = 15

export interface SharedOptions {
  /** How long a bundle takes, about; 0: each trial is one. */
  readonly bundleSeconds?: number
}

export function sharedExecutor(
  context: ExecutorContext,
  { bundleSeconds: seconds = bundleSeconds }: SharedOptions = {},
): TrialExecutor {
  const { runFolder, processes } = context
  const run = new RunDirectory(runFolder)
  const posted = new PostedWork(run)
  const here = localExecutor(context)
  return {
    async run(units, { onOutcome, signal }) {
      const bundles = bundlesOf(units, seconds)
      if (bundles.length <= processes) return here.run(units, { onOutcome, signal })
      const listener = guarded(onOutcome)
      const stops = signal ? [signal, listener.failed] : [listener.failed]
      posted.post(bundles)
      try {
        const work = (bundle: PostedTrials, stop: AbortSignal) => doBundle(run, posted, bundle, listener.tell, stop)
        // What another has done, or failed with, is told as soon as may be; what others are at comes last.
        const isNobodys = ({ unit }: PostedTrials) => posted.holder(unit) === undefined
        await inLanes(AbortSignal.any(stops), processes, bundles, work, isNobodys)
        await listener.settled()
      } finally {
        withdrawTrials(posted, bundles)
        listener.failed.throwIfAborted()
      }
    },
    close: () => here.close(),
  }
}

async function doBundle(
  run: RunDirectory,
  posted: PostedWork,
  { unit, content }: PostedTrials,
  tell: (outcome: UnitOutcome) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>()
  const tellOnce = (outcome: UnitOutcome) => {
    if (told.has(outcome.id) || signal.aborted) return
    told.add(outcome.id)
    tell(outcome)
  }
  const left = async () => leftOfTrials(posted, unit)
  const work = async (stop: AbortSignal) => {
    await doTrials(run, content.trials, tellOnce, stop)
    return []
  }
  for (const outcome of await whenDone(posted, unit, { left, work }, signal)) tellOnce(outcome)
}

/** In their order, as many in each as fill the time. */
function bundlesOf(units: readonly Unit[], seconds: number): PostedTrials[] {
  const bundles: Unit[][] = []
  let filled = Number.POSITIVE_INFINITY
  for (const unit of units) {
    const takes = secondsAbout(unit)
    if (filled > 0 && filled + takes > seconds) {
      bundles.push([])
      filled = 0
    }
    bundles.at(-1)?.push(unit)
    filled += takes
  }
  return bundles.map(postedTrials)
}

/** Features that a head sees in a second, and images that a top is trained on, about. */
const rowsPerSecond = 100_000
const imagesPerSecond = 30

function secondsAbout({ training, head, fineTune, folds = [] }: Unit): number {
  const tuned = fineTune ? (fineTune.steps * fineTune.batchSize) / imagesPerSecond : 0
  const fits = [{ training, head }, ...folds]
  return fits.reduce((sum, fit) => sum + tuned + rowsSeen(fit) / rowsPerSecond, 0)
}

/** Passes of a logistic fit over its rows, all penalties together. */
const logisticPasses = 300

function rowsSeen({ training, head }: Pick<Unit, 'training' | 'head'>): number {
  if (head.kind === 'adam') return head.steps * head.batchSize
  const rows = training.reduce((sum, { rows }) => {
    if (rows === 'all') return sum
    return sum + ('count' in rows ? rows.count : rows.length)
  }, 0)
  return logisticPasses * rows
}
