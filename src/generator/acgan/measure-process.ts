/** What the child of `measure-in-child.ts` runs. */
import { serveChild } from '../../base/child-process.js'
import { type MeasureJob, measureSteps, type StepTimes } from './measure-steps.js'

serveChild<MeasureJob, never, StepTimes>((job) => measureSteps(job))
