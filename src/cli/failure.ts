/** What is said of a command that did not end well. */
import type { Shown } from '../base/shown.js'

/** How a command ended that did not end well. */
export interface Failure {
  readonly kind: 'user' | 'internal' | 'interrupted'
  readonly code: 1 | 2 | 130
  readonly message: Shown
  /** The message and what belongs to it, for standard error. */
  readonly lines: readonly Shown[]
}

/** A failure as --json prints it. */
export function failureDocument({ kind, message, code }: Failure) {
  return { error: { kind, message, exitCode: code } }
}
