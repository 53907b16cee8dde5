/** What a request can come to other than its answer: a word for programs, a status of HTTP, and a sentence. */

/** Every word with its status, and when it is said. */
export const problems = {
  malformed: { status: 400, when: 'the request is not in the form that is taken, or a region is missing or wrong' },
  unauthorized: { status: 401, when: 'the token is missing or wrong' },
  refused: { status: 403, when: 'asked by a page in a browser, or under a name that is not allowed' },
  unknown: { status: 404, when: 'there is nothing under this path' },
  method: { status: 405, when: 'the method is not used at this path' },
  slow: { status: 408, when: 'the request did not arrive within the time limit' },
  large: { status: 413, when: 'the request is larger than the limit, or holds more films than are taken at once' },
  unsupported: { status: 415, when: 'the content type is none of those that are taken' },
  unreadable: { status: 422, when: 'no film of the request could be read' },
  busy: { status: 429, when: 'as many requests wait as are allowed to; Retry-After says for how many seconds to wait' },
  internal: { status: 500, when: 'a fault of kopt' },
  unready: { status: 503, when: 'the service is ending, or its model is not there' },
  late: { status: 504, when: 'the films were not judged within the time limit' },
} as const

export type ProblemKind = keyof typeof problems

export class RequestProblem extends Error {
  override readonly name = 'RequestProblem'

  constructor(
    readonly kind: ProblemKind,
    message: string,
    /** Further headers of the answer. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }

  get status(): number {
    return problems[this.kind].status
  }
}
