/** What a worker process runs: units of a run, one after the other, an outcome sent for each. It writes nothing. */
import { serveChild } from '../base/child-process.js'
import { runFolderSource } from '../experiment/work/content-source.js'
import { unitRunner } from '../experiment/work/run-unit.js'
import type { Unit, UnitOutcome } from '../experiment/work/unit.js'

export interface WorkJob {
  readonly runFolder: string
  readonly units: readonly Unit[]
}

serveChild<WorkJob, UnitOutcome, null>(async ({ runFolder, units }, send) => {
  const run = unitRunner(runFolderSource(runFolder))
  for (const unit of units) {
    send(await run(unit))
    // Lets the outcome leave, and a parent's end be noticed, between two units.
    await new Promise(setImmediate)
  }
  return null
})
