/** What the child of `measure-in-child.ts` runs. */
import { serveChild } from '../base/child-process.js'
import type { NamedMeasureJob } from './measure-in-child.js'
import { measureSteps, type StepTimes } from './measure-steps.js'
import { trainedKind } from './registry.js'

serveChild<NamedMeasureJob, never, StepTimes>(({ kind, ...job }) => measureSteps(trainedKind(kind), job))
