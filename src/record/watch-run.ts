/** A run as another process sees it, from its folder alone: what it has told so far, and what it tells until it ends. */
import { latestProgress, recordedEvents, runStatus } from './read-status.js'
import { openRunDirectory } from './run-directory.js'
import type { RecordedEvent } from './run-status.js'

/**
 * Yields every recorded event from the beginning of the run, then new ones and progress as they come, and ends when nobody is at
 * work in the folder. The folder is read again and again: a network disk tells of no changes.
 *
 * ```ts run
 * import { watchRun } from 'kopt'
 * const stages = new Set()
 * for await (const event of watchRun('run')) if (event.type === 'stage-finished') stages.add(event.stage)
 * console.log(stages.has('search-k'))
 * ```
 *
 * ```text
 * true
 * ```
 *
 * @param root the run's folder
 * @param options `everyMs`: milliseconds between two looks, default 1000; `signal` ends it without an error
 * @returns the events as they stand in events.jsonl, and progress, each with its time
 * @throws `UserError` where the folder holds no run
 */
export async function* watchRun(
  root: string,
  { everyMs = 1000, signal }: { everyMs?: number; signal?: AbortSignal } = {},
): AsyncGenerator<RecordedEvent, void, void> {
  const directory = openRunDirectory(root)
  let told = 0
  let lastProgress: string | undefined
  while (!signal?.aborted) {
    // Asked before the events are read, so that what came in between is not lost.
    const { state } = runStatus(root)
    for (const event of recordedEvents(directory).slice(told)) {
      told++
      yield event
    }
    const progress = state === 'running' ? latestProgress(directory) : null
    if (progress && progress.at !== lastProgress) {
      lastProgress = progress.at
      yield progress
    }
    if (state !== 'running') return
    await pause(everyMs, signal)
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
