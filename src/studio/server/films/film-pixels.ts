/** Films decoded in a child process: whole ones at once, small pictures one after the other, the one asked for last first. */
import path from 'node:path'
import { builtModule } from '../../../base/built.js'
import { AnsweringChild } from '../../../base/child-process.js'
import { InternalError, UserError, WorkerLost } from '../../../base/errors.js'
import { exists, fileStamp, readBytes } from '../../../base/files.js'
import type { FilmView } from '../../../dataset/film-view.js'
import type { FilmEntry } from '../datasets/film-entry.js'
import type { Workplace } from '../workplace.js'
import type { FilmJob, FilmResult } from './film-process.js'

interface Asked {
  readonly film: FilmEntry
  readonly signal: AbortSignal
  readonly resolve: (result: FilmResult) => void
  readonly reject: (error: unknown) => void
}

const picturesAtOnce = 2
const largestPicture = 2 ** 20
/** Files whose picture is known without reading them again. */
const mostKnown = 100_000

export class FilmPixels {
  readonly #folder: string
  // Of its own each: a film that is looked at does not wait for pictures of others.
  readonly #viewing = new AnsweringChild<FilmJob, FilmResult>(builtModule('studio/server/films/film-process'))
  readonly #picturing = new AnsweringChild<FilmJob, FilmResult>(builtModule('studio/server/films/film-process'))
  readonly #known = new Map<string, string>()
  readonly #waiting: Asked[] = []
  #atWork = 0

  constructor(workplace: Workplace) {
    this.#folder = path.join(workplace.studio, 'thumbnails')
  }

  close(): void {
    this.#viewing.close()
    this.#picturing.close()
  }

  /** For pictures that will be asked for before long. */
  prepare(): void {
    this.#picturing.prepare()
  }

  /** Throws a `UserError` where the film can't be read. */
  async view(film: FilmEntry): Promise<FilmView> {
    const result = await answered(film, this.#viewing.ask({ kind: 'view', film }))
    if (result.kind !== 'view') throw new InternalError('a film was asked for, and a picture came')
    return result.view
  }

  /** A small picture as JPEG. Throws a `UserError` where the film can't be read. */
  async picture(film: FilmEntry, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const key = JSON.stringify([film.file, fileStamp(film.file), film.array, film.frame, film.voi, film.roi])
    const known = this.#known.get(key)
    if (known !== undefined && exists(known)) return new Uint8Array(readBytes(known, largestPicture))
    const result = await new Promise<FilmResult>((resolve, reject) => {
      this.#waiting.push({ film, signal, resolve, reject })
      this.#next()
    })
    if (result.kind === 'loose picture') return new Uint8Array(result.bytes)
    if (result.kind === 'view') throw new InternalError('a picture was asked for, and a film came')
    const { file } = result
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(key, file)
    return new Uint8Array(readBytes(file, largestPicture))
  }

  #next(): void {
    while (this.#atWork < picturesAtOnce) {
      const asked = this.#waiting.pop()
      if (asked === undefined) return
      const { film, signal, resolve, reject } = asked
      // Scrolled past, nobody waits for it any more.
      if (signal.aborted) {
        reject(new UserError('the picture is not awaited any more'))
        continue
      }
      this.#atWork++
      const made = this.#picturing.ask({ kind: 'picture', film, folder: this.#folder })
      answered(film, made)
        .then(resolve, reject)
        .finally(() => {
          this.#atWork--
          this.#next()
        })
    }
  }
}

async function answered(film: FilmEntry, answer: Promise<FilmResult>): Promise<FilmResult> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error
    throw new UserError(
      `${film.name} could not be decoded: the process that reads films has ended over it; is it damaged?`,
    )
  }
}
