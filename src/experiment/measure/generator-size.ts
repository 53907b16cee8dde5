/** What is said beforehand of a generator whose state is large. */
import type { ImageSpec } from '../../generator/contract.js'
import { stateBytes } from '../../generator/state-size.js'
import { largeStateWords } from '../../words/run-warnings.js'
import { isTrained, trainedGenerator } from '../config/chosen-generator.js'
import type { Config } from '../config/schema.js'

/** From here on it is said: twice that on disk, and several times that in memory, is more than every machine has to spare. */
const largeBytes = 2 ** 29

/** A sentence on how large it is; none where it is not, or nothing is trained. Throws a `UserError` where no checkpoint would hold it. */
export function largeStateWarnings(
  config: Config,
  { classes, channels }: { readonly classes: readonly string[]; readonly channels: ImageSpec['channels'] },
): string[] {
  if (!isTrained(config)) return []
  const { kind, optionsFor } = trainedGenerator(config)
  const images = { classes: [...classes], imageSize: config.image.size, channels }
  const bytes = stateBytes(kind, optionsFor(images, config.seed))
  return bytes < largeBytes ? [] : [largeStateWords(bytes)]
}
