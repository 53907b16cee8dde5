/** Work of a run side by side; where one piece fails the others are stopped, and its error is the one that is thrown. */
import type { RunContext } from '../stage.js'

/** Every piece at once; resolves with what each gives. */
export async function together<T extends readonly unknown[]>(
  context: RunContext,
  ...works: { readonly [I in keyof T]: (inner: RunContext) => Promise<T[I]> }
): Promise<T> {
  const stop = new AbortController()
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal
  const inner = { ...context, signal }
  const ends = await Promise.allSettled(
    works.map(async (work) => {
      try {
        return await work(inner)
      } catch (error) {
        stop.abort(error)
        throw error
      }
    }),
  )
  // The first failure is the cause; the others only heard the stop.
  if (stop.signal.aborted && !context.signal?.aborted) throw stop.signal.reason
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  }) as unknown as T
}

/** The items in their order, so many at a time. */
export async function inLanes<Item>(
  context: RunContext,
  lanes: number,
  items: readonly Item[],
  work: (inner: RunContext, item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const lane = async (inner: RunContext) => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(inner, item)
  }
  await together<unknown[]>(context, ...Array.from({ length: lanes }, () => lane))
}
