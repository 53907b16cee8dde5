/** What the child of `train-in-child.ts` runs. */
import { serveChild } from '../base/child-process.js'
import { trainedKind } from './registry.js'
import { type TrainingEvent, type TrainingSummary, train } from './train.js'
import type { NamedTrainingJob } from './train-in-child.js'

serveChild<NamedTrainingJob, TrainingEvent, TrainingSummary>(({ kind, ...job }, onEvent, signal) =>
  train(trainedKind(kind), job, { onEvent, signal }),
)
