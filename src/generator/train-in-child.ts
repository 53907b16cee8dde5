/** `train` in a child process: the caller stays responsive, and an abort ends the child at once. */
import { runInChild } from '../base/child-process.js'
import type { TrainingEvent, TrainingJob, TrainingSummary } from './train.js'

const entry = new URL('./train-process.js', import.meta.url)

/** A job by the name of its kind, which is one of the registry. */
export type NamedTrainingJob = TrainingJob & { readonly kind: string }

/** As `train`; stopped at once on the signal, what was done since the last checkpoint is done again on resuming. */
export function trainInChild(
  job: NamedTrainingJob,
  onEvent: (event: TrainingEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<TrainingSummary> {
  return runInChild<NamedTrainingJob, TrainingEvent, TrainingSummary>(entry, job, onEvent, signal)
}
