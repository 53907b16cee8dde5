/** What is said beforehand of a generator whose state is large. */
import type { ImageSpec } from '../../generator/contract.js'
import { snapshotsLeft } from '../../generator/snapshot-policy.js'
import { stateBytes } from '../../generator/state-size.js'
import { largeStateWords } from '../../words/run-warnings.js'
import { isTrained, trainedGenerator } from '../config/chosen-generator.js'
import type { Config } from '../config/schema.js'

/** From here on it is said: so much on disk, and several times the state in memory, is more than every machine has to spare. */
const largeBytes = 2 ** 30

/** A sentence on how large it is; none where it is not, or nothing is trained. Throws a `UserError` where no checkpoint would hold it. */
export function largeStateWarnings(
  config: Config,
  { classes, channels }: { readonly classes: readonly string[]; readonly channels: ImageSpec['channels'] },
): string[] {
  if (!isTrained(config)) return []
  const { kind, steps, optionsFor } = trainedGenerator(config)
  const images = { classes: [...classes], imageSize: config.image.size, channels }
  const bytes = stateBytes(kind, optionsFor(images, config.seed))
  const checkpoints = snapshotsLeft(config.training.snapshot, steps)
  return checkpoints * bytes < largeBytes ? [] : [largeStateWords(bytes, checkpoints)]
}
