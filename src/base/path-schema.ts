/** The type of a path in the schema of a configuration: text that is resolved against the place where it was written. */
import { z } from 'zod'

/** Of every schema of a path: which of its texts are one. */
const paths = z.registry<{ readonly isPath: (text: string) => boolean }>()
/** The same of schemas of lists. */
const listed = z.registry<{ readonly isPath: (text: string) => boolean }>()

/** A path of a file or folder. */
export function filePath() {
  return z
    .string()
    .meta({ format: 'path' })
    .register(paths, { isPath: () => true })
}

/** A name, or the path of a file where `isPath` says so. */
export function nameOrPath(isPath: (text: string) => boolean) {
  return z.string().meta({ format: 'name-or-path' }).register(paths, { isPath })
}

/** A schema of lists of texts, of which those are paths that `isPath` tells. */
export function listedPaths<Schema extends z.ZodType>(schema: Schema, isPath: (text: string) => boolean): Schema {
  listed.add(schema, { isPath })
  return schema
}

/** Whether a text in the list at the place of `schema` is a path. */
export function isPathListedAt(schema: z.ZodType, text: string): boolean {
  return listed.get(schema)?.isPath(text) ?? false
}

/** Whether a text at the place of `schema` is a path. */
export function isPathAt(schema: z.ZodType, text: string): boolean {
  return paths.get(schema)?.isPath(text) ?? false
}
