/** Work of a run side by side; where one piece fails the others are stopped, and its error is the one that is thrown. */

/** Every piece at once; resolves with what each gives. Each is handed the signal that stops it. */
export async function together<T extends readonly unknown[]>(
  signal: AbortSignal | undefined,
  ...works: { readonly [I in keyof T]: (signal: AbortSignal) => Promise<T[I]> }
): Promise<T> {
  const stop = new AbortController()
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const ends = await Promise.allSettled(
    works.map(async (work) => {
      try {
        return await work(either)
      } catch (error) {
        stop.abort(error)
        throw error
      }
    }),
  )
  // The first failure is the cause; the others only heard the stop.
  if (stop.signal.aborted && !signal?.aborted) throw stop.signal.reason
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  }) as unknown as T
}

/** The items in their order, so many at a time; those that others are at come last. */
export async function inLanes<Item>(
  signal: AbortSignal | undefined,
  lanes: number,
  items: readonly Item[],
  work: (item: Item, signal: AbortSignal) => Promise<void>,
  isFree: (item: Item) => boolean = () => true,
): Promise<void> {
  const waiting = [...items]
  const next = () => waiting.splice(Math.max(0, waiting.findIndex(isFree)), 1)[0]
  const lane = async (stop: AbortSignal) => {
    for (let item = next(); item !== undefined; item = next()) await work(item, stop)
  }
  await together<unknown[]>(signal, ...Array.from({ length: lanes }, () => lane))
}
