import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { type Fingerprint, hashDistance, lengthsOf } from '../../src/image/fingerprint.js'
import { type FilmToCompare, nearDuplicates } from '../../src/inspection/near-duplicates.js'

const detail = Int8Array.from({ length: 64 * 64 }, (_, i) => (i % 7) - 3)

/** Films of the same structure, whose hashes alone tell them apart. */
function film(hash: Fingerprint['hash'], i: number): FilmToCompare {
  const id = `film-${i}`
  const who = { set: 'ours', name: id, label: 'healthy', patient: id, patientKnown: true }
  return { id, ...who, pixelHash: id, fingerprint: { hash, detail, lengths: lengthsOf(detail) } }
}

describe('near-duplicates', () => {
  it('are looked for among all pairs whose hashes are within 10 of 64 bits, and no others', () => {
    const rng = new Rng(5)
    const word = () => rng.integer(2 ** 16) * 2 ** 16 + rng.integer(2 ** 16)
    /** Some bits of a hash turned over. */
    const near = ([high, low]: Fingerprint['hash'], bits: number): Fingerprint['hash'] => {
      const turned = [high, low]
      for (let i = 0; i < bits; i++) {
        const at = rng.integer(64)
        turned[at >> 5] = (turned[at >> 5] ^ (1 << (at & 31))) >>> 0
      }
      return [turned[0], turned[1]]
    }
    const first = Array.from({ length: 150 }, (): Fingerprint['hash'] => [word(), word()])
    const hashes = [...first, ...first.map((hash, i) => near(hash, i % 16))]
    const found = nearDuplicates(hashes.map(film)).map(({ b }) => b.id)
    const expected = hashes.flatMap((hash, i) =>
      hashes.slice(0, i).some((earlier) => hashDistance(earlier, hash) <= 10) ? [`film-${i}`] : [],
    )
    expect(expected.length).toBeGreaterThan(90)
    expect(expected.length).toBeLessThan(140)
    expect(found.toSorted()).toEqual(expected.toSorted())
  })
})
