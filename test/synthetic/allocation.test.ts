import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { additions, classSize, multiplesFilled } from '../../src/synthetic/allocation.js'

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

  const counts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 5 })
  /** Multiples with up to four decimals. */
  const multiple = fc.integer({ min: 10_000, max: 400_000 }).map((parts) => parts / 10_000)

  it('of a fraction balances the classes too, to the nearest film, and a larger K never holds less', () => {
    fc.assert(
      fc.property(counts, multiple, multiple, (originals, a, b) => {
        const [added, more] = [Math.min(a, b), Math.max(a, b)].map((k) => additions(originals, k))
        const [size, ...others] = originals.map((n, c) => n + added[c])
        expect(others.every((other) => other === size)).toBe(true)
        expect(Math.abs(size - Math.min(a, b) * Math.max(...originals))).toBeLessThanOrEqual(0.5 + 1e-9)
        expect(added.every((count, c) => count >= 0 && count <= more[c])).toBe(true)
      }),
    )
  })

  it('rounds halves up, whatever the doubles make of them', () => {
    expect(classSize([100, 7], 1.005)).toBe(101)
    expect(classSize([150], 1.1)).toBe(165)
    expect(classSize([2], 1.25)).toBe(3)
    expect(classSize([4], 1.1)).toBe(4)
  })

  it('ends with the last multiple that every class has images for', () => {
    const grid = [1, 1.25, 1.5, 2, 4]
    expect(multiplesFilled([100, 80], [50, 70], grid)).toEqual([1, 1.25, 1.5])
    expect(multiplesFilled([100, 80], [49, 700], grid)).toEqual([1, 1.25])
    expect(multiplesFilled([100, 80], [0, 19], grid)).toEqual([])
    fc.assert(
      fc.property(counts, fc.array(multiple), fc.infiniteStream(fc.nat(2000)), (originals, ks, stream) => {
        const available = originals.map(() => stream.next().value as number)
        const multiples = [...new Set(ks)].sort((a, b) => a - b)
        const filled = multiplesFilled(originals, available, multiples)
        expect(filled).toEqual(multiples.slice(0, filled.length))
      }),
    )
  })
})
