/** The type of a path in the schema of a configuration: text that is resolved against the place where it was written. */
import { z } from 'zod'

/** Of every schema of a path: which of its texts are one. */
const paths = z.registry<{ readonly isPath: (text: string) => boolean }>()

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

/** Whether a text at the place of `schema` is a path. */
export function isPathAt(schema: z.ZodType, text: string): boolean {
  return paths.get(schema)?.isPath(text) ?? false
}
