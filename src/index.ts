/**
 * The library's face: run an experiment, search K in scores of your own, read what a run left behind.
 *
 * ```ts
 * import { run } from 'kopt'
 * const { result, reportFile } = await run({ dataset: 'films/ours', preset: 'quick' })
 * console.log(result.verdict.text, reportFile)
 * ```
 */
import { type ExperimentOutcome, type ExperimentRequest, runExperiment } from './experiment/run.js'
import type { EventSink } from './record/events.js'
import { writeReport } from './report/write-report.js'
import { childProcessExecutor } from './trials/child-process-executor.js'

export { Interrupted, UserError } from './base/errors.js'
export type { Config, PartialConfig } from './experiment/config.js'
export { presetNames } from './experiment/presets.js'
export type { ExperimentOutcome, ExperimentRequest } from './experiment/run.js'
export type { EventSink, RunEvent, StageName } from './record/events.js'
export { type Result, result as resultSchema } from './record/result.js'
export { type ReportInput, renderReport } from './report/report.js'
export { slidingWindow as searchK } from './search/sliding-window.js'

export interface RunOptions {
  /** Hears of stages, progress, first figures and warnings. */
  readonly onEvent?: EventSink
  /** Stops the run at a good place; `{ ...request, out: runFolder, resume: true }` goes on. */
  readonly signal?: AbortSignal
}

/**
 * From films to a finished run folder: audit, split, GAN, search, evaluation, report, model.
 * Trials run in child processes of this machine. Throws a `UserError` for whatever the caller can mend (its message is a
 * sentence to show) and `Interrupted` when the signal fires.
 */
export function run(
  request: ExperimentRequest,
  { onEvent = () => {}, signal }: RunOptions = {},
): Promise<ExperimentOutcome> {
  return runExperiment(request, {
    executor: (processes) => childProcessExecutor({ processes }),
    writeReport,
    onEvent,
    signal,
  })
}
