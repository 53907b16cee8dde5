/**
 * A run's status, read from its folder by any process on this machine or another. Nothing is written, and no lock is taken.
 */
import path from 'node:path'
import type { z } from 'zod'
import { UserError } from '../base/errors.js'
import { exists, readJson, readJsonLines } from '../base/files.js'
import { lockHolder } from '../base/lock-file.js'
import { PostedWork } from './posted-work.js'
import { recordedEvent, recordedProgress, stopCause } from './recorded-event.js'
import { openRunDirectory, type RunDirectory } from './run-directory.js'
import type { RecordedEvent, RecordedProgress, RunStatus } from './run-status.js'
import { readResult } from './stored-result.js'

/**
 * The status of one run, by whoever can read its folder: nothing is written, and nobody who is at work is asked or disturbed.
 *
 * ```ts run
 * import { runStatus } from 'kopt'
 * const { state, verdict } = runStatus('run')
 * console.log(state, verdict?.text)
 * ```
 *
 * ```text
 * finished No verdict: the test set does not allow a comparison.
 * ```
 *
 * @param root the run's folder
 * @returns whether it is running, finished, stopped or damaged, how far it is, why it stopped, what it found
 * @throws `UserError` where the folder holds no run
 */
export function runStatus(root: string): RunStatus {
  const directory = openRunDirectory(root)
  const nothing = { holder: null, silentFor: null, progress: null, cause: null, verdict: null, problem: null }
  const posted = new PostedWork(directory)
  const work = { units: posted.states(), cancelled: posted.cancelled }
  const status = { folder: directory.root, name: path.basename(directory.root), ...nothing, ...work }
  try {
    const held = lockHolder(directory.lock)
    const begun = recordedEvents(directory)[0]?.at ?? null
    if (held) {
      const { holder = null, silentFor } = held
      return { ...status, state: 'running', begun, holder, silentFor, progress: latestProgress(directory) }
    }
    if (exists(directory.result)) return { ...status, state: 'finished', begun, verdict: readResult(directory).verdict }
    return {
      ...status,
      state: 'stopped',
      begun,
      cause: readAs(directory.stopped, stopCause),
      progress: latestProgress(directory),
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...status, state: 'damaged', begun: null, problem: error.message }
  }
}

/** Every event that the run has recorded, as far as it can be read; progress is not among them. */
export function recordedEvents(directory: RunDirectory): RecordedEvent[] {
  return readJsonLines<unknown>(directory.events).flatMap((line) => {
    const { success, data } = recordedEvent.safeParse(line)
    return success ? [data] : []
  })
}

/** The latest progress that the run has told; null before the first, and after the end. */
export function latestProgress({ progress }: RunDirectory): RecordedProgress | null {
  return readAs(progress, recordedProgress)
}

/** What a file holds; null where it is missing or damaged: less is then known of the run, which is none the worse. */
function readAs<T>(file: string, form: z.ZodType<T>): T | null {
  try {
    return exists(file) ? (form.safeParse(readJson(file)).data ?? null) : null
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}
