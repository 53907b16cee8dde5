/**
 * Two kinds of failure, never mixed: the user's mistake (a sentence with place, value and remedy; exit 2)
 * and ours (message begins `internal:`; exit 1).
 */
import { shortened } from './shortened.js'
import { shownLines } from './shown.js'

/**
 * The user's mistake. `message` says what, where, which value and what to do, on one line: line breaks and escapes in it come
 * from a name and are written out. Several problems stand on `lines` of their own.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  constructor(message: string, { lines = [], cause }: { lines?: readonly string[]; cause?: unknown } = {}) {
    super(shownLines([message, ...lines]), cause === undefined ? undefined : { cause })
  }

  /** The same error again from its `message`, for instance that of another process. */
  static again(message: string): UserError {
    const [first = '', ...lines] = message.split('\n')
    return new UserError(first, { lines })
  }
}

/** Our bug. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
  constructor(message: string, options?: ErrorOptions) {
    super(`internal: ${message}`, options)
  }
}

/**
 * Whoever did a piece of work is gone before it was done: a process that was killed or ran out of memory, a machine, a
 * connection. The same work may go well the next time; any other error would come again.
 */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost'
  constructor(message: string, options?: ErrorOptions) {
    super(`internal: ${message}`, options)
  }
}

/** Stopped on request (Ctrl-C, an abort signal); what is on disk can be resumed. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  constructor(message = 'interrupted') {
    super(message)
  }
}

/** Problems that a message names; past these only their number is given. */
export const namedProblems = 20
/** Characters of one problem. */
const longestProblem = 800

/** One `UserError` for a list of problems, or nothing where the list is empty. */
export function throwProblems(heading: string, problems: readonly string[]): void {
  if (problems.length === 0) return
  const named = problems.slice(0, namedProblems).map((problem) => shortened(problem, longestProblem))
  if (problems.length === 1) throw new UserError(`${heading}: ${named[0]}`)
  const more = problems.length - named.length
  const lines = [...named.map((problem) => `  - ${problem}`), ...(more > 0 ? [`  ... and ${more} more`] : [])]
  throw new UserError(`${heading}, ${problems.length} problems:`, { lines })
}

/** Longer words are not mistyped ones. */
const longestWord = 200
const mostCandidates = 10_000

/** The candidate nearest to a mistyped word (edit distance), for "did you mean"; undefined where nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > longestWord) return undefined
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates.slice(0, mostCandidates)) {
    // each letter more is a change
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  // distances of what was read of `a` from each beginning of `b`, the empty one apart
  let row = Array.from({ length: b.length }, (_, j) => j + 1)
  let distance = b.length
  a.split('').forEach((letter, i) => {
    let [diagonal, left] = [i, i + 1]
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + (letter === b[j] ? 0 : 1))
      diagonal = above
      return left
    })
    distance = left
  })
  return distance
}
