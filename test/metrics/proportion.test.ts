import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { holm } from '../../src/metrics/holm.js'
import { designEffect, proportionIntervals, wilson } from '../../src/metrics/proportion.js'

const read = (name: string) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden', name), 'utf8'))

describe('the interval of a proportion', () => {
  it("is SciPy's Wilson interval", () => {
    for (const { successes, n, level, low, high } of read('measures.json').wilson) {
      const limits = wilson(successes, n, { level })
      expect(limits.low).toBeCloseTo(low, 12)
      expect(limits.high).toBeCloseTo(high, 12)
    }
  })

  it('stays within 0..1 and around the proportion', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), (n, k) => {
        const successes = Math.min(k, n)
        const { low, high } = wilson(successes, n)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(successes / n + 1e-12)
        expect(high).toBeGreaterThanOrEqual(successes / n - 1e-12)
      }),
    )
  })

  it('of nothing is not a number', () => {
    expect(wilson(0, 0)).toEqual({ low: Number.NaN, high: Number.NaN })
  })

  it('counts a patient once whose images always agree', () => {
    const outcomes = [1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1]
    const pairs = outcomes.map((_, i) => `p${Math.floor(i / 2)}`)
    // Six patients' variance over twelve cases', with the P / (P - 1) of a variance from few patients.
    expect(designEffect(outcomes, pairs)).toBeCloseTo(2 * (6 / 5), 12)
    expect(designEffect([1, 1, 1, 1], ['a', 'a', 'b', 'b'])).toBe(2)
    expect(designEffect([0, 0, 0], ['a', 'a', 'a'])).toBe(3)
  })

  it('is as for single cases where patients do not repeat, and never narrower than that', () => {
    expect(designEffect([1, 0, 1], ['a', 'b', 'c'])).toBe(1)
    expect(designEffect([1, 0, 1, 0], ['a', 'a', 'b', 'b'])).toBe(1)
    expect(designEffect([], [])).toBe(1)
  })

  it('covers as often as it says where patients have three images alike', () => {
    const rng = new Rng(5)
    const runs = 1500
    const patients = Array.from({ length: 120 }, (_, i) => `p${Math.floor(i / 3)}`)
    let [clustered, plain] = [0, 0]
    for (let run = 0; run < runs; run++) {
      let effect = 0
      const outcomes = patients.map((_, i) => {
        if (i % 3 === 0) effect = Math.sqrt(0.6) * rng.normal()
        return effect + Math.sqrt(0.4) * rng.normal() < 0.8416212 ? 1 : 0 // true for 80 %
      })
      const successes = outcomes.reduce<number>((a, b) => a + b, 0)
      const holds = ({ low, high }: { low: number; high: number }) => low <= 0.8 && 0.8 <= high
      if (holds(wilson(successes, 120, { designEffect: designEffect(outcomes, patients) }))) clustered++
      if (holds(wilson(successes, 120))) plain++
    }
    expect(clustered / runs).toBeGreaterThan(0.93)
    expect(plain / runs).toBeLessThan(0.88)
  })
})

describe('intervals of the measures at a cutoff', () => {
  const single = ['a', 'b', 'c', 'd', 'e']

  it('are Wilson intervals of the cases that each measure is about', () => {
    const { accuracy, sensitivity, specificity, ppv, npv } = proportionIntervals(
      [1, 1, 1, 0, 0],
      [0.9, 0.6, 0.2, 0.7, 0.1],
      0.5,
      single,
    )
    expect(accuracy).toEqual({ value: 3 / 5, ...wilson(3, 5), method: 'Wilson' })
    expect(sensitivity).toEqual({ value: 2 / 3, ...wilson(2, 3), method: 'Wilson' })
    expect(specificity).toEqual({ value: 1 / 2, ...wilson(1, 2), method: 'Wilson' })
    expect(ppv).toEqual({ value: 2 / 3, ...wilson(2, 3), method: 'Wilson' })
    expect(npv).toEqual({ value: 1 / 2, ...wilson(1, 2), method: 'Wilson' })
  })

  it('say what is missing where there is no such case', () => {
    const { specificity, npv } = proportionIntervals([1, 1], [0.9, 0.8], 0.5, ['a', 'b'])
    expect(specificity).toEqual({ value: null, low: null, high: null, method: 'Wilson', reason: 'no-healthy-case' })
    expect(npv.reason).toBe('none-called-negative')
  })

  it('name the design effect where patients repeat', () => {
    const { sensitivity } = proportionIntervals([1, 1, 1, 1, 0], [1, 1, 0, 0, 0], 0.5, ['a', 'a', 'b', 'b', 'c'])
    expect(sensitivity.value).toBe(0.5)
    expect(sensitivity.designEffect).toBeCloseTo(4, 12)
  })
})

describe("Holm's adjustment", () => {
  it("is R's p.adjust", () => {
    const { ps, adjusted } = read('auc.json').holm
    holm(ps).forEach((p, i) => {
      expect(p).toBeCloseTo(adjusted[i], 12)
    })
  })

  it('keeps the order of p-values, lowers none, and stays within 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const adjusted = holm(ps)
        ps.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p)
          expect(adjusted[i]).toBeLessThanOrEqual(1)
          ps.forEach((q, j) => {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j])
          })
        })
      }),
    )
  })

  it('leaves out what is not a number', () => {
    expect(holm([0.02, Number.NaN, 0.5])).toEqual([0.04, Number.NaN, 0.5])
  })
})
