/** `generator`: the kind that makes the synthetic images, and that kind's own options. */
import { z } from 'zod'
import { generatorKinds } from '../../../generator/registry.js'

const [first, ...others] = generatorKinds.map(({ kind, about, options }) =>
  z.strictObject({ kind: z.literal(kind).meta({ description: about }), ...options.shape }).meta({ description: about }),
)

/** A kind by its name, and beside it the options of that kind alone. */
export const generator = z
  .discriminatedUnion('kind', [first, ...others])
  .prefault({ kind: generatorKinds[0].kind })
  .meta({ description: 'What makes the synthetic images: a kind, and the options that this kind has.' })
