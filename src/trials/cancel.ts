/** Stopping all that is at work on a run, on whichever machine. */
import { UserError } from '../base/errors.js'
import { exists } from '../base/files.js'
import { shownPath } from '../base/shown-path.js'
import { aMoment } from '../experiment/work/turn.js'
import { PostedWork } from '../record/posted-work.js'
import { runStatus } from '../record/read-status.js'
import { openRunDirectory } from '../record/run-directory.js'
import type { UnitHolder } from '../record/unit.js'
import { readJobs } from './cluster.js'
import { queueOf } from './queue-of.js'

export interface Cancelled {
  /** Absolute path of the run's folder. */
  readonly runFolder: string
  /** Those that had not stopped yet when the wait for them was over. */
  readonly stillAtWork: readonly UnitHolder[]
}

/** How long those at work are waited for: a network disk may tell them late. */
const waitMs = 15_000

/**
 * Asks everybody to stop, and waits for that. Throws a `UserError` where there is nothing to stop.
 * `template`: the file of a template of one's own that the run's jobs were submitted with.
 */
export async function cancelRun(
  runFolder: string,
  { template, signal }: { readonly template?: string; readonly signal?: AbortSignal } = {},
): Promise<Cancelled> {
  const { root, result, work } = openRunDirectory(runFolder)
  if (exists(result) && !exists(work) && holders(root).length === 0)
    throw new UserError(`${shownPath(root)} has its result: there is nothing to cancel`)
  new PostedWork({ work }).cancel()
  const jobs = readJobs({ work })
  if (jobs) queueOf(jobs, template)?.cancel(jobs.ids)
  const end = performance.now() + waitMs
  for (;;) {
    const stillAtWork = holders(root)
    if (stillAtWork.length === 0 || performance.now() >= end || signal?.aborted) return { runFolder: root, stillAtWork }
    await aMoment(signal)
  }
}

function holders(root: string): UnitHolder[] {
  const { holder, units } = runStatus(root)
  const all = [holder, ...units.map((unit) => unit.holder)].filter((each) => each !== null)
  return [...new Map(all.map(({ pid, host, here }) => [`${host} ${pid}`, { pid, host, here }])).values()]
}
