/** What the child runs that unpacks dropped archives: they are opened here, and nowhere in the server itself. */
import { serveChild } from '../../../base/child-process.js'
import { unpackFilms } from '../../../dataset/unpack.js'

export interface UnpackJob {
  /** What each archive is called, where it lies, and the folder that its films go into. */
  readonly archives: readonly { readonly name: string; readonly file: string; readonly folder: string }[]
}

serveChild<UnpackJob, never, number>(({ archives }) =>
  archives.reduce((files, { name, file, folder }) => files + unpackFilms(file, name, folder), 0),
)
