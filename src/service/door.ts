/** What stands before every answer, which answer it is, and how it is written and logged. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sameSecret } from '../base/hash.js'
import { type Shown, shown, shownLine } from '../base/shown.js'
import { answerHeaders, isOfOtherPage, loopbackHosts, refusalByName } from '../http/guard.js'
import type { Metrics, Outcome } from './metrics.js'
import { openApi } from './openapi.js'
import type { Limits, Predictions } from './predictions.js'
import { type ProblemKind, RequestProblem } from './problem.js'

export interface DoorOptions {
  /** Names that the service may be reached by besides those of the loopback addresses, in small letters, each with a port or for any. */
  readonly allowedHosts: readonly string[]
  /** Asked for as `Authorization: Bearer TOKEN`; default: nobody is asked. */
  readonly token?: string
  readonly limits: Limits
  /** Takes a line for each request that asked for predictions. */
  readonly log: (line: Shown) => void
}

/** How long a client that is refused while it still sends may take to read the refusal. */
const lingerMs = 500

const reading = ['GET', 'HEAD']
const methods: Readonly<Record<string, readonly string[]>> = {
  '/predict': ['POST'],
  '/health': reading,
  '/health/live': reading,
  '/metrics': reading,
  '/openapi.json': reading,
}
/** Whoever looks after a service knows no token. */
const openToAll = ['/health', '/health/live']
/** Said while a request may still be arriving: the connection ends with it. */
const cutOff: readonly Outcome[] = ['large', 'slow', 'late', 'unready']

interface Answer {
  readonly status: number
  readonly body: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export class Door {
  readonly #options: DoorOptions
  readonly #predictions: Predictions
  readonly #metrics: Metrics
  readonly #description: string
  #hosts: readonly string[] = []
  /** No more requests are taken. */
  ending = false

  constructor(options: DoorOptions, predictions: Predictions, metrics: Metrics) {
    this.#options = options
    this.#predictions = predictions
    this.#metrics = metrics
    this.#description = JSON.stringify(openApi({ ...options.limits, hasToken: options.token !== undefined }))
  }

  listensAt(port: number): void {
    const named = this.#options.allowedHosts.flatMap((host) =>
      /:\d+$/.test(host) ? [host] : [host, `${host}:${port}`],
    )
    this.#hosts = [...loopbackHosts(port), ...named]
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request
    const address = request.url ?? ''
    try {
      if (!URL.canParse(address, 'http://service'))
        throw new RequestProblem('malformed', 'the path of the request is none')
      const url = new URL(address, 'http://service')
      this.#refuse(request, url.pathname)
      if (url.pathname === '/predict') return await this.#predict(request, response, url.searchParams)
      this.#write(request, response, this.#fixed(url.pathname), method === 'HEAD')
    } catch (error) {
      const problem = this.#problemOf(error)
      if (problem === undefined || response.headersSent) return
      this.#log(problem.kind, problem.status, 0, 0)
      this.#write(request, response, problemAnswer(problem), method === 'HEAD')
    }
  }

  /** Throws a `RequestProblem` for whoever gets no answer. */
  #refuse(request: IncomingMessage, pathname: string): void {
    const { method = '', headers } = request
    const asked = { method, header: (name: string) => headers[name]?.toString() }
    const refusal = refusalByName(asked, {
      methods: [...new Set(Object.values(methods).flat())],
      hosts: this.#hosts,
      remedy: 'kopt serve takes other names with --allowed-hosts',
    })
    if (refusal) throw new RequestProblem(refusal.status === 405 ? 'method' : 'refused', refusal.text)
    if (isOfOtherPage(asked, { needsOrigin: false }))
      throw new RequestProblem(
        'refused',
        'this was asked by a page in a browser, and this service answers programs alone',
      )
    const { token } = this.#options
    if (token !== undefined && !openToAll.includes(pathname)) {
      const [, given = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
      if (!sameSecret(given, token))
        throw new RequestProblem(
          'unauthorized',
          'the token is missing or wrong; send it as Authorization: Bearer TOKEN',
          {
            'www-authenticate': 'Bearer',
          },
        )
    }
    const allowed = Object.hasOwn(methods, pathname) ? methods[pathname] : undefined
    if (allowed === undefined)
      throw new RequestProblem('unknown', 'there is nothing under this path; GET /openapi.json says what there is')
    if (!allowed.includes(method))
      throw new RequestProblem(
        'method',
        `${method} is not used at ${pathname}; ${allowed.join(' and ')} ${allowed.length > 1 ? 'are' : 'is'}`,
        {
          allow: allowed.join(', '),
        },
      )
  }

