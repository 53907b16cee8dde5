/** Folders of this computer to choose films from: the one that the studio works in, the user's own, and what lies below these. */
import os from 'node:os'
import path from 'node:path'
import { UserError } from '../../../base/errors.js'
import { isDirectory, listDirectory, whyUnreachable } from '../../../base/files.js'
import { isSystemEntry } from '../../../dataset/reader.js'
import type { PlaceView } from '../../wire/dataset.js'

/** Entries of a folder that are shown. */
const most = 1000
/** Files that may be a dataset by themselves. */
const datasetFile = /\.(csv|npz)$/i

/** Throws a `UserError` where it is no folder, or lies elsewhere. */
export function placeView(root: string, folder = root): PlaceView {
  const here = path.resolve(root, folder)
  const roots = [root, os.homedir()]
  const within = (place: string) => roots.some((each) => liesBelow(place, each))
  if (!within(here))
    throw new UserError(
      'only folders below this one and your own are listed; type the path of films that lie elsewhere',
    )
  if (!isDirectory(here)) throw new UserError(`${here} ${whyNoFolder(here)}`)
  const entries = listDirectory(here).filter(
    ({ name, directory, problem }) =>
      !isSystemEntry(name) && problem === undefined && (directory || datasetFile.test(name)),
  )
  const above = path.dirname(here)
  return {
    folder: here,
    above: above !== here && within(above) ? above : null,
    inside: entries
      .slice(0, most)
      .map(({ name, directory }) => ({ name, path: path.join(here, name), folder: directory })),
    more: entries.length > most,
  }
}

function liesBelow(place: string, root: string): boolean {
  const relative = path.relative(root, place)
  return relative === '' || !(relative.startsWith('..') || path.isAbsolute(relative))
}

function whyNoFolder(place: string): string {
  const why = whyUnreachable(place)
  return why === 'does not exist' && isDirectory(path.dirname(place)) ? 'is no folder' : why
}
