/** `generator`: the kind that makes the synthetic images, and that kind's own options. */
import { z } from 'zod'
import type { GeneratorKind } from '../../../generator/contract.js'
import { generatorKinds, kindOfPreset } from '../../../generator/registry.js'

const [first, ...others] = generatorKinds

function schemaOf({ kind, about, options }: GeneratorKind) {
  return z
    .strictObject({ kind: z.literal(kind).meta({ description: about }), ...options.shape })
    .meta({ description: about })
}

/** A kind by its name, and beside it the options of that kind alone. */
export const generator = z
  .discriminatedUnion('kind', [schemaOf(first), ...others.map(schemaOf)])
  .prefault({ kind: kindOfPreset.standard })
  .meta({ description: 'What makes the synthetic images: a kind, and the options that this kind has.' })
