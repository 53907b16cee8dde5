/** The files of a folder and of those below it. A link that leads back up is not followed. */
import path from 'node:path'
import { listDirectory, realPath } from '../base/files.js'
import { isSystemEntry } from './reader.js'

/** Paths within `root`, with '/', of every file below its folder `inside`, in code-unit order, without what a system leaves behind. */
export function filesBelow(root: string, inside = ''): string[] {
  const visit = (folder: string, above: readonly string[]): string[] => {
    const here = realPath(path.join(root, folder))
    if (above.includes(here)) return []
    return listDirectory(path.join(root, folder)).flatMap(({ name, directory }) => {
      if (isSystemEntry(name)) return []
      const place = path.posix.join(folder, name)
      return directory ? visit(place, [...above, here]) : [place]
    })
  }
  return visit(inside, [])
}
