/** events.jsonl: what a running experiment says, kept without any path, for this file may be passed on. */
import os from 'node:os'
import path from 'node:path'
import { appendLine, exists, readText, writeAtomic } from '../base/files.js'
import type { RunEvent } from '../record/events.js'
import type { RunDirectory } from '../record/run-directory.js'
import { mapPaths } from './config/paths.js'
import type { Config } from './config/schema.js'

/** Appends every event but progress. */
export function recorder(directory: RunDirectory, config: Config): (event: RunEvent) => void {
  const pathless = withoutPaths(directory, config)
  return (event) => {
    if (event.type === 'progress') return
    const told = { at: new Date().toISOString(), ...named(event, directory) }
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
  const whole = told.filter(isEvent)
  const lost = told.length - whole.length
  if (lost > 0) writeAtomic(events, whole.map((line) => `${line}\n`).join(''))
  if (lost > 0) {
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
  ]) {
    if (path.dirname(folder) !== folder) shown.set(folder, name)
  }
  const longestFirst = [...shown].sort(([a], [b]) => b.length - a.length)
  return (text) => longestFirst.reduce((said, [file, name]) => said.replaceAll(file, name), text)
}
