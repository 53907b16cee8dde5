/** What the child of `film-pixels.ts` runs: films are decoded here, and nowhere in the server itself. */
import path from 'node:path'
import { serveJobs } from '../../../base/child-process.js'
import { UserError } from '../../../base/errors.js'
import { exists, isDiskFull, readBytes, writeAtomic } from '../../../base/files.js'
import { hashBytes } from '../../../base/hash.js'
import { type FilmView, pictureOf, readView } from '../../../dataset/film-view.js'
import { type FilmPlace, maxFilmBytes, readRaster } from '../../../dataset/load.js'
import { pixelHashOf } from '../../../dataset/pixel-hash.js'
import { ImageProblem } from '../../../image/raster.js'

export interface FilmToRead extends FilmPlace {
  readonly name: string
}

export type FilmJob =
  | { readonly kind: 'view'; readonly film: FilmToRead }
  /** `folder`: of all pictures. */
  | { readonly kind: 'picture'; readonly film: FilmToRead; readonly folder: string }

export type FilmResult =
  | { readonly kind: 'view'; readonly view: FilmView }
  | { readonly kind: 'picture'; readonly file: string }
  /** One that found no room on the disk. */
  | { readonly kind: 'loose picture'; readonly bytes: Uint8Array }

serveJobs<FilmJob, FilmResult>(async (job) => {
  const { film } = job
  try {
    if (job.kind === 'view') return { kind: 'view', view: await readView(film) }
    return await pictureIn(film, job.folder)
  } catch (error) {
    if (error instanceof ImageProblem) throw new UserError(`${film.name} ${error.message}`)
    if (error instanceof UserError) throw new UserError(error.message.replace(film.file, film.name), { cause: error })
    throw error
  }
})

/** A picture is made once for what a file holds, wherever the file lies and whatever it is called. */
async function pictureIn(film: FilmToRead, folder: string): Promise<FilmResult> {
  const { array, frame, voi, roi } = film
  const bytes = array === undefined ? readBytes(film.file, maxFilmBytes) : undefined
  const content = bytes === undefined ? pixelHashOf(await readRaster(film)) : hashBytes(bytes)
  const name = hashBytes(JSON.stringify([content, array === undefined ? frame : null, voi, roi]))
  const file = path.join(folder, name.slice(0, 2), `${name}.jpg`)
  if (exists(file)) return { kind: 'picture', file }
  const picture = await pictureOf({ ...film, bytes })
  try {
    writeAtomic(file, picture)
  } catch (error) {
    if (!isDiskFull(error)) throw error
    return { kind: 'loose picture', bytes: picture }
  }
  return { kind: 'picture', file }
}
