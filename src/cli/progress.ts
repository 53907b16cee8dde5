import type { EventSink, StageName } from '../record/events.js'

/** Counts units of work and shows rate and time left; the terminal decides how often. */
export function progressOf(show: EventSink, stage: StageName, total: number, unit: string): (more: number) => void {
  const start = performance.now()
  let done = 0
  return (more) => {
    done += more
    const rate = done / Math.max((performance.now() - start) / 1000, 1e-3)
    show({ type: 'progress', stage, done, total, unit, rate, secondsLeft: (total - done) / Math.max(rate, 1e-9) })
  }
}
