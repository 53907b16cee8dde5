import type { RequestProblem } from './run-request.js'

/** What a request that could not be done answers: the sentence that the command line says. */
export interface FailureAnswer {
  readonly error: {
    readonly kind: 'user' | 'internal'
    readonly message: string
    /** Where the sentence is about what was chosen for a run: its parts, each at its place. */
    readonly problems?: readonly RequestProblem[]
  }
}
