/**
 * The files of a folder and of those below it, each real folder once: a link that leads back up, or to a folder that is
 * listed already, is not followed. What can't be entered or named is listed with the reason.
 */
import path from 'node:path'
import { listDirectory, realPath, Unreadable } from '../base/files.js'
import { isSystemEntry } from './reader.js'

export interface FileBelow {
  /** Path within the root, with '/'. */
  readonly name: string
  /** Why this can't be opened: completes "NAME ...". It may be a folder of many files. */
  readonly problem?: string
}

/** Every file below the folder `inside` of `root`, in code-unit order, without what a system leaves behind. */
export function filesBelow(root: string, inside = ''): FileBelow[] {
  const seen = new Set<string>()
  const visit = (folder: string): FileBelow[] => {
    const place = path.join(root, folder)
    try {
      const here = realPath(place)
      if (seen.has(here)) return []
      seen.add(here)
      return listDirectory(place).flatMap(({ name, directory, problem }) => {
        if (isSystemEntry(name)) return []
        const below = path.posix.join(folder, name)
        if (problem !== undefined) return [{ name: below, problem }]
        return directory ? visit(below) : [{ name: below }]
      })
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      return [{ name: folder, problem: error.reason }]
    }
  }
  return visit(inside)
}
