/** What every stage is handed, and how a stage that was finished before a kill is skipped. */
import { readJson } from '../base/files.js'
import type { EventSink, StageName } from '../record/events.js'
import type { RunDirectory } from '../record/run-directory.js'
import type { Seals } from '../record/seals.js'
import type { Config } from './config/schema.js'

export interface StageContext {
  readonly config: Config
  /** Where this work is kept: the run's folder, or that of one of its folds. */
  readonly directory: RunDirectory
  /** The run's own folder. */
  readonly run: RunDirectory
  /** Of all files of the run, its folds' among them. */
  readonly seals: Seals
  /** Threads of an ONNX Runtime session. */
  readonly threads: number
  readonly emit: EventSink
  readonly signal?: AbortSignal
  /** Whether whoever runs this has named the program that the configuration calls; else nothing of it is started. */
  readonly programNamed?: boolean
}

interface Marker<T> {
  seconds: number
  output: T
}

/**
 * Runs a stage once in the life of a run folder: its output (plain data) is kept beside the time it took,
 * and a resumed run takes it from there. Whatever files the stage leaves must be whole before it returns.
 */
export async function runStage<T>(
  { directory, seals, emit, signal }: Pick<StageContext, 'directory' | 'seals' | 'emit' | 'signal'>,
  stage: StageName,
  work: () => Promise<T>,
): Promise<T> {
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

/** What a finished stage has left; undefined where it has not finished. */
export function finishedStage<T>(
  { directory, seals }: Pick<StageContext, 'directory' | 'seals'>,
  stage: StageName,
): T | undefined {
  const file = directory.stage(stage)
  return seals.holds(file) ? readJson<Marker<T>>(file).output : undefined
}

/** Seconds of every finished stage, from their markers. */
export function stageSeconds(
  { directory, seals }: Pick<StageContext, 'directory' | 'seals'>,
  stages: readonly StageName[],
): Record<string, number> {
  const entries = stages.filter((stage) => seals.holds(directory.stage(stage)))
  return Object.fromEntries(entries.map((stage) => [stage, readJson<Marker<unknown>>(directory.stage(stage)).seconds]))
}
