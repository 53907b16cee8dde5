/** What a command with --json has left in the file of its output. */
import { exists, readText } from '../../base/files.js'

/** The result of the largest run is far below. */
const largestBytes = 2 ** 28

export interface CommandAnswer {
  /** The document; of a command that failed, null. */
  readonly value: unknown
  readonly failure: { readonly kind: string; readonly message: string } | null
}

/** Undefined where the command was ended before it could answer. */
export function commandAnswer(file: string): CommandAnswer | undefined {
  if (!exists(file)) return undefined
  try {
    const value = JSON.parse(readText(file, largestBytes)) as { error?: { kind?: unknown; message?: unknown } }
    const { error } = value
    if (error === undefined) return { value, failure: null }
    return { value: null, failure: { kind: String(error.kind), message: String(error.message) } }
  } catch {
    return undefined
  }
}
