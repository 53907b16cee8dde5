import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { casesToDecide, delongTest, differenceLimits } from '../../src/metrics/auc-difference.js'
import { decideVerdict, type VerdictComparator, type VerdictInput } from '../../src/metrics/verdict.js'
import { correlatedScores, labelsOf } from './simulate.js'

function comparator(name: string, low: number, difference: number, high: number): VerdictComparator {
  return { name, low, difference, high, casesNeeded: 640, external: {} }
}

function verdictOf(comparators: VerdictComparator[], more: Partial<VerdictInput> = {}) {
  return decideVerdict({ comparators, nothing: 'OD', delta: 0.02, kChosen: 7, selectOn: 'tuning', ...more })
}

describe('the verdict', () => {
  it('is yes where the chosen arm beats every comparator, and names the closest', () => {
    expect(verdictOf([comparator('OD', 0.03, 0.06, 0.1), comparator('GCB', 0.01, 0.04, 0.08)])).toEqual({
      benefit: 'yes',
      found: { kind: 'better', comparator: 'GCB', difference: 0.04, low: 0.01, high: 0.08, small: false },
      low: 0.01,
      high: 0.08,
      comparator: 'GCB',
      casesNeeded: null,
    })
  })

  it('is not yes where one comparator of many is not beaten', () => {
    const { benefit } = verdictOf([comparator('OD', 0.03, 0.06, 0.1), comparator('GCB', 0, 0.03, 0.08)])
    expect(benefit).toBe('unclear')
  })

  it('is yes, and of a small gain, where it is above 0 and yet below delta', () => {
    expect(verdictOf([comparator('OD', 0.002, 0.01, 0.019)])).toMatchObject({
      benefit: 'yes',
      found: { kind: 'better', small: true },
    })
  })

  it('is no where a gain of delta is excluded against some comparator', () => {
    expect(verdictOf([comparator('OD', 0.01, 0.05, 0.09), comparator('GCB', -0.03, 0, 0.015)])).toMatchObject({
      benefit: 'no',
      comparator: 'GCB',
      found: { kind: 'gain-excluded', comparator: 'GCB', difference: 0, low: -0.03, high: 0.015 },
    })
  })

  it('speaks of harm against doing nothing alone', () => {
    const harm = verdictOf([comparator('OD', -0.09, -0.05, -0.01), comparator('GCB', -0.1, -0.06, -0.02)])
    expect(harm).toMatchObject({ benefit: 'no', comparator: 'OD', low: -0.09, high: -0.01 })
    expect(harm.found).toEqual({ kind: 'harm', comparator: 'OD', difference: -0.05, low: -0.09, high: -0.01 })
    const worse = verdictOf([comparator('OD', -0.02, 0.01, 0.05), comparator('GCB', -0.09, -0.05, -0.01)])
    expect(worse).toMatchObject({ benefit: 'no', comparator: 'GCB', found: { kind: 'gain-excluded' } })
  })

  it('is unclear otherwise, with the gain not excluded and the cases that would decide', () => {
    const outcome = verdictOf([comparator('OD', -0.02, 0.03, 0.07), comparator('GCB', -0.04, 0.01, 0.05)])
    expect(outcome).toMatchObject({ benefit: 'unclear', comparator: 'GCB', casesNeeded: 640 })
    expect(outcome.found).toEqual({
      kind: 'open',
      comparator: 'GCB',
      difference: 0.01,
      low: -0.04,
      high: 0.05,
      moreCases: { kind: 'cases', cases: 640 },
    })
  })

  it('counts cases by the comparators not yet beaten', () => {
    const beaten = { ...comparator('OD', 0.05, 0.2, 0.4), casesNeeded: 9000 }
    expect(verdictOf([beaten, comparator('GCB', -0.04, 0.01, 0.05)]).casesNeeded).toBe(640)
  })

  it('promises no number of cases where one comparator is not decided by any', () => {
    const never = { ...comparator('GCB', -0.04, 0.01, 0.05), casesNeeded: null }
    const { casesNeeded, found } = verdictOf([never, comparator('OD', -0.02, 0.03, 0.07)])
    expect(casesNeeded).toBeNull()
    expect(found).toMatchObject({ kind: 'open', moreCases: { kind: 'never' } })
  })

  it('is unclear where the search chose none beyond class balance, whatever the limits', () => {
    for (const other of [comparator('OD', 0.01, 0.05, 0.09), comparator('OD', -0.05, -0.04, -0.03)]) {
      const { benefit, found, casesNeeded } = verdictOf([other], { kChosen: 1 })
      expect(benefit).toBe('unclear')
      expect(found).toEqual({ kind: 'balance-alone', moreCases: { kind: 'unsaid' } })
      expect(casesNeeded).toBeNull()
    }
  })

  it('is unclear, of nothing, where the chosen arm holds no synthetic film at all', () => {
    const other = { ...comparator('OD=native', -0.01, 0.04, 0.126), casesNeeded: 970 }
    const outcome = verdictOf([other], { kChosen: 1, addsNothing: true })
    expect(outcome).toEqual({
      benefit: 'unclear',
      found: { kind: 'adds-nothing' },
      low: null,
      high: null,
      comparator: null,
      casesNeeded: null,
    })
  })

  it('says there as well how many cases would decide, by the comparators that are still open', () => {
    const open = { ...comparator('GCB+CDA', -0.04, 0.01, 0.05), casesNeeded: 900 }
    const { casesNeeded, found } = verdictOf([open, comparator('OD', 0.01, 0.05, 0.09)], { kChosen: 1 })
    expect(casesNeeded).toBe(900)
    expect(found).toEqual({ kind: 'balance-alone', moreCases: { kind: 'cases', cases: 900 } })
  })

  it('is no yes where a comparator could not be compared, and names it', () => {
    const unknown = comparator('GCB', Number.NaN, Number.NaN, Number.NaN)
    const beaten = comparator('OD', 0.01, 0.05, 0.09)
    expect(verdictOf([beaten]).benefit).toBe('yes')
    const outcome = verdictOf([beaten, unknown])
    expect(outcome).toMatchObject({ benefit: 'unclear', comparator: 'OD', casesNeeded: null })
    expect(outcome.found).toEqual({ kind: 'some-not-compared', notCompared: ['GCB'] })
    // Nor does any number of cases decide against it; a gain excluded against another stays excluded.
    const open = verdictOf([comparator('OD', -0.02, 0.03, 0.07), unknown])
    expect(open).toMatchObject({ benefit: 'unclear', casesNeeded: null, found: { moreCases: { kind: 'unsaid' } } })
    expect(verdictOf([comparator('OD', -0.03, 0, 0.015), unknown]).benefit).toBe('no')
  })

  it('is withheld where K was chosen on the test set', () => {
    const { benefit, found } = verdictOf([comparator('OD', 0.01, 0.05, 0.09)], { selectOn: 'test' })
    expect(benefit).toBeNull()
    expect(found).toEqual({ kind: 'chosen-on-test' })
  })

  it('is withheld where the test set allows no comparison', () => {
    const nan = Number.NaN
    expect(verdictOf([comparator('OD', nan, nan, nan)])).toMatchObject({ benefit: null, low: null, comparator: null })
    expect(verdictOf([])).toMatchObject({ benefit: null, found: { kind: 'not-comparable' } })
  })

  it('turns from yes to unclear where another hospital contradicts it', () => {
    const at = (high: number) => ({
      ...comparator('OD', 0.01, 0.05, 0.09),
      external: { 'clinic-b': { difference: high - 0.03, high } },
    })
    expect(verdictOf([at(0.02)]).benefit).toBe('yes')
    const contradicted = verdictOf([at(-0.01)])
    expect(contradicted.benefit).toBe('unclear')
    expect(contradicted.found).toEqual({ kind: 'worse-elsewhere', set: 'clinic-b', comparator: 'OD' })
    // It can't turn a no.
    expect(verdictOf([{ ...at(-0.01), low: -0.05, high: 0.01 }]).benefit).toBe('no')
  })
})

