/**
 * What must be known of an ONNX feature extractor before films can be fed to it: size, layout, channels, scaling, output.
 * It stands in the model's metadata (key `kopt.backbone`), in a JSON file beside it (`NAME.onnx.json`), or, for a file we
 * know by its checksum, in `registry.ts`. It is never guessed: a wrong scaling gives features that look fine.
 */
import { z } from 'zod'
import { UserError } from '../base/errors.js'

const positive = z.int().min(1).max(4096)

export const backboneContractSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** Height and width in pixels. */
  inputSize: z.tuple([positive, positive]),
  layout: z.enum(['NHWC', 'NCHW']),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** A grey value v in 0..255 becomes (v / 255 - mean) / deviation, per channel. */
  scaling: z.strictObject({
    mean: z.array(z.number()).min(1).max(3),
    deviation: z.array(z.number().gt(0)).min(1).max(3),
  }),
  inputName: z.string(),
  /** Output of shape [N, features]. */
  outputName: z.string(),
  note: z.string().max(1000).optional(),
})

/** As written by whoever made the model. */
export type WrittenContract = z.infer<typeof backboneContractSchema>

export interface BackboneContract extends WrittenContract {
  /** Features per image. */
  readonly features: number
  /** SHA-256 of the model. */
  readonly hash: string
}

const example: WrittenContract = {
  name: 'my-densenet',
  inputSize: [224, 224],
  layout: 'NCHW',
  channels: 3,
  scaling: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  inputName: 'input',
  outputName: 'features',
}

/** Parses a contract; `where` names its place in messages. */
export function parseContract(text: string, where: string): WrittenContract {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UserError(`${where} is not valid JSON; a contract looks like ${JSON.stringify(example)}`)
  }
  const parsed = backboneContractSchema.safeParse(value)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'contract'}: ${issue.message}`)
    throw new UserError(`${where}: ${problems.join('; ')}; a contract looks like ${JSON.stringify(example)}`)
  }
  const { channels, scaling } = parsed.data
  if (scaling.mean.length !== channels || scaling.deviation.length !== channels) {
    throw new UserError(
      `${where}: scaling.mean and scaling.deviation need ${channels} ${channels === 1 ? 'value' : 'values'} each`,
    )
  }
  return parsed.data
}

/** The sentence for a model that says nothing about itself. */
export function missingContract(file: string, inputs: readonly string[], outputs: readonly string[]): UserError {
  const filled = { ...example, inputName: inputs[0] ?? 'input', outputName: outputs[0] ?? 'features' }
  return new UserError(
    `${file} does not say what it expects (inputs ${inputs.join(', ')}; outputs ${outputs.join(', ')}). ` +
      `Write ${file}.json beside it with the values its makers give, for example ${JSON.stringify(filled)}`,
  )
}
