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
import { writeReport } from './report/write-report.js'
import { childProcessExecutor } from './trials/child-process-executor.js'

export { Interrupted, UserError } from './base/errors.js'
export { version } from './base/version.js'
export { presets } from './experiment/config/presets.js'
export { resolveConfig } from './experiment/config/resolve.js'
export { type Config, configSchema } from './experiment/config/schema.js'
export type { ExperimentOutcome, ExperimentRequest } from './experiment/run-experiment.js'
export type { TrialExecutor, TrialOutcome, TrialSpec } from './experiment/work/executor.js'
export { type Classifier, openClassifier } from './head/predict.js'
export type { EventSink, RunEvent } from './record/events.js'
export { type Result, result as resultSchema } from './record/result.js'
export { renderReport } from './report/report.js'
export { slidingWindow as searchK } from './search/sliding-window.js'

/**
 * Runs an experiment as `kopt run` does: trials in child processes, the report written into the run folder.
 * Throws `UserError` for what the user can mend and `Interrupted` when the signal fires.
 */
export function run(
  request: ExperimentRequest,
  { onEvent = () => {}, ...rest }: Partial<Pick<ExperimentEffects, 'onEvent' | 'signal' | 'confirm'>> = {},
): Promise<ExperimentOutcome> {
  return runExperiment(request, {
    executor: (processes) => childProcessExecutor({ processes }),
    writeReport,
    onEvent,
    ...rest,
  })
}
