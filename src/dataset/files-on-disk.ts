/**
 * Files by the paths that a table gives them. Each folder is listed once, so that a table may name hundreds of thousands of
 * files, there or not. A name may stand on the disk in another Unicode form (macOS takes letters apart).
 */
import path from 'node:path'
import { exists, type FolderEntry, listDirectory, Unreadable } from '../base/files.js'

export interface EntryOnDisk {
  /** The path as the disk writes it. */
  readonly file: string
  readonly directory: boolean
  /** Why it can't be opened: completes "NAME ...". */
  readonly problem?: string
}

interface Listing {
  /** Why the folder can't be read: completes "FOLDER ...". */
  readonly problem?: string
  /** By name, and by its composed form. */
  readonly byName: ReadonlyMap<string, EntryOnDisk>
  /** Names by their lower case, with and without extension. */
  readonly likeness: ReadonlyMap<string, string>
}

/** No system has longer ones. */
const longestPath = 32_767
/** Folders above a file that are looked through for another Unicode form of a name. */
const mostFolders = 200

export class FilesOnDisk {
  readonly #listings = new Map<string, Listing>()

  /** What stands at an absolute path; undefined where nothing does. */
  entryAt(file: string): EntryOnDisk | undefined {
    if (this.#isTooDeep(file)) return undefined
    const folder = path.dirname(file)
    if (folder === file) return { file, directory: true }
    const listing = this.#listingOf(folder)
    const name = path.basename(file)
    const entry = listing.byName.get(name) ?? listing.byName.get(name.normalize('NFC'))
    if (entry !== undefined) return entry
    // many disks take upper and lower case for one
    const like = listing.likeness.has(name.toLowerCase()) && exists(file)
    return like ? { file, directory: false } : undefined
  }

  /** Why nothing stands at a path, as a phrase: that it does not exist, or that its folder can't be read. */
  absence(file: string): string {
    const { problem } = this.#isTooDeep(file) ? {} : this.#listingOf(path.dirname(file))
    return problem === undefined ? 'does not exist' : `can't be reached, since its folder ${problem}`
  }

  /** The name of a file in the same folder that differs in case or extension alone. */
  similarTo(file: string): string | undefined {
    if (this.#isTooDeep(file)) return undefined
    return this.#listingOf(path.dirname(file)).likeness.get(path.basename(file).toLowerCase())
  }

  #isTooDeep(file: string): boolean {
    return file.length > longestPath || file.split(path.sep).length > mostFolders
  }

  #listingOf(folder: string): Listing {
    const known = this.#listings.get(folder)
    if (known !== undefined) return known
    const place = exists(folder) ? folder : this.entryAt(folder)?.file
    const byName = new Map<string, EntryOnDisk>()
    const likeness = new Map<string, string>()
    const { entries, problem: unread } = place === undefined ? { entries: [] } : entriesOf(place)
    for (const { name, directory, problem } of entries) {
      const entry = { file: path.join(place as string, name), directory, ...(problem !== undefined && { problem }) }
      byName.set(name, entry)
      if (!byName.has(name.normalize('NFC'))) byName.set(name.normalize('NFC'), entry)
      if (directory) continue
      for (const form of [name, path.parse(name).name]) {
        if (!likeness.has(form.toLowerCase())) likeness.set(form.toLowerCase(), name)
      }
    }
    const listing = { byName, likeness, ...(unread !== undefined && { problem: unread }) }
    this.#listings.set(folder, listing)
    return listing
  }
}

function entriesOf(folder: string): { entries: FolderEntry[]; problem?: string } {
  try {
    return { entries: listDirectory(folder) }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { entries: [], problem: error.reason }
  }
}
