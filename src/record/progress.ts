/** Progress of a stage as events: units done, rate and time left. */
import { Meter } from '../base/meter.js'
import type { EventSink, StageName } from './events.js'

/** Between two events. */
const everyMs = 100

/**
 * Counts units of a stage, and says how far it is at most ten times a second. `passes`: how often each unit is worked on, so
 * that 80 films in two sizes stay 80 films.
 */
export function progressOf(
  { emit }: { readonly emit: EventSink },
  stage: StageName,
  total: number,
  unit: string,
  passes = 1,
): (more: number) => void {
  const meter = new Meter(total)
  return (more) => {
    meter.add(more / passes)
    const pace = meter.due(everyMs)
    if (pace) emit({ type: 'progress', stage, unit, ...pace })
  }
}
