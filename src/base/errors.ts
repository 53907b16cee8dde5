/**
 * Two kinds of failure, never mixed: the user's mistake (a sentence with place, value and remedy; exit 2)
 * and ours (message begins `internal:`; exit 1).
 */

/** The user's mistake. `message` says what, where, which value and what to do; several problems stand on lines of their own. */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** Our bug. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
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

/** One `UserError` for a list of problems, or nothing where the list is empty. */
export function throwProblems(heading: string, problems: readonly string[]): void {
  if (problems.length === 0) return
  if (problems.length === 1) throw new UserError(`${heading}: ${problems[0]}`)
  throw new UserError(`${heading}, ${problems.length} problems:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
}

/** The candidate nearest to a mistyped word (edit distance), for "did you mean"; undefined where nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      current[j] = Math.min(previous[j] + 1, current[j - 1] + 1, substitution)
    }
    previous = current
  }
  return previous[b.length]
}
