/** How many requests are under way at a time, and how many bytes they hold. */
import { RequestProblem } from './problem.js'

/** All requests together hold so many times what one may. */
const largestAtOnce = 4

export interface Place {
  /** Its bytes are not held any more. */
  freeBytes(): void
  leave(): void
}

export class Admission {
  readonly #mostRequests: number
  readonly #mostBytes: number
  #requests = 0
  #bytes = 0

  constructor(mostRequests: number, mostBytesEach: number) {
    this.#mostRequests = mostRequests
    this.#mostBytes = largestAtOnce * mostBytesEach
  }

  get requests(): number {
    return this.#requests
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Throws a `RequestProblem` where there is no room. `retrySeconds`: when there may be. */
  enter(bytes: number, retrySeconds: number): Place {
    if (this.#requests >= this.#mostRequests || this.#bytes + bytes > this.#mostBytes) {
      const seconds = String(Math.max(1, Math.ceil(retrySeconds)))
      throw new RequestProblem('busy', `as many requests are under way as are taken; come again in ${seconds} s`, {
        'retry-after': seconds,
      })
    }
    let held = bytes
    const freeBytes = () => {
      this.#bytes -= held
      held = 0
    }
    this.#requests++
    this.#bytes += bytes
    return {
      freeBytes,
      leave: () => {
        freeBytes()
        this.#requests--
      },
    }
  }
}
