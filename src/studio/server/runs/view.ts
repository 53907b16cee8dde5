/** One run as its page shows it, from its folder alone: what has been told in it so far, in the order of the stages. */
import path from 'node:path'
import { capitalised } from '../../../base/capitalised.js'
import { exists, listDirectory } from '../../../base/files.js'
import { koptCommand } from '../../../base/shell-word.js'
import type { TrainedKind } from '../../../generator/contract.js'
import { trainedKinds } from '../../../generator/registry.js'
import { recordedEvents, runStatus } from '../../../record/read-status.js'
import { RunDirectory } from '../../../record/run-directory.js'
import type { RecordedEvent, RunStatus } from '../../../record/run-status.js'
import { recordedDirection, recordedRange, risingValue } from '../../../record/search-metric.js'
import { runStages, type StageName, stageWords } from '../../../record/stage.js'
import type { TrainingCurveRow } from '../../../report/figures/training-curves.js'
import { rivals } from '../../../rivals/rival.js'
import { curveLabelsOf } from '../../../words/generator.js'
import { armName } from '../../../words/names.js'
import { statusLines } from '../../../words/run-status.js'
import { metricName } from '../../../words/search-metric.js'
import type { RunView, SearchView, StageView } from '../../wire/run.js'
import { runSummary } from './summary.js'

type EventOf<Type extends RecordedEvent['type']> = RecordedEvent & { readonly type: Type }

/** `shown`: the run's folder as people type it where the studio was started. */
export function runView(root: string, shown: string): RunView {
  const directory = new RunDirectory(root)
  const status = runStatus(root)
  const events = recordedEvents(directory)
  const of = <Type extends RecordedEvent['type']>(type: Type) =>
    events.filter((event): event is EventOf<Type> => event.type === type)
  const secondsLeft = status.state === 'running' ? secondsToEnd(events, Date.now()) : null
  return {
    ...runSummary(status),
    lines: statusLines(status, shown),
    command: commandFor(status, shown),
    stages: stageViews(events, status.state === 'running'),
    share: shareDone(status, secondsLeft),
    secondsLeft,
    silentFor: status.silentFor,
    training: trainingView(of('training-curve')),
    searches: searchViews(of('trial')),
    grids: gridSteps(directory),
    remarks: events.flatMap((event) =>
      event.type === 'warning' || event.type === 'note' ? [{ type: event.type, text: event.text }] : [],
    ),
    report: exists(directory.report),
  }
}

function commandFor({ state }: RunStatus, shown: string): string {
  const verb = state === 'running' ? ['status', '--watch'] : [state === 'finished' ? 'report' : 'resume']
  return koptCommand(...verb, shown)
}

/** What was expected when the run was timed, less what has passed since. */
function secondsToEnd(events: readonly RecordedEvent[], now: number): number | null {
  const expected = events.findLast((event) => event.type === 'expected-time')
  if (expected?.type !== 'expected-time') return null
  return Math.max(0, expected.seconds.value - (now - Date.parse(expected.at)) / 1000)
}

function shareDone({ state, begun }: RunStatus, secondsLeft: number | null): number | null {
  if (state === 'finished') return 1
  if (state !== 'running' || secondsLeft === null || begun === null) return null
  const passed = (Date.now() - Date.parse(begun)) / 1000
  // What takes longer than was expected is not done for that.
  return Math.min(0.99, passed / (passed + secondsLeft))
}