// The table of docs/verdict.md at n = 100: three comparators, scores correlated 0.9.
describe('the verdict over many test sets of 100 cases', () => {
  const yTrue = labelsOf(50, 50)
  const shareOf = (benefit: string, aucs: readonly number[], runs: number) => {
    const rng = new Rng(21)
    let count = 0
    for (let run = 0; run < runs; run++) {
      const [chosen, ...others] = correlatedScores(yTrue, aucs, 0.9, rng)
      const comparators = others.map((other, i) => ({
        name: `c${i}`,
        difference: delongTest(yTrue, chosen, other).difference,
        ...differenceLimits(yTrue, chosen, other, { lowTail: 0.025, highTail: 0.025 / 3 }),
        casesNeeded: null,
        external: {},
      }))
      if (verdictOf(comparators).benefit === benefit) count++
    }
    return count / runs
  }

  it('finds a gain of 0.05 in 0.73 of them, one of 0.02 in 0.035', () => {
    expect(Math.abs(shareOf('yes', [0.95, 0.9, 0.9, 0.9], 400) - 0.73)).toBeLessThan(0.07)
    expect(Math.abs(shareOf('yes', [0.92, 0.9, 0.9, 0.9], 400) - 0.035)).toBeLessThan(0.025)
  })

  it('is a false yes in less than 0.025 in the worst case: one comparator equal, the others far behind', () => {
    expect(shareOf('yes', [0.9, 0.9, 0.75, 0.75], 500)).toBeLessThan(0.025)
  })

  it('says no in 0.20 where all are equal', () => {
    expect(Math.abs(shareOf('no', [0.9, 0.9, 0.9, 0.9], 400) - 0.2)).toBeLessThan(0.05)
  })

  it('would be decided by about the number of cases it names', () => {
    const rng = new Rng(22)
    const [chosen, other] = correlatedScores(yTrue, [0.91, 0.9], 0.9, rng)
    const needed = casesToDecide(yTrue, chosen, other, { lowTail: 0.025, highTail: 0.025, delta: 0.05 }) as number
    const many = labelsOf(Math.ceil(needed / 2), Math.ceil(needed / 2))
    for (let run = 0; run < 20; run++) {
      const [a, b] = correlatedScores(many, [0.91, 0.9], 0.9, rng)
      const { low, high } = differenceLimits(many, a, b, { lowTail: 0.025, highTail: 0.025 })
      expect(high - low).toBeLessThan(0.08)
    }
  })
})
