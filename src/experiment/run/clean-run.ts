/**
 * Makes room in a run's folder. Of a finished run everything goes that neither its report nor its model needs, nor a film that is
 * judged later; of one that was stopped nothing but what saves time. Whatever is damaged afterwards can still be made anew, to the
 * same bytes, though what was removed has to be made anew with it.
 */
import path from 'node:path'
import { exists, isOwnDirectory, listDirectory, removeEmptyDirectory, removeFile } from '../../base/files.js'
import { runContents } from '../../record/read-contents.js'
import type { Result } from '../../record/result.js'
import type { ContentFacts, RunContent } from '../../record/run-contents.js'
import { openRunDirectory, type RunDirectory } from '../../record/run-directory.js'
import { openRun } from '../../record/run-store.js'
import { Seals } from '../../record/seals.js'
import { readResult } from '../../record/stored-result.js'
import { stagesBehind } from './make-anew.js'

export interface CleanedRun {
  readonly state: 'finished' | 'stopped'
  readonly contents: readonly RunContent[]
  /** That may go, in bytes. */
  readonly spareBytes: number
  /** That went, in bytes; 0 where it was not wanted. */
  readonly removedBytes: number
}

/**
 * Tells what a run's folder holds and removes what may go, if that is `wanted`. Throws a `UserError` where the folder holds no
 * run, a process is at work in it, or its result is damaged.
 */
export async function cleanRun(root: string, wanted: (found: CleanedRun) => Promise<boolean>): Promise<CleanedRun> {
  openRunDirectory(root)
  const { directory, release } = openRun(root, 'clean')
  try {
    const finished = exists(directory.result)
    const contents = runContents(directory, finished ? factsOf(readResult(directory)) : { finished, chosen: [] })
    const spareBytes = contents.reduce((sum, one) => sum + one.spareBytes, 0)
    const found: CleanedRun = { state: finished ? 'finished' : 'stopped', contents, spareBytes, removedBytes: 0 }
    const spare = contents.flatMap((one) => one.spare)
    if (spare.length === 0 || !(await wanted(found))) return found
    remove(directory, spare, finished)
    return { ...found, removedBytes: spareBytes }
  } finally {
    release()
  }
}

function factsOf({ generator }: Result): ContentFacts {
  const chosen: (number | undefined)[] = []
  for (const { gan, step } of generator?.training?.snapshots ?? []) chosen[gan - 1] = step
  return { finished: true, chosen }
}

/** In an order that a kill may interrupt at any place: what stays is vouched for, and what is half removed is no longer. */
function remove(directory: RunDirectory, names: readonly string[], finished: boolean): void {
  const seals = new Seals(directory)
  const files = names.map((name) => path.join(directory.root, name))
  if (finished) seals.writeJson(directory.cleaned, { removed: names })
  const markers = names.flatMap((name) => markersOf(directory, name))
  seals.forget(...markers, ...files)
  for (const file of [...markers, ...files]) removeFile(file)
  for (const folder of new Set(names.map((name) => topFolder(directory, name)))) removeEmptyFolders(folder)
}

/** Of the stages that a file of a run or of an outer fold came from; whatever else is there of an inner fold goes with it. */
function markersOf(directory: RunDirectory, name: string): string[] {
  const [, fold, inFold = ''] = /^folds\/(\d+)\/(.+)$/.exec(name) ?? []
  const [owner, file] = fold === undefined ? [directory, name] : [directory.fold(Number(fold)), inFold]
  // A generator goes on from the checkpoints that stay.
  const goesOn = file.startsWith('gan/') && fold === undefined
  return goesOn ? [] : stagesBehind(file).map((stage) => owner.stage(stage))
}

function topFolder({ root }: RunDirectory, name: string): string {
  return path.join(root, name.split('/')[0] ?? '')
}

/** Those that hold nothing, from the deepest on. */
function removeEmptyFolders(folder: string): void {
  if (!isOwnDirectory(folder)) return
  for (const { name } of listDirectory(folder)) removeEmptyFolders(path.join(folder, name))
  removeEmptyDirectory(folder)
}
