/** A kind that is computed at once, straight to its sampler: nothing of it is written. */
import type { CompileOptions } from '../runtime/compile.js'
import type { TrainedKind, TrainingOptions, TrainingSet } from './contract.js'
import { type Sampler, samplerOf } from './sampler.js'

/** Learns from the images in one step; `kind` is one `inClosedForm`. */
export async function learnAtOnce<O extends TrainingOptions>(
  kind: TrainedKind<O>,
  options: O,
  set: TrainingSet,
  runtime: CompileOptions = {},
): Promise<Sampler> {
  const training = await kind.openTraining(options, set, kind.initialState(options), runtime)
  try {
    await training.advance(1, 1)
    return await samplerOf(kind, options, await training.state(), runtime)
  } finally {
    await training.close()
  }
}
