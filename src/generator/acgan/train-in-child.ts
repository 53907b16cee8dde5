/** `trainAcgan` in a child process: the caller stays responsive, and an abort ends the child at once. */
import { runInChild } from '../../base/child-process.js'
import type { AcganEvent, AcganJob, AcganSummary } from './train.js'

const entry = new URL('./train-process.js', import.meta.url)

/** As `trainAcgan`; stopped at once on the signal, what was done since the last checkpoint is done again on resuming. */
export function trainInChild(
  job: AcganJob,
  onEvent: (event: AcganEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<AcganSummary> {
  return runInChild<AcganJob, AcganEvent, AcganSummary>(entry, job, onEvent, signal)
}
