/**
 * Of each hash of 64 bits the earlier ones that differ in few, all of them: 100,000 films have five thousand million pairs, so the
 * words lie side by side and the second is looked at only where the first is near enough.
 */
import { type Fingerprint, ones } from '../image/fingerprint.js'

/** Answers for a place in `hashes` the places before it whose hashes differ in at most `most` bits. */
export function earlierAlike(hashes: readonly Fingerprint['hash'][], most: number): (of: number) => number[] {
  const high = Int32Array.from(hashes, ([word]) => word)
  const low = Int32Array.from(hashes, ([, word]) => word)
  return (of) => {
    const [first, second] = [high[of], low[of]]
    const near: number[] = []
    for (let at = 0; at < of; at++) {
      const bits = ones(high[at] ^ first)
      if (bits <= most && bits + ones(low[at] ^ second) <= most) near.push(at)
    }
    return near
  }
}
