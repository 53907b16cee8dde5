/** `train` in a child process: the caller stays responsive, and an abort ends the child at once. */
import { builtModule } from '../base/built.js'
import { runInChild } from '../base/child-process.js'
import { stopSeconds } from '../base/stop-time.js'
import type { TrainingEvent, TrainingJob, TrainingSummary } from './train.js'

const entry = builtModule('generator/train-process')

/** A job by the name of its kind, which is one of the registry. */
export type NamedTrainingJob = TrainingJob & { readonly kind: string }

/** How long a training may take to its next step and the checkpoint after it, once it is to stop. */
const lastMs = 800

/**
 * As `train`; on the signal it leaves a checkpoint, if its next step comes soon enough, else what was done since the last one is
 * done again on resuming.
 */
export function trainInChild(
  job: NamedTrainingJob,
  onEvent: (event: TrainingEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<TrainingSummary> {
  return runInChild<NamedTrainingJob, TrainingEvent, TrainingSummary>(entry, job, onEvent, signal, {
    lastMs: stopSeconds === undefined ? lastMs : 900 * stopSeconds,
  })
}
