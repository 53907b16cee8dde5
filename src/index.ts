/**
 * The library's face: look at films, plan, run and resume an experiment, use its model. The pieces have entrances of their own:
 * `kopt/tensor`, `kopt/metrics`, `kopt/search`.
 *
 * ```ts
 * import { run } from 'kopt'
 * const { result, reportFile } = await run({ dataset: 'films/ours', preset: 'quick', out: 'runs/ours' })
 * ```
 */
import { type ConfigRequest, requestedConfig } from './experiment/config/request.js'
import type { PlanEffects } from './experiment/plan/plan-experiment.js'
import {
  type ExperimentEffects,
  type ExperimentOutcome,
  type ExperimentRequest,
  runExperiment,
} from './experiment/run/run-experiment.js'
import { type InspectOptions, inspectDataset } from './inspection/inspect-dataset.js'
import type { EventSink } from './record/events.js'
import type { DatasetInspection } from './record/inspection.js'
import type { Plan } from './record/plan.js'
import { writeReport } from './report/write-report.js'
import { localExecutor } from './trials/local.js'

export { Interrupted, UserError, WorkerLost } from './base/errors.js'
export { version } from './base/version.js'
export { presets } from './experiment/config/presets.js'
export type { ConfigRequest } from './experiment/config/request.js'
export { resolveConfig } from './experiment/config/resolve.js'
export { type Config, configSchema } from './experiment/config/schema.js'
export type { ExperimentOutcome, ExperimentRequest } from './experiment/run/run-experiment.js'
export { type ContentSource, runFolderSource } from './experiment/work/content-source.js'
export type { ExecutorContext, TrialExecutor, UnitEffects } from './experiment/work/executor.js'
export { unitRunner } from './experiment/work/run-unit.js'
export type { MatrixRows, Rows, TrialOutcome, TrialUnit, Unit, UnitOutcome } from './experiment/work/unit.js'
export { type Classifier, openClassifier } from './head/predict.js'
export type { InspectOptions } from './inspection/inspect-dataset.js'
export type { EventSink, RunEvent } from './record/events.js'
export type { DatasetInspection } from './record/inspection.js'
export type { Plan } from './record/plan.js'
export { runStatus } from './record/read-status.js'
export { type Result, result as resultSchema } from './record/result.js'
export { listRuns } from './record/run-list.js'
export type { AtWork, RecordedEvent, RecordedProgress, RunStatus, StopCause } from './record/run-status.js'
export { watchRun } from './record/watch-run.js'
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
 *
 * ```ts
 * const { runFolder, result } = await run({ dataset: 'films/ours', set: ['search.kMax=40'] })
 * ```
 */
export function run(
  request: ExperimentRequest,
  { onEvent = () => {}, executor = localExecutor, ...rest }: RunEffects = {},
): Promise<ExperimentOutcome> {
  return runExperiment(request, { executor, writeReport, onEvent, ...rest })
}

/**
 * Goes on with a run that was stopped, as `kopt resume` does, to the result that an uninterrupted one would have had; of a
 * finished run the result is read again. `places`: where films lie now, if they have moved. Throws as `run` does.
 *
 * ```ts
 * const { result } = await resume('runs/0001-ours')
 * ```
 */
export function resume(
  runFolder: string,
  places: Pick<ExperimentRequest, 'dataset' | 'external' | 'roi' | 'synthetic' | 'backbone'> = {},
  effects: RunEffects = {},
): Promise<ExperimentOutcome> {
  return run({ ...places, out: runFolder, resume: true }, effects)
}

/**
 * What a run of the same request would do, how long it would take here and what it could show, as `kopt plan` says. Of the test
 * films nothing but their number is used. Throws `UserError` for what the user can mend.
 *
 * ```ts
 * const { seconds, split } = await plan({ dataset: 'films/ours', patientFrom: 'prefix' })
 * ```
 */
export async function plan(
  request: ConfigRequest,
  { onEvent = () => {}, ...rest }: Partial<PlanEffects> = {},
): Promise<Plan> {
  const { planExperiment } = await import('./experiment/plan/plan-experiment.js')
  return planExperiment(requestedConfig(request), { onEvent, ...rest })
}

/**
 * What a dataset holds, and what is wrong with it, as `kopt inspect` says: `problems` are what a run would refuse. Throws
 * `UserError` where it is no dataset at all.
 *
 * ```ts
 * const { classes, problems } = await inspect('films/ours', { patientFrom: 'prefix' })
 * ```
 */
export async function inspect(dataset: string, options: InspectOptions = {}): Promise<DatasetInspection> {
  const { facts } = await inspectDataset(dataset, options)
  return facts
}
