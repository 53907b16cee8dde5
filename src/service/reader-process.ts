/** What a reader runs: requests are taken apart and films decoded here, and nowhere in the service itself. */
import { serveJobs } from '../base/child-process.js'
import type { Rectangle } from '../image/rectangle.js'
import type { PixelTarget } from '../image/resize.js'
import { type FilmPixels, filmPixels } from '../prediction/judgement.js'
import { rasterOf } from '../prediction/read-film.js'
import { mostFilms } from './films.js'
import { partsOf } from './multipart.js'

export interface ReadJob {
  /** Content-Type of the request. */
  readonly type: string
  readonly body: Uint8Array
  readonly roi?: Rectangle
  readonly target: PixelTarget
  /** Whether the model judges regions alone. */
  readonly cropped: boolean
}

/** Pixels of a film, or why there are none: completes "NAME ...". */
export type ReadFilm = FilmPixels | { readonly problem: string }

export type ReadResult = (
  | { readonly films: readonly ReadFilm[] }
  | { readonly refusal: { readonly kind: 'malformed' | 'large'; readonly message: string } }
) & {
  /** Of this process. */
  readonly memoryBytes: number
}

serveJobs<ReadJob, ReadResult>(async (job) => {
  const found = await read(job)
  return { ...found, memoryBytes: process.memoryUsage.rss() }
})

async function read({ type, body, roi, target, cropped }: ReadJob) {
  const parts = /^multipart\//i.test(type) ? partsOf(type, body, mostFilms) : [body]
  if (parts === undefined) return refusal('malformed', 'the request calls itself multipart/form-data and is not')
  if (parts.length === 0) return refusal('malformed', 'the request holds no film; send each as a part')
  if (parts.length > mostFilms)
    return refusal('large', `more than ${mostFilms} films are not taken at once; send them in several requests`)
  const films: ReadFilm[] = []
  for (const bytes of parts) {
    const found = await rasterOf({ name: 'film', file: 'film', bytes, ...(roi && { roi }) }, cropped)
    films.push(typeof found === 'string' ? { problem: found } : filmPixels(found, target))
  }
  return { films }
}

function refusal(kind: 'malformed' | 'large', message: string) {
  return { refusal: { kind, message } }
}
