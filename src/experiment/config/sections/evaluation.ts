/** `evaluation`: what is reported of the classifiers besides their AUC. */
import { z } from 'zod'

export const evaluation = z
  .strictObject({
    sensitivity: z.number().gt(0).max(1).nullable().default(0.95).meta({
      description: 'Sensitivity wanted of a further cutoff, chosen on tuning films; null: none.',
      unit: 'share of the diseased',
    }),
    prevalence: z.number().gt(0).lt(1).nullable().default(null).meta({
      description: 'Share of diseased for PPV, NPV and the decision curve; null: that of the films.',
      unit: 'share of patients',
    }),
  })
  .prefault({})
  .meta({ description: 'What is reported of the classifiers besides their AUC.' })
