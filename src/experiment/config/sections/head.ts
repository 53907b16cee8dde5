/** `head`: the classifier on top of the features. */
import { z } from 'zod'

const positiveInteger = z.int().min(1)
const source = 'Kong et al. 2022'

export const head = z
  .strictObject({
    kind: z.enum(['logistic', 'adam']).default('logistic').meta({
      description:
        "logistic: L2-penalised logistic regression, fitted to convergence, the penalty chosen on the tuning films; adam: the paper's.",
    }),
    standardise: z
      .boolean()
      .default(true)
      .meta({ description: 'Each feature is brought to mean 0 and standard deviation 1 over the training films.' }),
    learningRate: z
      .number()
      .gt(0)
      .max(1)
      .default(0.0001)
      .meta({ description: 'Learning rate of Adam (head.kind adam alone).', unit: 'per step', source }),
    batchSize: positiveInteger
      .default(8)
      .meta({ description: 'Images in each step (head.kind adam alone).', unit: 'images', source }),
    epochs: positiveInteger
      .default(100)
      .meta({ description: 'Passes over the training set (head.kind adam alone).', unit: 'epochs', source }),
  })
  .prefault({})
  .meta({ description: 'The classifier that is trained on the features.' })
