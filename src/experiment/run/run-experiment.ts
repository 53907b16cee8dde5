/**
 * One experiment from a user's request to a finished run folder: resolve, begin or resume, run the pipeline,
 * keep the events. Nothing here computes.
 */
import { guarded } from '../../base/callback.js'
import { Interrupted, UserError } from '../../base/errors.js'
import { exists, isDiskFull, makePrivateDirectory } from '../../base/files.js'
import { datasetName } from '../../base/path-name.js'
import { shownPath } from '../../base/shown-path.js'
import type { EventSink } from '../../record/events.js'
import { mayLeaveText } from '../../record/may-leave.js'
import { PostedWork, watchCancellation } from '../../record/posted-work.js'
import type { Result } from '../../record/result.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { createRun, type HeldRun, openRun } from '../../record/run-store.js'
import { Seals } from '../../record/seals.js'
import { readResult } from '../../record/stored-result.js'
import { calledLine } from '../config/chosen-generator.js'
import { type ConfigRequest, namesProgram, readRequest, requestLayers } from '../config/request.js'
import { forShell, resumeLine } from '../config/resume-line.js'
import type { Config } from '../config/schema.js'
import { type ResumedConfig, resumedConfig, storeConfig } from '../config/stored.js'
import type { ExecutorContext, TrialExecutor } from '../work/executor.js'
import { lostChecksums, makeAnew } from './make-anew.js'
import { runPipeline } from './pipeline.js'
import { mendEvents, recorder, recordStop } from './recorder.js'

/** What a user asks for; everything left out comes from the preset. Paths are relative to the working folder. */
export interface ExperimentRequest extends ConfigRequest {
  /** Run folder; default: the next numbered one under `runs`. */
  out?: string
  /** Go on with the run in `out`. */
  resume?: boolean
}

export interface ExperimentEffects {
  /** What does the run's units of work; made when the run begins and closed when it ends. */
  readonly executor: (context: ExecutorContext) => TrialExecutor
  /** Writes report.html and the tables from what the run left. */
  readonly writeReport: (directory: RunDirectory) => Promise<void>
  readonly onEvent: EventSink
  readonly signal?: AbortSignal
  /** One of several processes that take part: it does not go on with a run that was cancelled. */
  readonly takesPart?: boolean
  /** Asked before hours are spent, with the seconds expected; false: stop here, to be resumed. */
  readonly confirm?: (seconds: number) => Promise<boolean>
}

export interface ExperimentOutcome {
  runFolder: string
  /** As in `result.json`. */
  result: Result
  /** `report.html` in the run's folder. */
  reportFile: string
}

/**
 * Runs an experiment. Throws `UserError` for anything the user can mend, `Interrupted` when the signal fires;
 * whatever happened, `{resume: true, out}` goes on where it stopped.
 */
export async function runExperiment(
  request: ExperimentRequest,
  effects: ExperimentEffects,
): Promise<ExperimentOutcome> {
  const opened = request.resume ? resume(request) : begin(request)
  const { directory, seals, config, moved, notes, remarks, lost, release, discard } = opened
  const listener = guarded(effects.onEvent)
  const posted = new PostedWork(directory)
  if (!effects.takesPart) posted.allow()
  const cancelled = watchCancellation(directory)
  const stops = [lost, listener.failed, cancelled.signal, ...(effects.signal ? [effects.signal] : [])]
  const record = recorder(directory, config)
  const emit: EventSink = (event) => {
    record(event)
    listener.tell(event)
  }
  const { threads, processes } = config.compute
  const programNamed = namesProgram(request)
  let executor: TrialExecutor | undefined
  /** All that is left is to tell of it. */
  let isDone = false
  const close = async () => {
    const ended = executor
    executor = undefined
    try {
      await ended?.close()
    } catch (error) {
      // All outcomes are in the folder by then: what is left open costs no result, and hides no other failure.
      emit({
        type: 'warning',
        text: `the executor did not close: ${(error as Error).message}; nothing of the run is lost`,
      })
    }
  }
  try {
    executor = effects.executor({ runFolder: directory.root, processes })
    emit({ type: 'run-started', run: shownPath(directory.root), resumed: discard === undefined })
    seals.keep(directory.mayLeave, mayLeaveText)
    for (const text of notes) emit({ type: 'warning', text })
    for (const text of remarks) emit({ type: 'note', text })
    const found = opened.cleaned ? readResult(directory) : undefined
    const result =
      found ??
      (await runPipeline({
        config,
        directory,
        run: directory,
        seals,
        moved,
        executor,
        threads,
        emit,
        signal: AbortSignal.any(stops),
        confirm: effects.confirm,
        programNamed,
      }))
    await close()
    await effects.writeReport(directory)
    posted.clear()
    isDone = true
    emit({ type: 'run-finished', report: directory.report, verdict: result.verdict.text })
    await listener.settled()
    listener.failed.throwIfAborted()
    return { runFolder: directory.root, result, reportFile: directory.report }
  } catch (error) {
    await close()
    // What only heard the stop is not its cause.
    const cause = lost.aborted ? lost.reason : listener.failed.aborted ? listener.failed.reason : error
    // A run that never got as far as its films leaves nothing behind but the message.
    if (discard && !lost.aborted && !exists(directory.prepared)) {
      discard()
      throw cause
    }
    const line = resumeLine(directory.root, config)
    const how = effects.signal?.aborted ? 'stopped' : cancelled.signal.aborted ? 'cancelled' : undefined
    const told = cause === error ? withRemedy(error, line, how) : cause
    if (!lost.aborted && !isDone) recordStop(directory, told)
    throw told
  } finally {
    cancelled.end()
    release()
  }
}

