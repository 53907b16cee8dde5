import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Meter, paceAt } from '../../src/base/meter.js'

function clocked(total: number, before = 0) {
  const clock = { ms: 5000 }
  const meter = new Meter(total, { before, now: () => clock.ms })
  return { clock, meter }
}

describe('a meter', () => {
  it('gives the rate since the beginning, and the time left at that rate', () => {
    const { clock, meter } = clocked(100)
    meter.add(20)
    clock.ms += 4000
    expect(meter.pace).toEqual({ done: 20, total: 100, rate: 5, secondsLeft: 16 })
    expect(meter.seconds).toBe(4)
  })

  it('counts what was done before a stop, but not into the rate', () => {
    const { clock, meter } = clocked(100, 50)
    clock.ms += 1000
    meter.reach(60)
    expect(meter.pace).toEqual({ done: 60, total: 100, rate: 10, secondsLeft: 4 })
  })

  it('makes whole units of parts', () => {
    const { meter } = clocked(2)
    for (let part = 0; part < 3; part++) meter.add(1 / 3)
    expect(meter.pace.done).toBe(1)
    meter.add(0.5)
    expect(meter.pace.done).toBe(1)
  })

  it('is due once in a while, and at the end', () => {
    const { clock, meter } = clocked(3)
    meter.add(1)
    expect(meter.due(100)?.done).toBe(1)
    clock.ms += 99
    meter.add(1)
    expect(meter.due(100)).toBeUndefined()
    clock.ms += 1
    expect(meter.due(100)?.done).toBe(2)
    meter.add(1)
    expect(meter.due(100)).toMatchObject({ done: 3, secondsLeft: 0 })
  })

  it('never gives what is no number', () => {
    const amount = fc.nat(1e9)
    fc.assert(
      fc.property(amount, amount, amount, (total, done, ms) => {
        const { clock, meter } = clocked(total)
        clock.ms += ms
        meter.add(Math.min(done, total))
        for (const value of Object.values(meter.pace)) expect(value >= 0 && Number.isFinite(value)).toBe(true)
      }),
    )
    expect(paceAt(0, 10, 0)).toEqual({ done: 0, total: 10, rate: 0, secondsLeft: 0 })
  })
})
