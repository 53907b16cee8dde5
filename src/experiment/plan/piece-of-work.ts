/** Progress of one piece of a plan's work. */
import { Meter } from '../../base/meter.js'
import type { EventSink, StageName } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'

/** A piece of work with a name, counted in units; `start` with how many there are, `more` as they are done, `end`. */
export function pieceOfWork(emit: EventSink, name: StageName, unit: string) {
  let clock = new Meter(0)
  let tell = (_units: number): void => {}
  return {
    start(count: number) {
      clock = new Meter(count)
      tell = progressOf({ emit }, name, count, unit)
      emit({ type: 'stage-started', stage: name })
    },
    more: (units: number) => tell(units),
    end: () => emit({ type: 'stage-finished', stage: name, seconds: clock.seconds, skipped: false }),
    seconds: () => clock.seconds,
  }
}
