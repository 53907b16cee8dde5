/** How far a piece of work has come, how fast it goes, and how long it will take: the one definition, for all that is shown. */

export interface Pace {
  /** Whole units done, of `total`. */
  readonly done: number
  readonly total: number
  /** Units a second, from the beginning of the work until now. */
  readonly rate: number
  /** At that rate; 0 where there is none yet. */
  readonly secondsLeft: number
}

/** Pace at a known rate, where several workers have one each and theirs add up. */
export function paceAt(done: number, total: number, rate: number): Pace {
  // Thirds and the like add up to whole units but for rounding.
  return { done: Math.floor(done + 1e-9), total, rate, secondsLeft: rate > 0 ? (total - done) / rate : 0 }
}

export interface MeterOptions {
  /** Units that were done before, and say nothing about the rate; default: 0. */
  readonly before?: number
  /** Milliseconds on any clock; tests hand in their own. */
  readonly now?: () => number
}

export class Meter {
  readonly total: number
  private readonly before: number
  private readonly now: () => number
  private readonly start: number
  private done: number
  private told = Number.NEGATIVE_INFINITY

  constructor(total: number, { before = 0, now = () => performance.now() }: MeterOptions = {}) {
    this.total = total
    this.before = before
    this.done = before
    this.now = now
    this.start = now()
  }

  /** `units` may be a part of one. */
  add(units: number): void {
    this.done += units
  }

  /** So many units are done in all. */
  reach(done: number): void {
    this.done = done
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (this.now() - this.start) / 1000
  }

  get pace(): Pace {
    // Before a millisecond has passed nothing can be said of a rate.
    return paceAt(this.done, this.total, (this.done - this.before) / Math.max(this.seconds, 1e-3))
  }

  /** The pace where it is time to tell it: at most once in `everyMs`, and at the end. */
  due(everyMs: number): Pace | undefined {
    const now = this.now()
    if (now - this.told < everyMs && this.done < this.total) return undefined
    this.told = now
    return this.pace
  }
}
