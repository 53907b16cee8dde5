/** What a child of `child-process-executor.ts` runs: its share of the trials, one outcome sent for each. */
import { serveChild } from '../base/child-process.js'
import { MatrixStore, runTrial } from '../experiment/trial.js'
import type { TrialOutcome, TrialSpec } from '../experiment/trial-executor.js'

serveChild<TrialSpec[], TrialOutcome, null>(async (specs, send) => {
  const store = new MatrixStore()
  for (const spec of specs) {
    send(runTrial(spec, store))
    // Lets the outcome leave, and a parent's end be noticed, between two trials.
    await new Promise(setImmediate)
  }
  return null
})
