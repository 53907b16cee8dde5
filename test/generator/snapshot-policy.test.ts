import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snapshotSteps, stayingSnapshots } from '../../src/generator/snapshot-policy.js'

const anySteps = fc.integer({ min: 1, max: 200_000 })

describe('the steps of snapshots', () => {
  it('are the last alone, where the last is taken', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        expect(snapshotSteps('last', steps)).toEqual([steps])
      }),
    )
  })

  it('are eight at equal distances to the last step, or every step of a training that has fewer', () => {
    expect(snapshotSteps('best', 6000)).toEqual([750, 1500, 2250, 3000, 3750, 4500, 5250, 6000])
    fc.assert(
      fc.property(anySteps, (steps) => {
        const found = snapshotSteps('best', steps)
        expect(found).toHaveLength(Math.min(8, steps))
        expect(found.at(-1)).toBe(steps)
        const distances = found.map((step, i) => step - (found[i - 1] ?? 0))
        expect(Math.min(...distances)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...distances) - Math.min(...distances)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('the snapshots that stay', () => {
  it('are the newest two and those to choose from, whenever they are asked for', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(some, some, (written, chosenFrom) => {
        const ascending = written.toSorted((a, b) => a - b)
        // As a training leaves them, one after the other.
        let left: number[] = []
        for (const step of ascending) left = stayingSnapshots([step, ...left], chosenFrom)
        const [newest, second] = ascending.toReversed()
        const expected = ascending.filter((step) => [newest, second, ...chosenFrom].includes(step))
        expect(left.toReversed()).toEqual(expected)
        expect(stayingSnapshots(left, chosenFrom)).toEqual(left)
      }),
    )
  })
})
