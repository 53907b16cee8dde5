/** From a request with films to what the model says of them: let in, read, decoded, judged. */
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { isDirectory } from '../base/files.js'
import { version } from '../base/version.js'
import { parseRectangle, type Rectangle, rectangleProblem } from '../image/rectangle.js'
import type { FilmPixels, Judgement } from '../prediction/judgement.js'
import type { ModelChoice } from '../prediction/open-model.js'
import { Admission } from './admission.js'
import { answerOf, type FilmOutcome } from './answer.js'
import type { ModelIdentity, PredictionAnswer } from './answers.js'
import { FilmReaders } from './film-readers.js'
import { filmTypes, isTaken, severalFilms } from './films.js'
import { Judge } from './judge.js'
import type { ModelFacts } from './judge-process.js'
import type { Gauges, Metrics } from './metrics.js'
import { RequestProblem } from './problem.js'
import type { ReadFilm } from './reader-process.js'
import { type Arrival, bodyOf, declaredBytes, tooLarge } from './request-body.js'
import { unlessAborted } from './unless-aborted.js'

export interface Limits {
  /** Bytes of a request. */
  readonly mostBytes: number
  /** Requests under way at a time, those that wait among them. */
  readonly mostRequests: number
  /** From the arrival of a request to its answer. */
  readonly seconds: number
}

export class Predictions {
  readonly model: ModelIdentity
  readonly #facts: ModelFacts
  readonly #judge: Judge
  readonly #readers: FilmReaders
  readonly #admission: Admission
  readonly #metrics: Metrics
  readonly #mostBytes: number

  private constructor(
    model: ModelIdentity,
    facts: ModelFacts,
    judge: Judge,
    readers: FilmReaders,
    { mostBytes, mostRequests }: Limits,
    metrics: Metrics,
  ) {
    this.model = model
    this.#facts = facts
    this.#judge = judge
    this.#readers = readers
    this.#admission = new Admission(mostRequests, mostBytes)
    this.#metrics = metrics
    this.#mostBytes = mostBytes
  }

  /** Opens the model. Throws a `UserError` where there is no such model or arm. */
  static async open(choice: ModelChoice, limits: Limits, metrics: Metrics): Promise<Predictions> {
    const judge = new Judge(choice, 1000 * limits.seconds, () => metrics.replaced('judge'))
    const readers = new FilmReaders(() => metrics.replaced('reader'))
    try {
      const [facts] = await Promise.all([judge.open(), readers.open()])
      const { arm, k, sha256, headSha256 } = facts
      const run = isDirectory(choice.model) ? path.basename(path.resolve(choice.model)) : null
      return new Predictions({ run, arm, k, sha256, headSha256, kopt: version }, facts, judge, readers, limits, metrics)
    } catch (error) {
      judge.close()
      readers.close()
      throw error
    }
  }

  get ready(): boolean {
    return this.#judge.ready
  }

  get gauges(): Omit<Gauges, 'ready'> {
    const server = process.memoryUsage.rss()
    return {
      model: this.model,
      underWay: this.#admission.requests,
      heldBytes: this.#admission.bytes,
      memoryBytes: { server, readers: this.#readers.memoryBytes, judge: this.#judge.memoryBytes },
    }
  }

  /** Throws a `RequestProblem` where no film was judged, and the signal's reason once it fires. */
  async answer(request: IncomingMessage, query: URLSearchParams, arrival: Arrival): Promise<PredictionAnswer> {
    const { signal } = arrival
    const type = request.headers['content-type'] ?? ''
    if (!isTaken(type))
      throw new RequestProblem(
        'unsupported',
        `films come as ${filmTypes.join(', ')}, or several as ${severalFilms}; say which in the header Content-Type`,
      )
    const roi = this.#regionOf(query)
    const declared = declaredBytes(request)
    if (declared !== undefined && declared > this.#mostBytes) throw tooLarge(this.#mostBytes)
    const place = this.#admission.enter(declared ?? this.#mostBytes, this.#metrics.usualSeconds)
    try {
      const body = await bodyOf(request, this.#mostBytes, arrival)
      const { target, cropped } = this.#facts
      const job = { type, body, ...(roi && { roi }), target, cropped }
      const read = await unlessAborted(this.#readers.read(job, signal), signal)
      place.freeBytes()
      const outcomes = await this.#outcomes(read, signal)
      this.#count(outcomes)
      if (outcomes.every((outcome) => 'problem' in outcome)) throw unreadable(outcomes)
      return answerOf(outcomes, this.model, this.#facts)
    } finally {
      place.leave()
    }
  }

  close(): void {
    this.#judge.close()
    this.#readers.close()
  }

  #regionOf(query: URLSearchParams): Rectangle | undefined {
    const unknown = [...query.keys()].find((key) => key !== 'roi')
    if (unknown !== undefined)
      throw new RequestProblem(
        'malformed',
        `?${unknown}= is not known here; there is ?roi=left,top,width,height[,rotation]`,
      )
    const text = query.get('roi')
    if (text === null) {
      if (!this.#facts.cropped) return undefined
      throw new RequestProblem(
        'malformed',
        "the model was trained on regions cut out of films and can't judge a whole film; say where to look: ?roi=left,top,width,height",
      )
    }
    const rectangle = parseRectangle(text)
    if (rectangle === undefined)
      throw new RequestProblem(
        'malformed',
        `?roi=${text}: left,top,width,height[,rotation] was expected, for example 40,80,200,200`,
      )
    const wrong = rectangleProblem(rectangle)
    if (wrong !== undefined) throw new RequestProblem('malformed', `?roi=${text} ${wrong}`)
    return rectangle
  }

  async #outcomes(read: readonly ReadFilm[], signal: AbortSignal): Promise<FilmOutcome[]> {
    const isRead = (film: ReadFilm): film is FilmPixels => !('problem' in film)
    const judgements = await unlessAborted(this.#judge.judge(read.filter(isRead), signal), signal)
    const next = judgements[Symbol.iterator]()
    return read.map((film) => (isRead(film) ? (next.next().value as Judgement) : film))
  }

  #count(outcomes: readonly FilmOutcome[]): void {
    for (const outcome of outcomes)
      this.#metrics.film('problem' in outcome ? 'unreadable' : outcome.likeness?.unlike ? 'unlike' : 'judged')
  }
}

function unreadable(outcomes: readonly FilmOutcome[]): RequestProblem {
  const phrases = outcomes.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : []))
  const [first, ...others] = phrases
  return new RequestProblem(
    'unreadable',
    others.length === 0 ? `the film ${first}` : phrases.map((phrase, i) => `film ${i + 1} ${phrase}`).join('; '),
  )
}