/** What has stopped a run, with how to go on. */
function withRemedy(error: unknown, line: string, how?: 'stopped' | 'cancelled'): unknown {
  const resuming = `go on with: ${line}`
  if (how) return new Interrupted(`${how}; ${resuming}`)
  return isDiskFull(error) ? new UserError(`${(error as Error).message}, then ${resuming}`, { cause: error }) : error
}

/**
 * Leaves a run's folder for others to begin with, unless `handOver` throws, which is told of the threads of its work. `cores`: those
 * of a worker. Throws a `UserError` as `runExperiment`, and where the run needs a program that only whoever leads it may name.
 */
export function layOut(
  request: ExperimentRequest,
  cores: () => number,
  handOver: (directory: RunDirectory) => void,
): RunDirectory {
  if (calledLine(readRequest(request, cores).config) !== null) {
    throw new UserError(
      "a program that makes the images is started on its user's own command line alone, not by jobs of a cluster; run it here, or have it write its images once and name their folder with --synthetic",
    )
  }
  const { directory, release, discard } = begin(request, cores)
  try {
    handOver(directory)
  } catch (error) {
    discard?.()
    throw error
  }
  release()
  return directory
}

interface Opened extends HeldRun, ResumedConfig {
  readonly seals: Seals
  /** Of a run that begins: on how its request was said. */
  readonly remarks: readonly string[]
  /** It has its result, and what that was made of was removed on purpose: nothing is left to do. */
  readonly cleaned: boolean
  /** Of a run that begins: takes back what was made so far. */
  readonly discard?: () => void
}

function begin(request: ExperimentRequest, cores?: () => number): Opened {
  const { config, remarks } = readRequest(request, cores)
  refuseUnnamed(request, config)
  const run = createRun(request.out, datasetName(config.dataset))
  const seals = new Seals(run.directory)
  try {
    makePrivateDirectory(run.directory.private)
    storeConfig(run.directory, seals, config)
  } catch (error) {
    run.discard()
    throw error
  }
  return { ...run, seals, config, moved: false, notes: [], remarks, cleaned: false }
}

/** Before anything is left: a program that a file names is started where it is named at the command line, too. */
function refuseUnnamed(request: ExperimentRequest, config: Config): void {
  const line = calledLine(config)
  if (line === null || namesProgram(request)) return
  throw new UserError(
    `the configuration asks for a program (${line}), and kopt starts no program that was not named on its own command line: a file may come from anybody. If you trust it, add: --generator ${forShell(line)}`,
  )
}

/** The stored configuration holds; a request that asks for something else is refused, for it would mix two experiments. */
function resume(request: ExperimentRequest): Opened {
  if (!request.out)
    throw new UserError('--resume needs the run: kopt run DATASET --out RUN --resume, or kopt resume RUN')
  const held = openRun(request.out, 'resume')
  try {
    const { directory } = held
    makePrivateDirectory(directory.private)
    const seals = new Seals(directory)
    const damaged = seals.check()
    const checksums = lostChecksums(directory, seals)
    const { notes, ...resumed } = resumedConfig(directory, seals, requestLayers(request))
    const others = [...checksums, ...makeAnew(directory, seals, damaged, resumed.config), ...mendEvents(directory)]
    const cleaned = damaged.length === 0 && [directory.cleaned, directory.result].every((file) => seals.holds(file))
    return { ...held, ...resumed, seals, notes: [...notes, ...others], remarks: [], cleaned }
  } catch (error) {
    held.release()
    throw error
  }
}
