/** The runs that lie in a folder. */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { isDirectory, listDirectory } from '../base/files.js'
import { runStatus } from './read-status.js'
import { hasBegun, RunDirectory } from './run-directory.js'
import type { RunStatus } from './run-status.js'

/**
 * Status of every run directly below a folder. Folders that hold no run are passed over.
 *
 * ```ts run
 * import { listRuns } from 'kopt'
 * for (const { name, state } of listRuns('.')) console.log(name, state)
 * ```
 *
 * ```text
 * own-executor finished
 * run finished
 * ```
 *
 * @param folder where runs lie; default `runs`
 * @returns as `runStatus`, by name
 * @throws `UserError` where `folder` is none
 */
export function listRuns(folder = 'runs'): RunStatus[] {
  if (!isDirectory(folder)) {
    throw new UserError(
      `${folder} is not a folder; name the one that holds runs: kopt list FOLDER (kopt run puts them into runs where nothing else was asked)`,
    )
  }
  if (hasBegun(new RunDirectory(folder)))
    throw new UserError(`${folder} is itself a run: kopt status ${folder}; name the folder that it lies in`)
  return listDirectory(folder)
    .map(({ name }) => path.join(folder, name))
    .filter((root) => isDirectory(root) && hasBegun(new RunDirectory(root)))
    .sort()
    .map(runStatus)
}
