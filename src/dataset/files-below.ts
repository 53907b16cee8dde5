/**
 * The files of a folder and of those below it, each real folder once: a link that leads back up, or to a folder that is
 * listed already, is not followed. What can't be entered or named is listed with the reason.
 */
import path from 'node:path'
import { folderIdentity, listDirectory, Unreadable } from '../base/files.js'
import { isSystemEntry } from './reader.js'

export interface FileBelow {
  /** Path within the root, with '/'. */
  readonly name: string
  /** Why this can't be opened: completes "NAME ...". It may be a folder of many files. */
  readonly problem?: string
}

/** Every file below the folder `inside` of `root`, in code-unit order, without what a system leaves behind. */
export function filesBelow(root: string, inside = ''): FileBelow[] {
  const found: FileBelow[] = []
  const seen = new Set<string>()
  // what is still to be visited, the next one last: folders may lie deeper than functions may call each other
  const pending: (FileBelow & { directory: boolean })[] = [{ name: inside, directory: true }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name, directory, problem } = next
    if (directory && problem === undefined) {
      for (const entry of entriesOf(root, name, seen).reverse()) pending.push(entry)
    } else found.push({ name, ...(problem !== undefined && { problem }) })
  }
  return found
}

function entriesOf(root: string, folder: string, seen: Set<string>): (FileBelow & { directory: boolean })[] {
  const place = path.join(root, folder)
  try {
    const identity = folderIdentity(place)
    if (seen.has(identity)) return []
    seen.add(identity)
    return listDirectory(place)
      .filter(({ name }) => !isSystemEntry(name))
      .map((entry) => ({ ...entry, name: path.posix.join(folder, entry.name) }))
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return [{ name: folder, directory: false, problem: error.reason }]
  }
}
