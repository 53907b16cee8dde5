/**
 * Files by the paths that a table gives them. Each folder is listed once, so that a table may name hundreds of thousands of
 * files, there or not. A name may stand on the disk in another Unicode form (macOS takes letters apart).
 */
import path from 'node:path'
import { exists, listDirectory } from '../base/files.js'

export interface EntryOnDisk {
  /** The path as the disk writes it. */
  readonly file: string
  readonly directory: boolean
}

interface Listing {
  /** By name, and by its composed form. */
  readonly byName: ReadonlyMap<string, EntryOnDisk>
  /** Names by their lower case, with and without extension. */
  readonly likeness: ReadonlyMap<string, string>
}

/** No system has longer ones. */
const longestPath = 32_767

export class FilesOnDisk {
  readonly #listings = new Map<string, Listing>()

  /** What stands at an absolute path; undefined where nothing does. */
  entryAt(file: string): EntryOnDisk | undefined {
    if (file.length > longestPath) return undefined
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

  /** The name of a file in the same folder that differs in case or extension alone. */
  similarTo(file: string): string | undefined {
    return this.#listingOf(path.dirname(file)).likeness.get(path.basename(file).toLowerCase())
  }

  #listingOf(folder: string): Listing {
    const known = this.#listings.get(folder)
    if (known !== undefined) return known
    const place = exists(folder) ? folder : this.entryAt(folder)?.file
    const byName = new Map<string, EntryOnDisk>()
    const likeness = new Map<string, string>()
    for (const { name, directory } of place === undefined ? [] : listDirectory(place)) {
      const entry = { file: path.join(place as string, name), directory }
      byName.set(name, entry)
      if (!byName.has(name.normalize('NFC'))) byName.set(name.normalize('NFC'), entry)
      if (directory) continue
      for (const form of [name, path.parse(name).name]) {
        if (!likeness.has(form.toLowerCase())) likeness.set(form.toLowerCase(), name)
      }
    }
    const listing = { byName, likeness }
    this.#listings.set(folder, listing)
    return listing
  }
}
