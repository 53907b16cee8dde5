/** What a child of `child-process-executor.ts` runs: its share of the trials, one outcome sent for each. */
import { serveChild } from '../base/child-process.js'
import type { TrialOutcome, TrialSpec } from '../experiment/work/executor.js'
import { MatrixStore, runTrial } from '../experiment/work/trial.js'
import { FrozenFeatures, runTunedTrial } from '../experiment/work/tuned-trial.js'

serveChild<TrialSpec[], TrialOutcome, null>(async (specs, send) => {
  const store = new MatrixStore()
  const frozen = new FrozenFeatures(store)
  for (const spec of specs) {
    send(spec.fineTune ? await runTunedTrial(spec, spec.fineTune, frozen) : runTrial(spec, store))
    // Lets the outcome leave, and a parent's end be noticed, between two trials.
    await new Promise(setImmediate)
  }
  return null
})
