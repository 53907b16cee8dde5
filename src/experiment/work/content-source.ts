/** Where the contents that units name are fetched from, by their hash. */
import { InternalError, UserError } from '../../base/errors.js'
import { readBytes } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { shownPath } from '../../base/shown-path.js'
import { RunDirectory } from '../../record/run-directory.js'
import { Seals } from '../../record/seals.js'

export interface ContentSource {
  /** The bytes whose SHA-256 (hex) is `hash`. */
  fetch(hash: string): Promise<Uint8Array>
}

/**
 * The files of a run's folder and of its folds, found by the run's own checksums. The example of `unitRunner` uses it.
 *
 * @param runFolder the run's folder, as it can be read from here
 * @returns a source whose `fetch` gives the bytes of a content, and rejects with a `UserError` where its file is no longer as
 *   the run has left it
 */
export function runFolderSource(runFolder: string): ContentSource {
  const directory = new RunDirectory(runFolder)
  let seals = new Seals(directory)
  const find = (hash: string): string | undefined => {
    const known = seals.fileOf(hash)
    if (known !== undefined) return known
    // The run has gone on since the checksums were read.
    seals = new Seals(directory)
    return seals.fileOf(hash)
  }
  return {
    async fetch(hash) {
      const file = find(hash)
      if (file === undefined) throw new InternalError(`no file of the run has the content ${hash}`)
      const bytes = readBytes(file)
      if (hashBytes(bytes) === hash) return bytes
      throw new UserError(
        `${shownPath(file)} is damaged: it is not as the run has left it; kopt resume ${shownPath(directory.root)} makes it anew`,
      )
    },
  }
}