  #fixed(pathname: string): Answer {
    switch (pathname) {
      case '/metrics': {
        const text = this.#metrics.text({ ...this.#predictions.gauges, ready: this.#ready })
        return { status: 200, body: text, type: 'text/plain; version=0.0.4; charset=utf-8' }
      }
      case '/openapi.json':
        return { status: 200, body: this.#description }
      case '/health':
        return { status: this.#ready ? 200 : 503, body: JSON.stringify({ live: true, ready: this.#ready }) }
      default:
        return { status: 200, body: JSON.stringify({ live: true, ready: this.#ready }) }
    }
  }

  get #ready(): boolean {
    return !this.ending && this.#predictions.ready
  }

  async #predict(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const started = performance.now()
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(this.#timeOut(request)), 1000 * this.#options.limits.seconds)
    const onGone = () => stop.abort(new Gone())
    response.once('close', onGone)
    let outcome: Outcome = 'judged'
    let bytes = 0
    let answer: Answer
    try {
      if (this.ending) throw new RequestProblem('unready', 'the service is ending', { 'retry-after': '1' })
      const judged = await this.#predictions.answer(request, query, {
        signal: stop.signal,
        onBytes: (more) => {
          bytes += more
        },
      })
      answer = { status: 200, body: JSON.stringify(judged) }
    } catch (error) {
      const problem = this.#problemOf(error)
      outcome = problem === undefined ? 'abandoned' : problem.kind
      answer = problem === undefined ? { status: 499, body: '' } : problemAnswer(problem)
    } finally {
      clearTimeout(timer)
      response.off('close', onGone)
    }
    const milliseconds = performance.now() - started
    this.#metrics.request(outcome, milliseconds / 1000)
    this.#log(outcome, answer.status, milliseconds, bytes)
    if (outcome !== 'abandoned') this.#write(request, response, answer, false, cutOff.includes(outcome))
  }

  #timeOut(request: IncomingMessage): RequestProblem {
    const { seconds } = this.#options.limits
    if (!request.complete) return new RequestProblem('slow', `the request did not arrive within ${seconds} s`)
    return new RequestProblem('late', `the films were not judged within ${seconds} s; send fewer at a time`, {
      'retry-after': '1',
    })
  }

  /** Undefined where nobody waits for an answer. */
  #problemOf(error: unknown): RequestProblem | undefined {
    if (error instanceof RequestProblem) return error
    if (error instanceof Gone) return undefined
    // Its message may hold what stood in a film; where it comes from does not.
    const { name, stack = '' } = error as Error
    const calls = stack.split('\n').filter((line) => /^\s+at /.test(line))
    for (const line of [`internal: ${name}`, ...calls]) this.#options.log(shownLine(line))
    return new RequestProblem(
      'internal',
      'internal: a fault of kopt; where it happened stands in the log of the service. Please report it.',
    )
  }

  #log(outcome: Outcome, status: number, milliseconds: number, bytes: number): void {
    this.#options.log(
      shown`time=${new Date().toISOString()} outcome=${outcome} status=${status} ms=${Math.round(milliseconds)} bytes=${bytes}`,
    )
  }

  #write(request: IncomingMessage, response: ServerResponse, answer: Answer, isHead: boolean, isLast = false): void {
    const { status, body, type = 'application/json', headers = {} } = answer
    const ends = isLast || this.ending
    response.writeHead(status, {
      ...answerHeaders,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      ...headers,
      ...(ends && { connection: 'close' }),
    })
    if (isHead || !ends || request.complete) return void response.end(isHead ? undefined : body)
    // Ended at once, the connection would be reset under what still arrives, and the refusal with it.
    response.write(body)
    request.resume()
    const end = setTimeout(() => response.end(), lingerMs)
    request.once('close', () => {
      clearTimeout(end)
      response.end()
    })
  }
}

/** Who has asked has gone. */
class Gone extends Error {}

function problemAnswer({ kind, status, message, headers }: RequestProblem): Answer {
  return {
    status,
    body: JSON.stringify({ error: { kind, message } satisfies { kind: ProblemKind; message: string } }),
    headers,
  }
}
