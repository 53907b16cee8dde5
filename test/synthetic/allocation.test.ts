import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { additions } from '../../src/synthetic/allocation.js'

describe("K's allocation", () => {
  it("gives the paper's sizes: n(1) = 304, n(14) = 4256, n(26) = 7904", () => {
    const size = (k: number) => 152 + 126 + additions([152, 126], k).reduce((a, b) => a + b)
    expect([1, 14, 26].map(size)).toEqual([304, 4256, 7904])
    expect(additions([152, 126], 1)).toEqual([0, 26])
  })

  it('balances the classes at every K, and a set for K is contained in that for K + 1', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 40 }), (originals, k) => {
        const added = additions(originals, k)
        const sizes = originals.map((n, c) => n + added[c])
        expect(new Set(sizes)).toEqual(new Set([k * Math.max(...originals)]))
        expect(additions(originals, k + 1).every((more, c) => more > added[c])).toBe(true)
      }),
    )
  })
})
