/** Who wants to hear of changes, and the event stream that tells them. */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Notice, Topic } from '../wire/topic.js'

type Listener = (notice: Notice) => void

/** Between two signs of life: what lies between (a proxy, a sleeping laptop) drops connections that say nothing. */
const aliveEveryMs = 15_000

export class Notices {
  readonly #listeners = new Set<Listener>()

  tell(...changed: Topic[]): void {
    if (changed.length > 0) for (const listener of this.#listeners) listener({ changed })
  }

  /** Calls until the answer is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The stream: notices as they come, until the reader is gone. */
  stream(c: Context): Response {
    return streamSSE(c, async (stream) => {
      const waiting: Notice[] = []
      let wake = () => {}
      const stop = this.listen((notice) => {
        waiting.push(notice)
        wake()
      })
      stream.onAbort(() => wake())
      await stream.write(': open\n\n')
      while (!stream.aborted) {
        for (const notice of waiting.splice(0)) await stream.writeSSE({ data: JSON.stringify(notice) })
        if (waiting.length === 0) await pause(aliveEveryMs, (end) => (wake = end))
        if (waiting.length === 0 && !stream.aborted) await stream.write(': alive\n\n')
      }
      stop()
    })
  }
}

/** Ends after a time, or when what `hand` was given is called. */
function pause(ms: number, hand: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    hand(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
