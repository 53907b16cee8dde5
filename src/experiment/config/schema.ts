/**
 * What an experiment may be told: every key with its range, default, unit and meaning, put together from the sections.
 * `kopt schema config` prints it as JSON Schema.
 */
import { z } from 'zod'
import { InternalError } from '../../base/errors.js'
import { augment } from './sections/augment.js'
import { backbone } from './sections/backbone.js'
import { compute } from './sections/compute.js'
import { data } from './sections/data.js'
import { evaluation } from './sections/evaluation.js'
import { gan } from './sections/gan.js'
import { head } from './sections/head.js'
import { image } from './sections/image.js'
import { resampling } from './sections/resampling.js'
import { search } from './sections/search.js'
import { split } from './sections/split.js'
import { synthetic } from './sections/synthetic.js'
import { verdict } from './sections/verdict.js'

export const presetNames = ['quick', 'standard', 'kong2022'] as const
export type PresetName = (typeof presetNames)[number]

/** The order of the keys is that of config.yaml. */
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
    gan,
    synthetic,
    backbone,
    head,
    search,
    verdict,
    evaluation,
    compute,
  })
  .describe('A kopt experiment.')

export type Config = z.output<typeof configSchema>

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T
export type PartialConfig = DeepPartial<Config>

/** A schema without what says its default or allows null. */
export function withoutWrapping(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable
    ? withoutWrapping(schema.unwrap() as z.ZodType)
    : schema
}

/** The schema of a key, such as `search.kMax`, with its description in `meta()`. */
export function keyAt(place: string): z.ZodType {
  const [key, ...above] = place.split('.').reverse()
  const schema = keysAt(above.reverse())[key]
  if (!schema) throw new InternalError(`the configuration has no key ${place}`)
  return schema
}

/** The schemas of the keys that may stand at a place, by name; empty where there are none, or any name may. */
export function keysAt(place: readonly PropertyKey[]): Readonly<Record<string, z.ZodType>> {
  let schema: z.ZodType = configSchema
  for (const key of place) {
    if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, key)) return {}
    schema = withoutWrapping(schema.shape[key as string])
  }
  return schema instanceof z.ZodObject ? schema.shape : {}
}
