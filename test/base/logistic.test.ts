import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logistic, logisticByTail, softplus } from '../../src/base/logistic.js'

const any = fc.double({ min: -1000, max: 1000, noNaN: true })

describe('the logistic function', () => {
  it('is that of tanh in both forms', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        const expected = (1 + Math.tanh(x / 2)) / 2
        for (const form of [logistic, logisticByTail]) expect(Math.abs(form(x) - expected)).toBeLessThan(3e-16)
      }),
    )
  })

  it('neither overflows nor leaves 0 to 1', () => {
    fc.assert(
      fc.property(any, (x) => {
        for (const form of [logistic, logisticByTail]) expect(form(x) >= 0 && form(x) <= 1).toBe(true)
      }),
    )
    expect([logistic(-710), logisticByTail(-710) > 0, logisticByTail(-800)]).toEqual([0, true, 0])
  })

  it('differs between its forms by two units in the last place at most', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(logistic(x) / logisticByTail(x) - 1)).toBeLessThanOrEqual(2 * Number.EPSILON)
      }),
    )
  })
})

describe('softplus', () => {
  it('is finite, and x more at x than at -x', () => {
    fc.assert(
      fc.property(any, (x) => {
        expect(Number.isFinite(softplus(x))).toBe(true)
        expect(softplus(x) - softplus(-x)).toBeCloseTo(x, 9)
      }),
    )
    expect(softplus(0)).toBe(Math.LN2)
    // log(1 + tiny) is tiny, not 0.
    expect(softplus(-50)).toBe(Math.exp(-50))
  })
})
