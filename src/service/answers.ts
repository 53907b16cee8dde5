/** The answers in full, as their JSON Schema in the OpenAPI document says it. */
import { z } from 'zod'
import { type ProblemKind, problems } from './problem.js'

const share = z.number().min(0).max(1)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const modelForm = z.strictObject({
  run: z.string().nullable().describe('name of the run folder; null where the service was given a model file alone'),
  arm: z.string().describe('arm of the run that judges'),
  k: z.number().min(0).describe('synthetic films of its training, as a multiple of the real ones'),
  sha256: sha256.describe('of model/classifier.onnx'),
  headSha256: sha256.nullable().describe('of the file of the head that --arm chose; null: the head in classifier.onnx'),
  kopt: z.string().describe('version of kopt that answers'),
})

const judgedForm = z.strictObject({
  film: z.int().min(1).describe('place in the request, from 1'),
  class: z
    .string()
    .nullable()
    .describe(
      'positive from the cutoff on; with more than two classes the most probable one; null where there is no cutoff',
    ),
  probability: share.describe('of the positive class, which the cutoff is for; with more than two classes of `class`'),
  probabilities: z.record(z.string(), share).describe('of every class'),
  logit: z.union([z.number(), z.record(z.string(), z.number())]),
  likeness: z
    .strictObject({
      share: share.describe('share of training films that are as far from the others as this film is from them'),
      unlike: z.boolean().describe('unlike the training films: the probabilities say nothing of it'),
    })
    .nullable()
    .describe('null where the run has not kept what it takes'),
  seen: z
    .string()
    .nullable()
    .optional()
    .describe('set of the run that holds this very film; null: none; absent: not known'),
})

const leftOutForm = z.strictObject({
  film: z.int().min(1),
  problem: z.string().describe('why it was not judged, in the words of the command line'),
})

export const predictionForm = z.strictObject({
  use: z.literal('research use only'),
  model: modelForm,
  classes: z.array(z.string()).min(2),
  positive: z.string().nullable().describe('the class that is looked for; null with more than two'),
  cutoff: share
    .nullable()
    .describe('probability of the positive class from which a film is called positive; null: none'),
  films: z.array(z.union([judgedForm, leftOutForm])).min(1),
})

export const healthForm = z.strictObject({
  live: z.literal(true),
  ready: z.boolean().describe('whether films are judged at this moment'),
})

export const problemForm = z.strictObject({
  error: z.strictObject({ kind: z.enum(Object.keys(problems) as ProblemKind[]), message: z.string() }),
})

export type ModelIdentity = z.infer<typeof modelForm>
export type PredictionAnswer = z.infer<typeof predictionForm>
export type FilmAnswer = PredictionAnswer['films'][number]
