import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { casesToDecide, delongTest, differenceLimits } from '../../src/metrics/auc-difference.js'
import { decideVerdict, type VerdictComparator, type VerdictInput } from '../../src/metrics/verdict.js'
import { correlatedScores, labelsOf } from './simulate.js'

function comparator(name: string, low: number, difference: number, high: number): VerdictComparator {
  return { name, low, difference, high, casesNeeded: 640, external: {} }
}

function verdictOf(comparators: VerdictComparator[], more: Partial<VerdictInput> = {}) {
  return decideVerdict({
    comparators,
    nothing: 'OD',
    delta: 0.02,
    kChosen: 7,
    selectOn: 'tuning',
    scope: 'model',
    reach: 'these models',
    proseName: (name) => ({ OD: 'original films only', GCB: 'balanced' })[name] ?? name,
    ...more,
  })
}

describe('the verdict', () => {
  it('is yes where the chosen arm beats every comparator, and names the closest', () => {
    const {
      benefit,
      text,
      low,
      high,
      comparator: name,
    } = verdictOf([comparator('OD', 0.03, 0.06, 0.1), comparator('GCB', 0.01, 0.04, 0.08)])
    expect({ benefit, low, high, name }).toEqual({ benefit: 'yes', low: 0.01, high: 0.08, name: 'GCB' })
    expect(text).toBe(
      'Yes, on these cases: this model is better than every comparator. The closest is balanced: difference in AUC +0.040 (+0.010 to +0.080). This speaks for these models.',
    )
  })

  it('says that adding helps only where it speaks of the procedure', () => {
    const comparators = [comparator('OD', 0.03, 0.06, 0.1)]
    expect(verdictOf(comparators).text).not.toContain('helps')
    const { text } = verdictOf(comparators, { scope: 'procedure', reach: 'the procedure, tried with 5 GANs' })
    expect(text).toContain('Yes: adding synthetic films helps; the procedure is better than every comparator.')
    expect(text).toContain('This speaks for the procedure, tried with 5 GANs.')
  })

  it('is not yes where one comparator of many is not beaten', () => {
    const { benefit } = verdictOf([comparator('OD', 0.03, 0.06, 0.1), comparator('GCB', 0, 0.03, 0.08)])
    expect(benefit).toBe('unclear')
  })

  it('is yes, and says that the gain is small, where it is above 0 and yet below delta', () => {
    const { benefit, text } = verdictOf([comparator('OD', 0.002, 0.01, 0.019)])
    expect(benefit).toBe('yes')
    expect(text).toContain('The gain is smaller than 0.02 in AUC')
  })

  it('is no where a gain of delta is excluded against some comparator', () => {
    const {
      benefit,
      text,
      comparator: name,
    } = verdictOf([comparator('OD', 0.01, 0.05, 0.09), comparator('GCB', -0.03, 0, 0.015)])
    expect({ benefit, name }).toEqual({ benefit: 'no', name: 'GCB' })
    expect(text).toBe(
      'No. Against balanced a gain of 0.02 in AUC is excluded on these cases: difference 0.000 (\u22120.030 to +0.015). This speaks for these models.',
    )
  })

  it('speaks of harm against doing nothing alone', () => {
    const harm = verdictOf([comparator('OD', -0.09, -0.05, -0.01), comparator('GCB', -0.1, -0.06, -0.02)])
    expect(harm).toMatchObject({ benefit: 'no', comparator: 'OD', low: -0.09, high: -0.01 })
    expect(harm.text).toContain('did harm: against original films only')
    const worse = verdictOf([comparator('OD', -0.02, 0.01, 0.05), comparator('GCB', -0.09, -0.05, -0.01)])
    expect(worse).toMatchObject({ benefit: 'no', comparator: 'GCB' })
    expect(worse.text).not.toContain('harm')
  })

  it('is unclear otherwise, with the gain not excluded and the cases that would decide', () => {
    const outcome = verdictOf([comparator('OD', -0.02, 0.03, 0.07), comparator('GCB', -0.04, 0.01, 0.05)])
    expect(outcome).toMatchObject({ benefit: 'unclear', comparator: 'GCB', casesNeeded: 640 })
    expect(outcome.text).toBe(
      'Unclear. Against balanced the difference in AUC is +0.010 (\u22120.040 to +0.050); a gain of up to 0.050 is not excluded. About 640 test cases like these would decide at a gain of 0.02. This speaks for these models.',
    )
  })

  it('counts cases by the comparators not yet beaten', () => {
    const beaten = { ...comparator('OD', 0.05, 0.2, 0.4), casesNeeded: 9000 }
    expect(verdictOf([beaten, comparator('GCB', -0.04, 0.01, 0.05)]).casesNeeded).toBe(640)
    const close = { ...comparator('GCB', -0.04, 0.01, 0.05), casesNeeded: 21_000 }
    expect(verdictOf([close]).text).toContain('About 21,000 test cases')
    const unknown = { ...comparator('GCB', -0.04, 0.01, 0.05), casesNeeded: null }
    expect(verdictOf([unknown])).toMatchObject({ benefit: 'unclear', casesNeeded: null })
    expect(verdictOf([unknown]).text).not.toContain('would decide')
  })

  it('promises no number of cases where one comparator is not decided by any', () => {
    const never = { ...comparator('GCB', -0.04, 0.01, 0.05), casesNeeded: null }
    const { casesNeeded, text } = verdictOf([never, comparator('OD', -0.02, 0.03, 0.07)], { scope: 'procedure' })
    expect(casesNeeded).toBeNull()
    expect(text).toContain('More test cases alone would not decide at a gain of 0.02: the GANs differ too much.')
  })

  it('is unclear where the search chose none beyond class balance, whatever the limits', () => {
    for (const other of [comparator('OD', 0.01, 0.05, 0.09), comparator('OD', -0.05, -0.04, -0.03)]) {
      const { benefit, text, casesNeeded } = verdictOf([other], { kChosen: 1 })
      expect(benefit).toBe('unclear')
      expect(text).toBe('Unclear. The search chose none beyond class balance; that is no proof that no amount helps.')
      expect(casesNeeded).toBeNull()
    }
  })

  it('is unclear, of nothing, where the chosen arm holds no synthetic film at all', () => {
    const other = { ...comparator('OD=native', -0.01, 0.04, 0.126), casesNeeded: 970 }
    const outcome = verdictOf([other], { kChosen: 1, addsNothing: true })
    expect(outcome).toEqual({
      benefit: 'unclear',
      low: null,
      high: null,
      comparator: null,
      casesNeeded: null,
      text: 'Unclear. The search chose no synthetic film at all (K = 1 of classes that are balanced already adds none, so that there is nothing to compare); that is no proof that no amount helps.',
    })
  })

  it('says there as well how many cases would decide, by the comparators that are still open', () => {
    const open = { ...comparator('GCB+CDA', -0.04, 0.01, 0.05), casesNeeded: 900 }
    const { casesNeeded, text } = verdictOf([open, comparator('OD', 0.01, 0.05, 0.09)], { kChosen: 1 })
    expect(casesNeeded).toBe(900)
    expect(text).toBe(
      'Unclear. The search chose none beyond class balance; that is no proof that no amount helps. About 900 test cases like these would decide at a gain of 0.02.',
    )
  })

  it('is no yes where a comparator could not be compared, and names it', () => {
    const unknown = comparator('GCB', Number.NaN, Number.NaN, Number.NaN)
    const beaten = comparator('OD', 0.01, 0.05, 0.09)
    expect(verdictOf([beaten]).benefit).toBe('yes')
    const outcome = verdictOf([beaten, unknown])
    expect(outcome).toMatchObject({
      benefit: 'unclear',
      comparator: 'OD',
      casesNeeded: null,
      reason: 'balanced could not be compared on these films',
    })
    expect(outcome.text).toBe(
      'Unclear. This model is better than every comparator that could be compared, but balanced could not be compared on these films. This speaks for these models.',
    )
    // Nor does any number of cases decide against it; a gain excluded against another stays excluded.
    const open = verdictOf([comparator('OD', -0.02, 0.03, 0.07), unknown])
    expect(open).toMatchObject({ benefit: 'unclear', casesNeeded: null })
    expect(open.text).not.toContain('would decide')
    expect(verdictOf([comparator('OD', -0.03, 0, 0.015), unknown]).benefit).toBe('no')
  })

  it('is withheld where K was chosen on the test set', () => {
    const { benefit, text, reason } = verdictOf([comparator('OD', 0.01, 0.05, 0.09)], { selectOn: 'test' })
    expect(benefit).toBeNull()
    expect(text).toBe(`No verdict: ${reason}.`)
    expect(reason).toContain('chosen on the test set')
  })

  it('is withheld where the test set allows no comparison', () => {
    const nan = Number.NaN
    expect(verdictOf([comparator('OD', nan, nan, nan)])).toMatchObject({ benefit: null, low: null, comparator: null })
    expect(verdictOf([])).toMatchObject({ benefit: null })
  })

  it('turns from yes to unclear where another hospital contradicts it', () => {
    const at = (high: number) => ({
      ...comparator('OD', 0.01, 0.05, 0.09),
      external: { 'clinic-b': { difference: high - 0.03, high } },
    })
    expect(verdictOf([at(0.02)]).benefit).toBe('yes')
    const contradicted = verdictOf([at(-0.01)])
    expect(contradicted.benefit).toBe('unclear')
    expect(contradicted.text).toContain('on clinic-b the model is worse than original films only')
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
