/** `compute`: what the work is done with; times alone should depend on it. */
import { z } from 'zod'
import { loweringNames } from '../../../runtime/compile.js'
import { runtimeDevices } from '../../../runtime/session.js'

export const compute = z
  .strictObject({
    device: z.enum(runtimeDevices).default('cpu').meta({ description: 'Where networks run.' }),
    threads: z
      .int()
      .min(0)
      .max(256)
      .default(0)
      .meta({ description: 'Threads of a network; 0: the physical cores.', unit: 'threads' }),
    processes: z
      .int()
      .min(0)
      .max(256)
      .default(0)
      .meta({ description: 'Heads fitted side by side; 0: as many as threads.', unit: 'processes' }),
    lowering: z.enum(loweringNames).default('auto').meta({
      description: 'How convolutions of the GAN are computed; auto decides by shape and device.',
    }),
  })
  .prefault({})
  .meta({ description: 'What the work is done with.' })
