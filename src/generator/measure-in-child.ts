/** `measureSteps` in a child process, under the conditions of a training; an abort ends the child at once. */
import { builtModule } from '../base/built.js'
import { runInChild } from '../base/child-process.js'
import type { MeasureJob, StepTimes } from './measure-steps.js'

const entry = builtModule('generator/measure-process')

/** A job by the name of its kind, which is one of the registry. */
export type NamedMeasureJob = MeasureJob & { readonly kind: string }

export function measureInChild(job: NamedMeasureJob, signal?: AbortSignal): Promise<StepTimes> {
  return runInChild<NamedMeasureJob, never, StepTimes>(entry, job, () => {}, signal)
}
