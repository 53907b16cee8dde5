/** One unit of work done where it is asked for; every executor's outcomes equal these to the byte. */
import type { ContentSource } from './content-source.js'
import { Contents } from './contents.js'
import { runTrial } from './trial.js'
import { runTunedTrial } from './tuned-trial.js'
import type { Unit, UnitOutcome } from './unit.js'

/** Does units one by one; what they name is fetched once for all of them. */
export function unitRunner(source: ContentSource): (unit: Unit) => Promise<UnitOutcome> {
  const contents = new Contents(source)
  return async (unit) => {
    if (unit.fineTune) return { id: unit.id, ...(await runTunedTrial(unit, unit.fineTune, contents)) }
    return { id: unit.id, trial: await runTrial(unit, contents) }
  }
}
