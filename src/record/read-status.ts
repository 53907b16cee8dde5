/**
 * A run's status, read from its folder by any process on this machine or another. Nothing is written, and no lock is taken.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, readJson, readJsonLines } from '../base/files.js'
import { lockHolder } from '../base/lock-file.js'
import { openRunDirectory, type RunDirectory } from './run-directory.js'
import type { RecordedEvent, RecordedProgress, RunStatus, StopCause } from './run-status.js'
import { readResult } from './stored-result.js'

/** The status of one run. Throws a `UserError` where the folder holds no run. */
export function runStatus(root: string): RunStatus {
  const directory = openRunDirectory(root)
  const held = lockHolder(directory.lock)
  const nothing = { holder: null, silentFor: null, progress: null, cause: null, verdict: null, problem: null }
  const status = { folder: directory.root, name: path.basename(directory.root), ...nothing }
  try {
    const begun = recordedEvents(directory)[0]?.at ?? null
    if (held) {
      const { holder = null, silentFor } = held
      return { ...status, state: 'running', begun, holder, silentFor, progress: recordedProgress(directory) ?? null }
    }
    if (exists(directory.result)) return { ...status, state: 'finished', begun, verdict: readResult(directory).verdict }
    const cause = exists(directory.stopped) ? readJson<StopCause>(directory.stopped) : null
    return { ...status, state: 'stopped', begun, cause, progress: recordedProgress(directory) ?? null }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...status, state: 'damaged', begun: null, problem: error.message }
  }
}

/** Every event that the run has recorded; progress is not among them. */
export function recordedEvents(directory: RunDirectory): RecordedEvent[] {
  return readJsonLines<RecordedEvent>(directory.events)
}

/** The latest progress that the run has told; undefined before the first, and after the end. */
export function recordedProgress(directory: RunDirectory): RecordedProgress | undefined {
  return exists(directory.progress) ? readJson<RecordedProgress>(directory.progress) : undefined
}
