/** `measureSteps` in a child process, under the conditions of a training; an abort ends the child at once. */
import { runInChild } from '../../base/child-process.js'
import type { MeasureJob, StepTimes } from './measure-steps.js'

const entry = new URL('./measure-process.js', import.meta.url)

export function measureInChild(job: MeasureJob, signal?: AbortSignal): Promise<StepTimes> {
  return runInChild<MeasureJob, never, StepTimes>(entry, job, () => {}, signal)
}
