/**
 * The library's face: run an experiment, read what it left, use its model. The pieces have entrances of their own:
 * `kopt/tensor`, `kopt/metrics`, `kopt/search`.
 *
 * ```ts
 * import { run } from 'kopt'
 * const { result, reportFile } = await run({ dataset: 'films/ours', preset: 'quick', out: 'runs/ours' })
 * ```
 */
import {
  type ExperimentEffects,
  type ExperimentOutcome,
  type ExperimentRequest,
  runExperiment,
} from './experiment/run-experiment.js'
import type { EventSink } from './record/events.js'
import { writeReport } from './report/write-report.js'
import { localExecutor } from './trials/local.js'

export { Interrupted, UserError, WorkerLost } from './base/errors.js'
export { version } from './base/version.js'
export { presets } from './experiment/config/presets.js'
export { resolveConfig } from './experiment/config/resolve.js'
export { type Config, configSchema } from './experiment/config/schema.js'
export type { ExperimentOutcome, ExperimentRequest } from './experiment/run-experiment.js'
export { type ContentSource, runFolderSource } from './experiment/work/content-source.js'
export type { ExecutorContext, TrialExecutor, UnitEffects } from './experiment/work/executor.js'
export { unitRunner } from './experiment/work/run-unit.js'
export type { MatrixRows, Rows, TrialOutcome, TrialUnit, Unit, UnitOutcome } from './experiment/work/unit.js'
export { type Classifier, openClassifier } from './head/predict.js'
export type { EventSink, RunEvent } from './record/events.js'
export { type Result, result as resultSchema } from './record/result.js'
export { renderReport } from './report/report.js'
export { slidingWindow as searchK } from './search/sliding-window.js'

export interface RunEffects {
  /** Told of everything that happens, as `events.jsonl` keeps it. Its error ends the run. */
  readonly onEvent?: EventSink
  /** Stops the run; `{ resume: true, out }` goes on with it. */
  readonly signal?: AbortSignal
  /** Asked before hours are spent, with the seconds expected; false: stop here. */
  readonly confirm?: ExperimentEffects['confirm']
  /**
   * Makes what does the run's units of work (trainings of heads); default: child processes of this machine. An executor of your own
   * needs no more than this:
   *
   * ```ts
   * const executor = ({ runFolder }) => {
   *   const runUnit = unitRunner(runFolderSource(runFolder))
   *   return {
   *     async run(units, { onOutcome, signal }) {
   *       for (const unit of units) {
   *         if (signal?.aborted) throw new Interrupted()
   *         await onOutcome(await runUnit(unit))
   *       }
   *     },
   *     async close() {},
   *   }
   * }
   * ```
   *
   * A unit is plain data and may be sent anywhere; `unitRunner` does it there, given a `ContentSource` that can fetch what it
   * names (`runFolderSource` where the run's folder can be read). Outcomes are the same bytes wherever a unit is done, as far as
   * processors round alike.
   */
  readonly executor?: ExperimentEffects['executor']
}

/**
 * Runs an experiment as `kopt run` does, and writes the report into the run folder.
 * Throws `UserError` for what the user can mend and `Interrupted` when the signal fires.
 */
export function run(
  request: ExperimentRequest,
  { onEvent = () => {}, executor = localExecutor, ...rest }: RunEffects = {},
): Promise<ExperimentOutcome> {
  return runExperiment(request, { executor, writeReport, onEvent, ...rest })
}
