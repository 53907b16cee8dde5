/** What an exported classifier says of itself (metadata key `kopt` of the ONNX file). */
import { z } from 'zod'
import { backboneContractSchema } from '../backbone/contract.js'
import { UserError } from '../base/errors.js'

const side = z.int().min(1).max(4096)
const { layout, channels, scaling } = backboneContractSchema.shape

const classifierInfoSchema = z.object({
  format: z.literal(1),
  use: z.string(),
  /** In the order of the output `probability`. */
  classes: z.array(z.string()).min(2),
  /** The class that the output `logit` speaks of; null where there are more than two, and a logit for each. */
  positive: z.string().nullable(),
  /** The common pixel path: films are first reduced to this height and width and these channels, in 8 bits. */
  imageSize: z.tuple([side, side]),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Grey value of a 16-bit film that becomes 255. */
  maxValue: z.number().gt(0),
  arm: z.string(),
  k: z.number().min(0),
  seed: z.number(),
  toolVersion: z.string(),
  /** Trained on regions cut out of films: a whole film is not its input. */
  cropped: z.boolean(),
  backbone: z.string(),
  /** The graph's input: images enlarged to inputSize, (v / 255 - mean) / deviation, in this layout. */
  input: z.object({ name: z.string(), layout, inputSize: z.tuple([side, side]), channels, scaling }),
})

export type ClassifierInfo = z.infer<typeof classifierInfoSchema>

/** That a file is none, and why. */
export function noClassifier(file: string, why: string): UserError {
  return new UserError(`${file} is no classifier of kopt (${why}); name a run folder, or its model/classifier.onnx`)
}

export function parseClassifierInfo(text: string | undefined, file: string): ClassifierInfo {
  const refuse = (why: string) => noClassifier(file, why)
  if (text === undefined) throw refuse('its metadata lack the key kopt')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse('its metadata are damaged')
  }
  const parsed = classifierInfoSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw refuse(
    parsed.error.issues
      .map(({ path, message }) => `${path.join('.')}: ${message}`)
      .slice(0, 1)
      .join(),
  )
}
