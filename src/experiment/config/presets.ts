/**
 * The three places to start from, each as what differs from the defaults of the schema: quick shows the path, standard (the
 * defaults themselves) is to be trusted, kong2022 is the paper's. What they have in a generator's options, its kind says.
 */
import type { PartialConfig, PresetName } from './schema.js'

/** What each preset sets, beside its values for a generator's options. */
export const presets: Readonly<Record<PresetName, PartialConfig>> = {
  quick: {
    resampling: { folds: 0 },
    training: { checkpointEvery: 250, gridEvery: 250 },
    search: { windowSize: 4, kMax: 16, repeats: 1 },
  },
  standard: {},
  kong2022: {
    split: { by: 'image', fractions: [0.7, 0.1, 0.2] },
    resampling: { folds: 0 },
    image: { channels: 3 },
    training: { checkpointEvery: 1000, gridEvery: 2000 },
    backbone: { name: 'chexnet', inputSize: [56, 56] },
    head: { kind: 'adam', standardise: false },
    search: { multiples: 'whole', kMax: 40, repeats: 1, rivals: 'none', selected: false },
  },
}
