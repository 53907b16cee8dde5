/**
 * What is decided of the films of a class in a draw on this page: what the server has, over it what was decided since, sent at once and
 * again until it has arrived. What has not arrived is kept in the browser, where every tab of the studio sees it.
 */
import { computed, signal } from '@preact/signals'
import type { Decision, Decisions } from '../../wire/synthetic.js'
import { RequestError, send } from '../request.js'

/** What has not arrived, by number of the film; `at` tells one from the next. */
type Unsent = Readonly<Record<string, { readonly decision: Decision; readonly at: number }>>

interface Step {
  readonly number: number
  readonly before: Decision
}

const againAfterMs = 1000

export class FilmDecisions {
  readonly #address: string
  readonly #kept: string
  readonly #server = signal<Decisions>([])
  readonly #unsent = signal<Unsent>({})
  readonly #steps = signal<readonly (readonly Step[])[]>([])
  #sending = false
  #closed = false
  /** Why something was refused. */
  readonly failure = signal<string>()
  readonly waiting = computed(() => Object.keys(this.#unsent.value).length)
  readonly canUndo = computed(() => this.#steps.value.length > 0)

  constructor(address: string) {
    this.#address = address
    this.#kept = `kopt-decisions ${address}`
    this.#unsent.value = this.#readKept()
    addEventListener('storage', this.#hear)
    void this.#send()
  }

  close(): void {
    this.#closed = true
    removeEventListener('storage', this.#hear)
  }

  /** What the server has by now. */
  take(decisions: Decisions): void {
    this.#server.value = decisions
  }

  of(number: number): Decision {
    const unsent = this.#unsent.value[number]
    return unsent ? unsent.decision : (this.#server.value[number - 1] ?? null)
  }

  decide(numbers: readonly number[], decision: Decision): void {
    const changed = numbers.filter((number) => this.of(number) !== decision)
    if (changed.length === 0) return
    this.#steps.value = [...this.#steps.value, changed.map((number) => ({ number, before: this.of(number) }))]
    this.#change(changed.map((number) => [number, decision]))
  }

  /** Takes back what was decided last on this page; answers the films. */
  undo(): readonly number[] {
    const last = this.#steps.value.at(-1) ?? []
    this.#steps.value = this.#steps.value.slice(0, -1)
    this.#change(last.map(({ number, before }) => [number, before]))
    return last.map(({ number }) => number)
  }

  #change(decided: readonly (readonly [number: number, decision: Decision])[]): void {
    this.failure.value = undefined
    const at = Date.now()
    this.#keep({
      ...this.#readKept(),
      ...Object.fromEntries(decided.map(([number, decision]) => [number, { decision, at }])),
    })
    void this.#send()
  }

  async #send(): Promise<void> {
    if (this.#sending || this.#closed) return
    this.#sending = true
    for (;;) {
      const [first] = Object.values(this.#unsent.value)
      if (first === undefined) break
      const sent = Object.entries(this.#unsent.value).filter(([, { decision }]) => decision === first.decision)
      const films = sent.map(([number]) => Number(number))
      try {
        this.#server.value = await send<Decisions>('PUT', this.#address, { films, decision: first.decision })
      } catch (error) {
        if (!(error instanceof RequestError) || error.status === 0 || error.status >= 500) {
          this.#sending = false
          setTimeout(() => void this.#send(), againAfterMs)
          return
        }
        this.failure.value = error.message
      }
      // What was decided otherwise meanwhile stays to be sent.
      const left = { ...this.#readKept() }
      for (const [number, { at }] of sent) if (left[number]?.at === at) delete left[number]
      this.#keep(left)
    }
    this.#sending = false
  }

  readonly #hear = ({ key }: StorageEvent) => {
    if (key !== this.#kept) return
    this.#unsent.value = this.#readKept()
    void this.#send()
  }

  #keep(unsent: Unsent): void {
    this.#unsent.value = unsent
    if (Object.keys(unsent).length === 0) localStorage.removeItem(this.#kept)
    else localStorage.setItem(this.#kept, JSON.stringify(unsent))
  }

  #readKept(): Unsent {
    try {
      return JSON.parse(localStorage.getItem(this.#kept) ?? '{}') as Unsent
    } catch {
      return {}
    }
  }
}
