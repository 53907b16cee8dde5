/** The type of a path in the schema of a configuration: text that is resolved against the place where it was written. */
import { z } from 'zod'

/** Of every schema of a path: which of its texts are one. */
const paths = z.registry<{ readonly isPath: (text: string) => boolean }>()
type ChangePath = (text: string, to: (file: string) => string) => string

/** Of every schema of a list: how the path in one of its texts is changed. */
const listed = z.registry<{ readonly change: ChangePath }>()

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

/** A schema of lists of texts that may be or end with a path; `change` changes that, and answers the text. */
export function listedPaths<Schema extends z.ZodType>(schema: Schema, change: ChangePath): Schema {
  listed.add(schema, { change })
  return schema
}

/** A text in the list at the place of `schema` with its path changed. */
export function changePathListedAt(schema: z.ZodType, text: string, to: (file: string) => string): string {
  return listed.get(schema)?.change(text, to) ?? text
}

/** Whether a text at the place of `schema` is a path. */
export function isPathAt(schema: z.ZodType, text: string): boolean {
  return paths.get(schema)?.isPath(text) ?? false
}
