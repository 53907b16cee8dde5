/** `training`: how many generators are trained, and what they leave while they are. */
import { z } from 'zod'
import { snapshotRules } from '../../../generator/snapshot-policy.js'

const positiveInteger = z.int().min(1)

export const training = z
  .strictObject({
    seeds: z.int().min(1).max(20).default(1).meta({
      description: 'Generators, each from its own seed; five or more let the verdict speak of the procedure.',
      unit: 'generators',
    }),
    checkpointEvery: positiveInteger.default(500).meta({
      description: 'A checkpoint is kept after so many steps each; a resumed run goes on from the last one.',
      unit: 'steps',
    }),
    gridEvery: positiveInteger
      .default(1000)
      .meta({ description: 'A sheet of sample images is drawn after so many steps each.', unit: 'steps' }),
    snapshot: z.enum(snapshotRules).default('last').meta({
      description:
        'What of a training the images are drawn from. last: its end; best: of eight snapshots at equal distances the earliest whose images train a classifier that is within one standard error of the best on the tuning films, by search.metric.',
      source: 'Kong et al. 2022: last',
    }),
  })
  .prefault({})
  .meta({ description: 'How many generators are trained, and what they leave while they are.' })
