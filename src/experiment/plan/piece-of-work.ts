/** Progress of one piece of a plan's work. */
import type { EventSink, StageName } from '../../record/events.js'

/** A piece of work with a name, counted in units; `start` with how many there are, `more` as they are done, `end`. */
export function pieceOfWork(onEvent: EventSink, name: StageName, unit: string) {
  let start = 0
  let all = 0
  let done = 0
  const seconds = () => (performance.now() - start) / 1000
  return {
    start(count: number) {
      start = performance.now()
      all = count
      onEvent({ type: 'stage-started', stage: name })
    },
    more(count: number) {
      done += count
      const rate = done / Math.max(seconds(), 1e-3)
      onEvent({ type: 'progress', stage: name, done, total: all, unit, rate, secondsLeft: (all - done) / rate })
    },
    end() {
      onEvent({ type: 'stage-finished', stage: name, seconds: seconds(), skipped: false })
    },
    seconds,
  }
}
