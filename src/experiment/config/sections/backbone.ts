/** `backbone`: the network that turns a film into features. */
import { z } from 'zod'
import { nameOrPath } from '../../../base/path-schema.js'

const positiveInteger = z.int().min(1)

/** Whether a backbone is named by its file, and not by the name it was added under. */
export function isBackboneFile(name: string): boolean {
  return /\.onnx$/i.test(name) || name.includes('/') || name.includes('\\')
}

export const backbone = z
  .strictObject({
    name: nameOrPath(isBackboneFile).default('scattering').meta({
      description: 'Feature extractor: scattering, a name that `kopt backbone list` shows, or an ONNX file.',
      source: 'Kong et al. 2022: CheXNet',
    }),
    inputSize: z
      .tuple([positiveInteger, positiveInteger])
      .nullable()
      .default(null)
      .meta({ description: 'Height and width the backbone sees; null: its own.', unit: 'pixels' }),
    unfreeze: z.enum(['none', 'block4']).default('none').meta({
      description:
        'block4: the last block of a DenseNet-121 is trained with every head (from weights that were added).',
    }),
    fineTune: z
      .strictObject({
        steps: positiveInteger
          .default(200)
          .meta({ description: 'Optimiser steps of every trial, whatever its K.', unit: 'steps' }),
        batchSize: z
          .int()
          .min(1)
          .max(256)
          .default(16)
          .meta({ description: 'Images in each of these steps.', unit: 'images' }),
        learningRate: z
          .number()
          .gt(0)
          .max(0.1)
          .default(0.0001)
          .meta({ description: 'Learning rate of Adam in these steps.', unit: 'per step' }),
      })
      .prefault({})
      .meta({ description: 'How the block is trained, where backbone.unfreeze says so.' }),
  })
  .prefault({})
  .meta({ description: 'The network that turns a film into features, frozen unless said otherwise.' })
