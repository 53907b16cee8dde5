/**
 * The library's face: look at films, plan, run and resume an experiment, follow runs, use a model. The pieces have entrances of
 * their own: `kopt/tensor`, `kopt/metrics`, `kopt/search`. Paths are relative to the working folder. Nothing is printed; bad
 * input is a `UserError`, whose message says what, where, which value and what to do.
 *
 * Films for the examples below, and settings so small that a run takes seconds and shows nothing:
 *
 * ```sh run
 * kopt demo-data films --patients 8
 * ```
 *
 * ```text tiny.yaml
 * preset: quick
 * patientFrom: prefix
 * image: { size: [16, 16] }
 * backbone: { inputSize: [32, 32] }
 * generator: { steps: 2, width: 0.0625 }
 * search: { multiples: [1, 2], windowSize: 1, rivals: none }
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
import { sharedExecutor } from './trials/shared.js'
import { doUnit, type Part, takePart } from './trials/take-part.js'

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
export type {
  HeadSpec,
  MatrixRows,
  Rows,
  TrainingRows,
  TrialOutcome,
  TrialUnit,
  Unit,
  UnitFold,
  UnitOutcome,
} from './experiment/work/unit.js'
export { type ExportedRun, exportRun } from './export/export-run.js'
export { type ExportedPage, exportPage } from './export/write-page.js'
export { type Classifier, openClassifier } from './head/predict.js'
export type { InspectOptions } from './inspection/inspect-dataset.js'
export type { EventSink, RunEvent } from './record/events.js'
export type { DatasetInspection } from './record/inspection.js'
export type { Plan } from './record/plan.js'
export { runStatus } from './record/read-status.js'
export { type Result, result as resultSchema } from './record/result.js'
export { listRuns } from './record/run-list.js'
export type { AtWork, RecordedEvent, RecordedProgress, RunStatus, StopCause } from './record/run-status.js'
export type { PostedUnit, UnitFailure, UnitHolder, UnitProgress, UnitState } from './record/unit.js'
export { watchRun } from './record/watch-run.js'
export { renderReport } from './report/report.js'
export { slidingWindow as searchK } from './search/sliding-window.js'
export type { Part } from './trials/take-part.js'

/**
 * What a dataset holds, and what is wrong with it, as `kopt inspect` says.
 *
 * ```ts run
 * import { inspect } from 'kopt'
 * const { classes, problems } = await inspect('films/hospital-a', { patientFrom: 'prefix' })
 * for (const [name, { films, patients }] of Object.entries(classes)) console.log(name, films, patients)
 * console.log(problems)
 * ```
 *
 * ```text
 * healthy 12 8
 * sinusitis 4 4
 * []
 * ```
 *
 * @param dataset a folder with one folder per class, a CSV manifest, or an .npz file
 * @param options who the patients are (`patientFrom`: `folder`, `prefix`, `image` or a regular expression; default: as the
 *   dataset says), `external` sets by name, regions of interest, `encoding` of tables, `skipUnreadable` (default false),
 *   progress and `signal`; default: none
 * @returns classes with films and patients, formats, leakage traps, near-duplicates; `problems` are what a run would refuse
 * @throws `UserError` where it is no dataset at all, `Interrupted` where the signal fires
 */
export async function inspect(dataset: string, options: InspectOptions = {}): Promise<DatasetInspection> {
  const { facts } = await inspectDataset(dataset, options)
  return facts
}

/**
 * What a run of the same request would do, how long it would take here and what it could show, as `kopt plan` says. Of the test
 * films nothing but their number is used.
 *
 * ```ts run
 * import { plan } from 'kopt'
 * const { work, split, advice } = await plan({ dataset: 'films/hospital-a', configFile: 'tiny.yaml' })
 * console.log(work.ganSteps, split.train)
 * console.log(advice.worth)
 * ```
 *
 * ```text
 * 2 { healthy: 6, sinusitis: 2 }
 * hardly
 * ```
 *
 * @param request the dataset and what else differs from the preset (`preset`, default `standard`); every key of the
 *   configuration may stand in `set`, written as behind `--set`
 * @param effects `onEvent` is told of progress; `signal` ends the plan; default: neither
 * @returns work in units of each stage, expected seconds with a range, films and patients of each set, the smallest gain in
 *   AUC that the test films would show, the learning curve of real films, and advice
 * @throws `UserError` with all problems of the request or the films, `Interrupted` where the signal fires
 */
export async function plan(
  request: ConfigRequest,
  { onEvent = () => {}, ...rest }: Partial<PlanEffects> = {},
): Promise<Plan> {
  const { planExperiment } = await import('./experiment/plan/plan-experiment.js')
  return planExperiment(requestedConfig(request), { onEvent, ...rest })
}

