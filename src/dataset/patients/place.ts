/** Where a film lies: the folders of its path that are neither its class nor a set, those of views, and those of its place. */
import path from 'node:path'
import { type FoundFilm, splitOfWord } from '../reader.js'

/** What a side or a view is called. */
export const view =
  /^(l|r|li|re|left|right|links|rechts|pa|ap|ll|lat|lateral|front|frontal|oblique|waters?|caldwell|cc|mlo|side|view[-_ ]?\d*)$/i

/** What of a film says where it lies. */
export type Located = Pick<FoundFilm, 'name' | 'label'>

export interface Folder {
  readonly name: string
  /** Its place among the folders of the film's path, from 0. */
  readonly at: number
}

/** Folders of a film's path from the outermost, without those that are its class or a set. */
export function foldersOf({ name, label }: Located): readonly Folder[] {
  const own = label.toLowerCase()
  return path.posix
    .dirname(name)
    .split('/')
    .flatMap((folder, at) => {
      const isClass = folder.normalize('NFC').toLowerCase() === own
      const other = folder === '' || folder === '.' || folder === '..' || isClass || splitOfWord(folder)
      return other ? [] : [{ name: folder, at }]
    })
}

/** The folders of a film's path that are those of views. */
export function viewsOf(film: Located): readonly Folder[] {
  return foldersOf(film).filter(({ name }) => view.test(name))
}

/**
 * The place within which a film's patient has a number: the first `depth` folders of its path (all of them, where it is
 * absent) without those of views, for the films of one patient lie in several of these.
 */
export function placeOf(film: Located, depth = Number.POSITIVE_INFINITY): string {
  const views = new Set(viewsOf(film).map(({ at }) => at))
  return path.posix
    .dirname(film.name)
    .split('/')
    .filter((_, at) => at < depth && !views.has(at))
    .join('/')
}
