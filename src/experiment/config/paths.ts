/** The values of a configuration that are paths, as its schema says: resolved once, against the place where they were written. */
import path from 'node:path'
import { z } from 'zod'
import { changePathListedAt, isPathAt } from '../../base/path-schema.js'
import { configSchema, keysOf, type PartialConfig, withoutWrapping } from './schema.js'

/** The same configuration with every path changed; what is no text is left for the schema to refuse. */
export function mapPaths<C extends PartialConfig>(config: C, change: (file: string) => string): C {
  const mapped = changed(configSchema, config, change) as C
  // Of 0.1, where the images' folder stood there.
  const { synthetic } = mapped as { synthetic?: { readonly from?: unknown } | null }
  if (typeof synthetic?.from !== 'string') return mapped
  return { ...mapped, synthetic: { ...synthetic, from: change(synthetic.from) } }
}

/** Relative paths become absolute ones, so that a run can be resumed from anywhere. */
export function resolvePaths(config: PartialConfig, folder: string): PartialConfig {
  return mapPaths(config, (file) => path.resolve(folder, file))
}

function changed(wrapped: z.ZodType, value: unknown, change: (file: string) => string): unknown {
  const schema = withoutWrapping(wrapped)
  if (typeof value === 'string') return isPathAt(schema, value) ? change(value) : value
  if (Array.isArray(value))
    return value.map((text) => (typeof text === 'string' ? changePathListedAt(schema, text, change) : text))
  if (value === null || typeof value !== 'object') return value
  const schemaOf = (key: string): z.ZodType | undefined => {
    if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
    const keys = keysOf(schema)
    return Object.hasOwn(keys, key) ? keys[key] : undefined
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const at = schemaOf(key)
      return [key, at ? changed(at, inner, change) : inner]
    }),
  )
}
