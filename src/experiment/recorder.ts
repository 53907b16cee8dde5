/** events.jsonl: what a running experiment says, kept without any path, for this file may be passed on. */
import os from 'node:os'
import path from 'node:path'
import { appendLine } from '../base/files.js'
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
