/** Work on many films at once, but never on more than a few: decoded images are large. */
import { elementAt } from '../base/element-at.js'
import { Interrupted } from '../base/errors.js'

const atOnce = 4

/** Calls `work` for each item, at most four at a time; results stand in the items' order. Stops at the first error. */
export async function mapBounded<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  let failed = false
  const lane = async () => {
    while (next < items.length && !failed) {
      if (signal?.aborted) throw new Interrupted()
      const index = next++
      try {
        results[index] = await work(elementAt(items, index), index)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  return results
}
