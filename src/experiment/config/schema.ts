/**
 * What an experiment may be told: every key with its range, default, unit and meaning, put together from the sections.
 * `kopt schema config` prints it as JSON Schema.
 */
import { z } from 'zod'
import { elementAt } from '../../base/element-at.js'
import { InternalError } from '../../base/errors.js'
import { ownValue } from '../../base/own-value.js'
import { augment } from './sections/augment.js'
import { backbone } from './sections/backbone.js'
import { compute } from './sections/compute.js'
import { data } from './sections/data.js'
import { evaluation } from './sections/evaluation.js'
import { generator } from './sections/generator.js'
import { head } from './sections/head.js'
import { image } from './sections/image.js'
import { resampling } from './sections/resampling.js'
import { search } from './sections/search.js'
import { split } from './sections/split.js'
import { synthetic } from './sections/synthetic.js'
import { training } from './sections/training.js'
import { verdict } from './sections/verdict.js'

export const presetNames = ['quick', 'standard', 'kong2022'] as const
export type PresetName = (typeof presetNames)[number]

/** The whole configuration; `kopt schema config` prints it. The order of the keys is that of config.yaml. */
export const configSchema = z
  .strictObject({
    preset: z.enum(presetNames).default('standard').meta({
      description:
        'Values to start from: quick shows the whole path, standard is what to trust, kong2022 is the paper.',
    }),
    ...data,
    seed: z.int().min(0).default(1).meta({ description: 'Seed of everything that is drawn but the split.' }),
    split,
    resampling,
    image,
    augment,
    generator,
    training,
    synthetic,
    backbone,
    head,
    search,
    verdict,
    evaluation,
    compute,
  })
  .describe('A kopt experiment.')

export type Config = Omit<z.output<typeof configSchema>, 'generator'> & { generator: GeneratorConfig }

/** A kind and its options; what these are, the kind's own schema says. */
export type GeneratorConfig = { kind: string; [option: string]: unknown }

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T
export type PartialConfig = DeepPartial<Omit<Config, 'generator'>> & { generator?: Partial<GeneratorConfig> }

/** A schema without what says its default or allows null. */
export function withoutWrapping(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable
    ? withoutWrapping(schema.unwrap() as z.ZodType)
    : schema
}

/** The schema of a key, such as `search.kMax`, with its description in `meta()`. */
export function keyAt(place: string): z.ZodType {
  const keys = place.split('.')
  const schema = ownValue(keysAt(keys.slice(0, -1)), elementAt(keys, keys.length - 1))
  if (!schema) throw new InternalError(`the configuration has no key ${place}`)
  return schema
}

/** The schemas of the keys that may stand at a place, by name; empty where there are none, or any name may. */
export function keysAt(place: readonly PropertyKey[]): Readonly<Record<string, z.ZodType>> {
  let schema: z.ZodType = configSchema
  for (const key of place) {
    const below = ownValue(keysOf(schema), String(key))
    if (!below) return {}
    schema = withoutWrapping(below)
  }
  return keysOf(schema)
}

/** The keys of a section; where it has kinds, those of all of them. */
export function keysOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodObject) return schema.shape
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return {}
  return Object.assign({}, ...schema.options.map((kind) => keysOf(kind as z.ZodType)))
}
