/** What is counted of requests, in the text format of Prometheus. Nothing of a film or a name is in it. */
import type { ModelIdentity } from './answers.js'
import type { ProblemKind } from './problem.js'

/** What a request for predictions came to. */
export type Outcome = 'judged' | 'abandoned' | ProblemKind

/** Upper bounds of the histogram, in seconds. */
const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** How much the newest request counts in the time that is told to those who shall come again. */
const newestShare = 0.2

export interface Gauges {
  readonly model: ModelIdentity
  readonly ready: boolean
  readonly underWay: number
  readonly heldBytes: number
  readonly memoryBytes: { readonly server: number; readonly readers: number; readonly judge: number }
}

export class Metrics {
  readonly #requests = new Map<Outcome, number>()
  readonly #films = new Map<'judged' | 'unlike' | 'unreadable', number>()
  readonly #replaced = { reader: 0, judge: 0 }
  readonly #buckets = bounds.map(() => 0)
  #seconds = 0
  #count = 0
  /** Seconds that a judged request took lately. */
  usualSeconds = 0

  request(outcome: Outcome, seconds: number): void {
    this.#requests.set(outcome, (this.#requests.get(outcome) ?? 0) + 1)
    if (outcome !== 'judged') return
    this.#count++
    this.#seconds += seconds
    bounds.forEach((bound, i) => {
      if (seconds <= bound) this.#buckets[i] = (this.#buckets[i] ?? 0) + 1
    })
    this.usualSeconds = this.#count === 1 ? seconds : this.usualSeconds + newestShare * (seconds - this.usualSeconds)
  }

  film(outcome: 'judged' | 'unlike' | 'unreadable'): void {
    this.#films.set(outcome, (this.#films.get(outcome) ?? 0) + 1)
  }

  replaced(process: 'reader' | 'judge'): void {
    this.#replaced[process]++
  }

  text({ model, ready, underWay, heldBytes, memoryBytes }: Gauges): string {
    const counts = (map: ReadonlyMap<string, number>) => [...map].map(([outcome, n]) => [{ outcome }, n] as const)
    const { run, arm, k, sha256, kopt } = model
    return [
      family(
        'kopt_requests_total',
        'counter',
        'Requests for predictions, by what they came to.',
        counts(this.#requests),
      ),
      family(
        'kopt_films_total',
        'counter',
        'Films, by what they came to; unlike: judged, and unlike the training films.',
        counts(this.#films),
      ),
      histogram(
        'kopt_request_duration_seconds',
        'Seconds from the arrival of a request to its answer, of judged ones.',
        this.#buckets,
        this.#seconds,
        this.#count,
      ),
      family('kopt_requests_under_way', 'gauge', 'Requests that wait or are at work.', [[{}, underWay]]),
      family('kopt_held_bytes', 'gauge', 'Bytes that requests under way have, or may still have, in memory.', [
        [{}, heldBytes],
      ]),
      family(
        'kopt_memory_bytes',
        'gauge',
        'Resident memory of the processes, those of films and model when they last worked.',
        [...Object.entries(memoryBytes).map(([process, bytes]) => [{ process }, bytes] as const)],
      ),
      family('kopt_replaced_total', 'counter', 'Processes that ended over a request and were replaced.', [
        ...Object.entries(this.#replaced).map(([process, n]) => [{ process }, n] as const),
      ]),
      family('kopt_ready', 'gauge', '1 where films are judged.', [[{}, ready ? 1 : 0]]),
      family('kopt_model_info', 'gauge', 'The model, always 1.', [
        [{ run: run ?? '', arm, k: String(k), sha256, version: kopt }, 1],
      ]),
    ].join('')
  }
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  return `${heading(name, type, help)}${samples.map(([labels, value]) => sample(name, labels, value)).join('')}`
}

function histogram(name: string, help: string, buckets: readonly number[], sum: number, count: number): string {
  const upTo = bounds.map((bound, i) => sample(`${name}_bucket`, { le: String(bound) }, buckets[i] ?? 0))
  return [
    heading(name, 'histogram', help),
    ...upTo,
    sample(`${name}_bucket`, { le: '+Inf' }, count),
    sample(`${name}_sum`, {}, sum),
    sample(`${name}_count`, {}, count),
  ].join('')
}

function heading(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  const list = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${list.length > 0 ? `{${list.join(',')}}` : ''} ${value}\n`
}
