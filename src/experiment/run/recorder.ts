/**
 * What a running experiment says, kept where other processes read it: events in events.jsonl, without any path, for this file may
 * be passed on; how far the stage at work is in a file that is written anew; why the run stopped in its private folder.
 */
import os from 'node:os'
import path from 'node:path'
import { Interrupted, UserError } from '../../base/errors.js'
import { appendLine, exists, readText, removeFile, writeAtomic, writeJson } from '../../base/files.js'
import type { RunEvent } from '../../record/events.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { RecordedProgress, StopCause } from '../../record/run-status.js'
import type { StageName } from '../../record/stage.js'
import { mapPaths } from '../config/paths.js'
import type { Config } from '../config/schema.js'

/** Between two writings of the same stage's progress. */
const progressEveryMs = 1000

/** Appends every event but progress, of which the latest stands in a file of its own, at most a second old. */
export function recorder(directory: RunDirectory, config: Config): (event: RunEvent) => void {
  const pathless = withoutPaths(directory, config)
  let written: { stage: StageName; ms: number } | undefined
  removeFile(directory.stopped)
  removeFile(directory.progress)
  return (event) => {
    const at = new Date().toISOString()
    if (event.type === 'progress') {
      const ms = performance.now()
      if (written?.stage === event.stage && ms - written.ms < progressEveryMs) return
      written = { stage: event.stage, ms }
      writeJson(directory.progress, { at, ...event } satisfies RecordedProgress)
      return
    }
    if (event.type === 'program-line') return
    if (event.type === 'run-finished') removeFile(directory.progress)
    const told = { at, ...named(event, directory) }
    appendLine(
      directory.events,
      JSON.stringify(told, (_, value) => (typeof value === 'string' ? pathless(value) : value)),
    )
  }
}

/**
 * Leaves out lines of events.jsonl that can't be read, so that the file goes on whole; answers what is said of it. A run that
 * has never told anything has no such file.
 */
export function mendEvents({ events, mayLeave }: RunDirectory): string[] {
  const lines = exists(events) ? readText(events).split('\n') : []
  const told = lines.filter((line) => line.trim() !== '')
  const readable = told.filter(isEvent)
  const lost = told.length - readable.length
  if (lost > 0) {
    writeAtomic(events, readable.map((line) => `${line}\n`).join(''))
    return [
      `events.jsonl was damaged: ${lost} of its ${told.length} lines can't be read and ${lost === 1 ? 'is' : 'are'} left out; the others stay`,
    ]
  }
  return told.length === 0 && exists(mayLeave)
    ? ['events.jsonl was missing or empty: what the run has told so far is lost; nothing else hangs on it']
    : []
}

function isEvent(line: string): boolean {
  try {
    const event: unknown = JSON.parse(line)
    return event !== null && typeof event === 'object' && 'type' in event
  } catch {
    return false
  }
}

/** Keeps why a run stopped; where that can't be written either (a full disk), it is lost, and the error itself is told. */
export function recordStop(directory: RunDirectory, error: unknown): void {
  const how = error instanceof Interrupted ? 'interrupted' : error instanceof UserError ? 'refused' : 'failed'
  const text = error instanceof Error ? error.message : String(error)
  try {
    writeJson(directory.stopped, { how, text, at: new Date().toISOString() } satisfies StopCause)
  } catch {
    // the run's own error is what its user needs to hear
  }
}

function named(event: RunEvent, { root, report }: RunDirectory): RunEvent {
  switch (event.type) {
    case 'run-started':
      return { ...event, run: path.basename(root) }
    case 'run-finished':
      return { ...event, report: path.relative(root, report) }
    default:
      return event
  }
}

/** Names in place of the paths that a sentence may hold: of the run, of what it reads, and of the user's folders. */
function withoutPaths({ root }: RunDirectory, config: Config): (text: string) => string {
  const shown = new Map([
    [`${root}${path.sep}`, ''],
    [root, path.basename(root)],
  ])
  mapPaths(config, (file) => {
    shown.set(file, path.basename(file))
    return file
  })
  for (const [folder, name] of [
    [process.cwd(), '.'],
    [os.homedir(), '~'],
  ] as const) {
    if (path.dirname(folder) !== folder) shown.set(folder, name)
  }
  const longestFirst = [...shown].sort(([a], [b]) => b.length - a.length)
  return (text) => longestFirst.reduce((said, [file, name]) => said.replaceAll(file, name), text)
}
