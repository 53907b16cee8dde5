/**
 * Processes that read requests: what a film holds is unknown, and the service goes on answering whatever becomes of the process
 * that reads it. Each reads one request at a time; one that has ended, or had to be ended, is replaced by the next request.
 */
import { builtModule } from '../base/built.js'
import { AnsweringChild } from '../base/child-process.js'
import { WorkerLost } from '../base/errors.js'
import { RequestProblem } from './problem.js'
import type { ReadFilm, ReadJob, ReadResult } from './reader-process.js'

const readersAtOnce = 2
/** A process may be ended from outside; a request that cost so many their lives is at fault. */
const mostTries = 2

/** What a process answers as soon as it has started. */
const nothing: ReadJob = {
  type: '',
  body: new Uint8Array(),
  target: { height: 1, width: 1, channels: 1, maxValue: 1 },
  cropped: false,
}

interface Waiting {
  readonly job: ReadJob
  readonly signal: AbortSignal
  readonly resolve: (films: readonly ReadFilm[]) => void
  readonly reject: (error: unknown) => void
}

interface Reader {
  readonly child: AnsweringChild<ReadJob, ReadResult>
  busy: boolean
  /** Its process has ended over a request, and no other has answered since. */
  isLost: boolean
  memoryBytes: number
}

export class FilmReaders {
  readonly #readers: readonly Reader[]
  readonly #waiting: Waiting[] = []
  readonly #onLost: () => void

  /** @param onLost called when one has ended over a request */
  constructor(onLost: () => void) {
    this.#onLost = onLost
    this.#readers = Array.from({ length: readersAtOnce }, () => ({
      child: new AnsweringChild<ReadJob, ReadResult>(builtModule('service/reader-process')),
      busy: false,
      isLost: false,
      memoryBytes: 0,
    }))
  }

  /** Of all readers, when each had last read. */
  get memoryBytes(): number {
    return this.#readers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
  }

  /** Starts them, so that the first request waits no longer than others. */
  async open(): Promise<void> {
    await Promise.all(this.#readers.map(({ child }) => child.ask(nothing)))
  }

  /** Rejects with the signal's reason once it fires, and with a `RequestProblem` where the request can't be read. */
  read(job: ReadJob, signal: AbortSignal): Promise<readonly ReadFilm[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, signal, resolve, reject })
      this.#next()
    })
  }

  close(): void {
    for (const { child } of this.#readers) child.close()
  }

  #next(): void {
    for (const reader of this.#readers) {
      if (reader.busy) continue
      const waiting = this.#waiting.shift()
      if (waiting === undefined) return
      reader.busy = true
      this.#readBy(reader, waiting)
        .then(waiting.resolve, waiting.reject)
        // The start of a new process is no request's time.
        .then(() => (reader.isLost ? this.#replace(reader) : undefined))
        .finally(() => {
          reader.busy = false
          this.#next()
        })
    }
  }

  async #replace(reader: Reader): Promise<void> {
    try {
      await reader.child.ask(nothing)
      reader.isLost = false
    } catch (error) {
      // Ended at once again, or with the service: the next request starts it.
      if (!(error instanceof WorkerLost)) throw error
    }
  }

  async #readBy(reader: Reader, { job, signal }: Waiting): Promise<readonly ReadFilm[]> {
    const end = () => reader.child.close()
    signal.addEventListener('abort', end, { once: true })
    try {
      for (let attempt = 1; attempt <= mostTries; attempt++) {
        signal.throwIfAborted()
        const result = await reader.child.ask(job).catch((error: unknown) => {
          if (!(error instanceof WorkerLost)) throw error
          reader.memoryBytes = 0
          reader.isLost = true
          this.#onLost()
          return undefined
        })
        if (result === undefined) continue
        reader.isLost = false
        reader.memoryBytes = result.memoryBytes
        if ('films' in result) return result.films
        throw new RequestProblem(result.refusal.kind, result.refusal.message)
      }
      signal.throwIfAborted()
      throw new RequestProblem(
        'unreadable',
        'the film could not be decoded: the process that reads films has ended over it; is it damaged?',
      )
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
}