/** Stages that were begun, in the order of work; in folds, each once, with the seconds of all folds. */
function stageViews(events: readonly RecordedEvent[], running: boolean): StageView[] {
  const begun = new Set<StageName>()
  const atWork = new Map<StageName, number>()
  const seconds = new Map<StageName, number>()
  for (const event of events) {
    if (event.type === 'run-started') atWork.clear()
    if (event.type === 'stage-started') {
      begun.add(event.stage)
      atWork.set(event.stage, (atWork.get(event.stage) ?? 0) + 1)
    }
    if (event.type === 'stage-finished') {
      begun.add(event.stage)
      atWork.set(event.stage, (atWork.get(event.stage) ?? 1) - 1)
      seconds.set(event.stage, (seconds.get(event.stage) ?? 0) + event.seconds)
    }
  }
  return runStages.flatMap((name): StageView[] => {
    if (!begun.has(name)) return []
    const words = stageWords(name)
    if (running && (atWork.get(name) ?? 0) > 0) return [{ name, words, state: 'at work', seconds: null }]
    return seconds.has(name) ? [{ name, words, state: 'done', seconds: seconds.get(name) ?? 0 }] : []
  })
}

/** The latest training: of a run with folds, that of the fold at work. */
function trainingView(rows: readonly EventOf<'training-curve'>[]): RunView['training'] {
  const fold = rows.at(-1)?.fold?.number
  const byStep = new Map<number, TrainingCurveRow>()
  for (const { step, values, fold: of } of rows) if (of?.number === fold) byStep.set(step, { ...values, step })
  const [first] = byStep.values()
  if (!first) return null
  const columns = Object.keys(first).filter((column) => column !== 'step')
  const isOf = ({ curves }: TrainedKind) => columns.every((name) => [...curves.losses, ...curves.shares].includes(name))
  const kind = trainedKinds.find(isOf) ?? { kind: '', noun: 'generator', curves: { losses: columns, shares: [] } }
  return { rows: [...byStep.values()], ...curveLabelsOf(kind) }
}

/** Scores by arm and K; of a run with folds, those of the fold at work. Bands: one standard error over the repeats. */
function searchViews(trials: readonly EventOf<'trial'>[]): SearchView[] {
  const fold = trials.at(-1)?.fold?.number
  const arms = new Map<string, { metric: string; byK: Map<number, { size: number; scores: Map<number, number> }> }>()
  for (const { arm, metric, k, size, repeat, score, fold: of } of trials) {
    // What has no multiple is one figure, not a curve.
    if (k === 0 || of?.number !== fold) continue
    const search = arms.get(arm) ?? { metric, byK: new Map() }
    arms.set(arm, search)
    const trial = search.byK.get(k) ?? { size, scores: new Map() }
    search.byK.set(k, trial)
    trial.scores.set(repeat, score)
  }
  return [...arms].map(([arm, { metric, byK }]) => {
    const trials = [...byK].map(([k, { size, scores }]) => ({ k, size, ...summed([...scores.values()]) }))
    const title = capitalised(metricName({ metric }))
    const rival = rivals.find((each) => each.name === arm)
    const name = rival ? capitalised(rival.label) : armName(arm)
    return {
      ...{ arm, name, rival: rival !== undefined },
      ...{ title, bounds: recordedRange(metric), trials, bestK: bestK(trials, metric) },
    }
  })
}

/** A tie keeps the smaller K. */
function bestK(trials: SearchView['trials'], metric: string): number {
  const rising = ({ mean }: SearchView['trials'][number]) => risingValue(recordedDirection(metric), mean)
  return [...trials].sort((a, b) => rising(b) - rising(a) || a.k - b.k)[0]?.k ?? 0
}

function summed(scores: readonly number[]): { scores: readonly number[]; mean: number; se: number | null } {
  const n = scores.length
  const mean = scores.reduce((sum, score) => sum + score, 0) / n
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0)
  return { scores, mean, se: n > 1 ? Math.sqrt(squares / (n - 1) / n) : null }
}

/** The file of a grid of samples. */
export function gridFile({ gan }: RunDirectory, step: number): string {
  return path.join(gan, `grid-${String(step).padStart(6, '0')}.png`)
}

function gridSteps({ gan }: RunDirectory): number[] {
  return listDirectory(gan).flatMap(({ name }) => {
    const step = /^grid-(\d{6,})\.png$/.exec(name)?.[1]
    return step === undefined ? [] : [Number(step)]
  })
}
