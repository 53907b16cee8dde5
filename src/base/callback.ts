/** A user's function that is told of things, so that its errors end what it is told of, and nothing else. */

export interface Guarded<Argument> {
  /** Calls the function; after its first error never again. Throws what it throws. */
  tell(argument: Argument): void
  /** Fires with the function's first error, thrown or of a promise that it returned. */
  readonly failed: AbortSignal
  /** Resolves when all promises that it returned have settled. */
  settled(): Promise<void>
}

export function guarded<Argument>(callback: (argument: Argument) => unknown): Guarded<Argument> {
  const failure = new AbortController()
  const pending = new Set<Promise<void>>()
  const fail = (error: unknown) => failure.abort(error ?? new Error('a callback failed without an error'))
  return {
    tell(argument) {
      if (failure.signal.aborted) return
      try {
        const answer = callback(argument)
        if (typeof (answer as PromiseLike<unknown>)?.then !== 'function') return
        const end: Promise<void> = Promise.resolve(answer)
          .then(() => {}, fail)
          .finally(() => pending.delete(end))
        pending.add(end)
      } catch (error) {
        fail(error)
        throw error
      }
    },
    failed: failure.signal,
    async settled() {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
