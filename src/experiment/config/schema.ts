/** What an experiment may be told: every key, its range and its meaning. `kopt schema config` prints it as JSON Schema. */
import { z } from 'zod'
import { loweringNames } from '../../runtime/compile.js'

export const presetNames = ['quick', 'standard', 'kong2022'] as const
export type PresetName = (typeof presetNames)[number]

const positiveInteger = z.int().min(1)

export const configSchema = z
  .strictObject({
    preset: z
      .enum(presetNames)
      .describe('Values to start from: quick shows the whole path, standard is what to trust, kong2022 is the paper.'),
    dataset: z.string().describe('Folder with one folder per class, or a CSV manifest.'),
    external: z.record(z.string(), z.string()).describe('Other hospitals: name and path.'),
    positive: z.string().nullable().describe('The class that is looked for.'),
    patientFrom: z
      .string()
      .nullable()
      .describe(
        "How to read the patient from a film's path: folder, prefix, or a regular expression, after place: where each folder numbers its patients anew; image: each film is another patient's.",
      ),
    roi: z
      .record(z.string(), z.string())
      .describe(
        'Annotation files with regions of interest: internal for the dataset, else the name of an external set.',
      ),
    skipUnreadable: z.boolean(),
    keepPatientIds: z
      .boolean()
      .describe("Keep patient ids as they are in the run's private folder, not as hashes under the user's key."),
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Seed of everything but the split.'),
    split: z.strictObject({
      by: z.enum(['patient', 'image']),
      fractions: z.tuple([z.number(), z.number(), z.number()]).describe('Shares of training, tuning and test.'),
      seed: z
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .describe('Apart from seed: another seed must not move films between sets.'),
    }),
    resampling: z.strictObject({
      folds: z
        .union([z.literal('auto'), z.literal(0), z.int().min(3).max(20)])
        .describe(
          'Outer folds of a nested cross-validation, each with a GAN of its own; 0: one split. auto: five where one split would leave fewer than 150 test films.',
        ),
      times: z.int().min(1).max(20).describe('Cross-validations, each with other folds.'),
    }),
    image: z.strictObject({
      size: z
        .tuple([positiveInteger, positiveInteger])
        .describe('Height and width of every image in pixels, divisible by 8.'),
      channels: z
        .union([z.literal('auto'), z.literal(1), z.literal(3)])
        .describe('auto: 1 for grey films, 3 for colour.'),
    }),
    augment: z
      .strictObject({
        flip: z.boolean().describe('Half of the variants are mirrored left to right.'),
        rotationDegrees: z.number().min(0).max(180).describe('Largest rotation to either side.'),
        brightness: z.number().min(0).max(1).describe('Brightness times 1 - this .. 1 + this; 0.2 is usual.'),
        contrast: z.number().min(0).max(1).describe('Contrast times 1 - this .. 1 + this; 0.2 is usual.'),
        noise: z
          .number()
          .min(0)
          .max(0.5)
          .describe('Largest standard deviation of noise, as a share of full white; 0.05 is visible.'),
        blur: z
          .number()
          .min(0)
          .max(10)
          .describe('Largest standard deviation of a blur, in pixels of image.size; 1 is visible.'),
      })
      .describe("How films vary in the arms with conventional augmentation; the paper's: flip and rotation."),
    gan: z.strictObject({
      seeds: z
        .int()
        .min(1)
        .max(20)
        .describe('GANs, each from its own seed; five or more let the verdict speak of the procedure.'),
      steps: positiveInteger,
      widths: z.enum(['tutorial', 'covidgan']),
      width: z.number().gt(0).max(4).describe('Multiplier of the widths.'),
      batchSize: z.int().min(2).max(1024),
      learningRate: z.number().gt(0).max(1),
      beta1: z.number().min(0).lt(1),
      latentSize: positiveInteger,
      latentDeviation: z.number().gt(0),
      embeddingSize: positiveInteger,
      initDeviation: z.number().gt(0),
      dropout: z.number().min(0).lt(1),
      leakySlope: z.number().min(0).lt(1),
      classHeadLearnsFromFakes: z.boolean(),
      checkpointEvery: positiveInteger,
      gridEvery: positiveInteger,
    }),
    synthetic: z.strictObject({
      from: z
        .string()
        .nullable()
        .describe('Folder of images made elsewhere, one folder per class, in place of the GAN; null: the GAN.'),
      order: z
        .enum(['name', 'random'])
        .describe('Which of those images a draw takes first: by name, the same in every repeat, or drawn per repeat.'),
      excludeCopies: z
        .boolean()
        .describe(
          'true: synthetic images that look too much like a training film are left out, and the next ones take their place; K ends where the images do.',
        ),
    }),
    backbone: z.strictObject({
      name: z.string().describe('scattering, a name that `kopt backbone list` shows, or an ONNX file.'),
      inputSize: z
        .tuple([positiveInteger, positiveInteger])
        .nullable()
        .describe('Height and width the backbone sees; null: its own.'),
      unfreeze: z
        .enum(['none', 'block4'])
        .describe(
          'block4: the last block of a DenseNet-121 is trained with every head (from weights that were added).',
        ),
      fineTune: z
        .strictObject({
          steps: positiveInteger.describe('Optimiser steps of every trial, whatever its K.'),
          batchSize: z.int().min(1).max(256),
          learningRate: z.number().gt(0).max(0.1),
        })
        .describe('How the block is trained, where it is.'),
    }),
    head: z.strictObject({
      kind: z.enum(['logistic', 'adam']).describe("logistic: L2-penalised, to convergence; adam: the paper's."),
      standardise: z.boolean(),
      learningRate: z.number().gt(0).max(1),
      batchSize: positiveInteger,
      epochs: positiveInteger,
    }),
    search: z.strictObject({
      rule: z.enum(['sliding-window', 'one-standard-error', 'fixed']),
      windowSize: positiveInteger,
      kMax: positiveInteger,
      fixedK: positiveInteger.nullable(),
      metric: z.literal('auc'),
      selectOn: z.enum(['tuning', 'test']),
      repeats: z.int().min(1).max(100).describe('Draws from each GAN.'),
      heads: z.int().min(1).max(20).describe('Head seeds for each draw (adam); with 1 the seed changes with the draw.'),
      null: z.boolean().describe('false: a sliding window scores no K past its stop, and says nothing about chance.'),
    }),
    verdict: z.strictObject({ delta: z.number().gt(0).lt(0.5).describe('Smallest gain in AUC that would matter.') }),
    evaluation: z.strictObject({
      sensitivity: z
        .number()
        .gt(0)
        .max(1)
        .nullable()
        .describe('Sensitivity wanted of a further cutoff, chosen on tuning films; null: none.'),
      prevalence: z
        .number()
        .gt(0)
        .lt(1)
        .nullable()
        .describe('Share of diseased for PPV, NPV and the decision curve; null: that of the films.'),
    }),
    compute: z.strictObject({
      device: z.enum(['cpu', 'webgpu', 'cuda']),
      threads: z.int().min(0).max(256).describe('0: the physical cores.'),
      processes: z.int().min(0).max(256).describe('Heads fitted side by side; 0: as many as threads.'),
      lowering: z.enum(loweringNames).describe('How convolutions of the GAN are computed.'),
    }),
  })
  .describe('A kopt experiment.')

export type Config = z.infer<typeof configSchema>

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T
export type PartialConfig = DeepPartial<Config>

/** The keys that the schema knows at a place, for a message about one that it does not; empty where there are none. */
export function keysAt(place: readonly PropertyKey[]): string[] {
  let schema: z.ZodType = configSchema
  for (const key of place) {
    if (schema instanceof z.ZodObject) schema = schema.shape[key as string] as z.ZodType
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
