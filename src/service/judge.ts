/**
 * The process that holds the model, and films that wait for it: all that wait are judged in one call, which takes as long for
 * one film as for a full batch. One that has ended is replaced, and the films that it was at are judged again.
 */
import { builtModule } from '../base/built.js'
import { AnsweringChild } from '../base/child-process.js'
import { elementAt } from '../base/element-at.js'
import { UserError, WorkerLost } from '../base/errors.js'
import type { FilmPixels, Judgement } from '../prediction/judgement.js'
import type { ModelChoice } from '../prediction/open-model.js'
import { mostFilms } from './films.js'
import type { JudgeJob, JudgeResult, ModelFacts } from './judge-process.js'
import { RequestProblem } from './problem.js'

/** A film that cost so many judges their lives is not tried again. */
const mostTries = 2
/** What a new process may take longer, since it opens the model first. */
const openingMs = 60_000

interface Waiting {
  readonly film: FilmPixels
  readonly signal: AbortSignal
  readonly resolve: (judgement: Judgement) => void
  readonly reject: (error: unknown) => void
  tries: number
}

export class Judge {
  readonly #child = new AnsweringChild<JudgeJob, JudgeResult>(builtModule('service/judge-process'))
  readonly #choice: ModelChoice
  readonly #patienceMs: number
  readonly #onLost: () => void
  readonly #waiting: Waiting[] = []
  #facts: ModelFacts | undefined
  #busy = false
  /** Of its process, when it had last judged. */
  memoryBytes = 0
  /** Whether the model was there when it was last needed. */
  ready = false

  /**
   * @param patienceMs a call that takes longer is ended with its process
   * @param onLost called when the process has ended over films
   */
  constructor(choice: ModelChoice, patienceMs: number, onLost: () => void) {
    this.#choice = choice
    this.#patienceMs = patienceMs
    this.#onLost = onLost
  }

  /** Opens the model, which judges from then on. Throws a `UserError` where there is no such model or arm. */
  async open(): Promise<ModelFacts> {
    const { facts } = await this.#ask([])
    this.#facts = facts
    return facts
  }

  /** Rejects with the signal's reason once it fires, and with a `RequestProblem` where the model is not there any more. */
  judge(films: readonly FilmPixels[], signal: AbortSignal): Promise<Judgement[]> {
    const judged = films.map(
      (film) =>
        new Promise<Judgement>((resolve, reject) => {
          this.#waiting.push({ film, signal, resolve, reject, tries: 0 })
        }),
    )
    void this.#work()
    return Promise.all(judged)
  }

  close(): void {
    this.#child.close()
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (let films = this.#take(); films.length > 0; films = this.#take()) {
      try {
        const { judgements } = await this.#ask(films.map(({ film }) => film))
        films.forEach(({ resolve }, i) => {
          resolve(elementAt(judgements, i))
        })
      } catch (error) {
        if (error instanceof WorkerLost) this.#again(films)
        else for (const { reject } of films) reject(error)
      }
    }
    this.#busy = false
  }

  /** The films that have waited longest; those that nobody waits for any more are left out. */
  #take(): Waiting[] {
    const films: Waiting[] = []
    while (films.length < mostFilms) {
      const film = this.#waiting.shift()
      if (film === undefined) break
      if (film.signal.aborted) film.reject(film.signal.reason)
      else films.push(film)
    }
    return films
  }

  #again(films: readonly Waiting[]): void {
    for (const film of [...films].reverse()) {
      film.tries++
      if (film.tries < mostTries) this.#waiting.unshift(film)
      else
        film.reject(
          new RequestProblem('unready', 'the model ended over the films; was memory short?', { 'retry-after': '1' }),
        )
    }
  }

  async #ask(films: readonly FilmPixels[]): Promise<JudgeResult> {
    const expected = this.#facts
    const patienceMs = this.#patienceMs + (this.ready ? 0 : openingMs)
    const forced = expected && setTimeout(() => this.#child.close(), patienceMs)
    try {
      const result = await this.#child.ask({ choice: this.#choice, films, ...(expected && { expected }) })
      this.memoryBytes = result.memoryBytes
      this.ready = true
      return result
    } catch (error) {
      this.ready = false
      if (error instanceof WorkerLost) this.#onLost()
      if (!expected || !(error instanceof UserError)) throw error
      throw new RequestProblem(
        'unready',
        'the model is not there any more, or is another one than at the start; the service must be started anew',
      )
    } finally {
      clearTimeout(forced)
    }
  }
}
