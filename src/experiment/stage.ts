/** What every stage is handed, and how a stage that was finished before a kill is skipped. */
import type { LoadedTop } from '../backbone/open-below-top.js'
import { readJson } from '../base/files.js'
import type { EventSink, StageName } from '../record/events.js'
import type { RunDirectory } from '../record/run-directory.js'
import type { Seals } from '../record/seals.js'
import type { Config } from './config/schema.js'
import type { TrialExecutor } from './work/executor.js'
import type { FilmFeatures } from './work/film-features.js'

export interface RunContext {
  readonly config: Config
  /** Where this work is kept: the run's folder, or that of one of its folds. */
  readonly directory: RunDirectory
  /** The run's own folder. */
  readonly run: RunDirectory
  /** Of all files of the run, its folds' among them. */
  readonly seals: Seals
  /** Whether this goes on with a run that was stopped; `moved`: with films that lie elsewhere than before. */
  readonly resumed: boolean
  readonly moved: boolean
  readonly executor: TrialExecutor
  /** Threads of an ONNX Runtime session. */
  readonly threads: number
  /** The backbone's top, where it is trained too, and the SHA-256 of the file of its weights as loaded. */
  readonly top?: LoadedTop & { readonly hash: string }
  /** In an outer fold: features of the run's films. */
  readonly runFilms?: FilmFeatures
  readonly emit: EventSink
  readonly signal?: AbortSignal
  /** Asked before hours are spent, with the seconds expected; false: stop here. */
  readonly confirm?: (seconds: number) => Promise<boolean>
}

interface Marker<T> {
  seconds: number
  output: T
}

/**
 * Runs a stage once in the life of a run folder: its output (plain data) is kept beside the time it took,
 * and a resumed run takes it from there. Whatever files the stage leaves must be whole before it returns.
 */
export async function runStage<T>(context: RunContext, stage: StageName, work: () => Promise<T>): Promise<T> {
  const { directory, seals, emit, signal } = context
  const file = directory.stage(stage)
  if (seals.holds(file)) {
    const marker = readJson<Marker<T>>(file)
    emit({ type: 'stage-finished', stage, seconds: marker.seconds, skipped: true })
    return marker.output
  }
  signal?.throwIfAborted()
  emit({ type: 'stage-started', stage })
  const start = performance.now()
  const output = await work()
  const seconds = (performance.now() - start) / 1000
  seals.writeJson(file, { seconds, output } satisfies Marker<T>)
  emit({ type: 'stage-finished', stage, seconds, skipped: false })
  // What a resumed run reads back must be what this one goes on with.
  return readJson<Marker<T>>(file).output
}

/** Seconds of every finished stage, from their markers. */
export function stageSeconds(
  { directory, seals }: Pick<RunContext, 'directory' | 'seals'>,
  stages: readonly StageName[],
): Record<string, number> {
  const entries = stages.filter((stage) => seals.holds(directory.stage(stage)))
  return Object.fromEntries(entries.map((stage) => [stage, readJson<Marker<unknown>>(directory.stage(stage)).seconds]))
}