export interface RunEffects {
  /** Told of everything that happens, as `events.jsonl` keeps it. Its error ends the run. */
  readonly onEvent?: EventSink
  /** Stops the run; `{ resume: true, out }` goes on with it. */
  readonly signal?: AbortSignal
  /** Asked before hours are spent, with the seconds expected; false: stop here. */
  readonly confirm?: ExperimentEffects['confirm']
  /**
   * Makes what does the run's units of work (trainings of heads); default: child processes of this machine. An executor of your own
   * needs no more than the example of `unitRunner`; a unit is plain data and may be sent anywhere. Outcomes are the same bytes
   * wherever a unit is done, as far as processors round alike.
   */
  readonly executor?: ExperimentEffects['executor']
}

/**
 * Runs an experiment as `kopt run` does, and writes the report into the run folder. Stopped or killed, it is gone on with by
 * `resume`.
 *
 * ```ts run
 * import { run } from 'kopt'
 * const stages = new Set()
 * const { result } = await run(
 *   { dataset: 'films/hospital-a', configFile: 'tiny.yaml', out: 'run' },
 *   { onEvent: (event) => event.type === 'stage-finished' && stages.add(event.stage) },
 * )
 * console.log(result.verdict.text)
 * console.log(result.search.trials.map(({ k }) => k), stages.has('search-k'))
 * ```
 *
 * ```text
 * No verdict: the test set does not allow a comparison.
 * [ 1, 2 ] true
 * ```
 *
 * @param request as for `plan`, and `out`: the run's folder, not there yet or empty; default: the next numbered one in `runs`
 * @param effects who is told, what stops it, who is asked and who does the work; default: nobody, nothing, nobody, child
 *   processes of this machine
 * @returns the run's folder, the result (as in `result.json`) and the file of the report
 * @throws `UserError` for what the user can mend, `Interrupted` where the signal fires or `confirm` says no, and what
 *   `onEvent` throws
 * @source Kong et al., Scientific Reports 2022 (the search for K); docs/method.md says what differs
 */
export function run(
  request: ExperimentRequest,
  { onEvent = () => {}, executor = sharedExecutor, ...rest }: RunEffects = {},
): Promise<ExperimentOutcome> {
  return runExperiment(request, { executor, writeReport, onEvent, ...rest })
}

/**
 * Goes on with a run that was stopped, as `kopt resume` does, to the result that an uninterrupted one would have had; of a
 * finished run the result is read again.
 *
 * ```ts run
 * import { resume } from 'kopt'
 * const { result } = await resume('run')
 * console.log(result.dataset.classes)
 * ```
 *
 * ```text
 * [ 'healthy', 'sinusitis' ]
 * ```
 *
 * @param runFolder the run's folder
 * @param places where films, regions, given images and the backbone lie now, if they have moved; default: where they were
 * @param effects as for `run`
 * @returns as `run`
 * @throws as `run`; a `UserError` too where the folder holds no run, another process is at work in it, or films have changed
 */
export function resume(
  runFolder: string,
  places: Pick<ExperimentRequest, 'dataset' | 'external' | 'roi' | 'synthetic' | 'backbone'> = {},
  effects: RunEffects = {},
): Promise<ExperimentOutcome> {
  return run({ ...places, out: runFolder, resume: true }, effects)
}

/**
 * Takes part in a run, as `kopt work` does: beside any number of other processes, on every machine that sees its folder. Each does
 * what nobody else is at (trainings of generators, bundles of trials); whichever comes first leads the run through its stages, and
 * where that one is gone the next takes its place. Files and result are those of one process alone.
 *
 * ```ts run
 * import { work } from 'kopt'
 * const { units, led } = await work('run')
 * console.log(units, led)
 * ```
 *
 * ```text
 * 0 false
 * ```
 *
 * @param runFolder the run's folder; in the example it has its result already
 * @param effects who is told, what stops this process (no other), and `unit`: the id of one unit to do in place of all; default:
 *   nobody, nothing, all that waits until the run has its result
 * @returns how many units this process has done, and whether it led the run to its result
 * @throws `UserError` where the folder holds no run, where the run was cancelled before, and for what stops the run, such as a
 *   unit that fails wherever it is tried; `Interrupted` where the signal fires, or the run is cancelled
 */
export async function work(
  runFolder: string,
  { onEvent = () => {}, signal, unit }: Pick<RunEffects, 'onEvent' | 'signal'> & { readonly unit?: string } = {},
): Promise<Part> {
  if (unit !== undefined) return doUnit(runFolder, unit, { onEvent, signal })
  const effects = { executor: sharedExecutor, writeReport, onEvent, takesPart: true }
  const lead = (stop: AbortSignal) => runExperiment({ out: runFolder, resume: true }, { ...effects, signal: stop })
  return takePart(runFolder, { lead, onEvent, signal })
}
