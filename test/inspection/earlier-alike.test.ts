import fc from 'fast-check'
import { expect, test } from 'vitest'
import { earlierAlike } from '../../src/inspection/earlier-alike.js'

/** Bit by bit, as the words say it. */
function differingBits(a: readonly [number, number], b: readonly [number, number]): number {
  const bits = ([high, low]: readonly [number, number]) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  return (bits(a) ^ bits(b)).toString(2).replaceAll('0', '').length
}

test('All earlier hashes that differ in few bits are found, and no other', () => {
  const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(0, -1, 1, 255, -256))
  const hashes = fc.array(fc.tuple(word, word), { maxLength: 20 })
  fc.assert(
    fc.property(hashes, fc.integer({ min: 0, max: 64 }), (given, most) => {
      const alike = earlierAlike(given, most)
      for (const [i, hash] of given.entries()) {
        const expected = given.slice(0, i).flatMap((other, at) => (differingBits(hash, other) <= most ? [at] : []))
        expect(alike(i)).toEqual(expected)
      }
    }),
  )
})
