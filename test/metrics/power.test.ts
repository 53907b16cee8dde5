import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { differenceLimits } from '../../src/metrics/auc-difference.js'
import { casesToShow, powerToShow, smallestGainShown, type TestSetDesign } from '../../src/metrics/power.js'
import { correlatedScores, labelsOf } from './simulate.js'

const three = (cases: number): TestSetDesign => ({
  positives: cases / 2,
  negatives: cases / 2,
  auc: 0.9,
  correlation: 0.9,
  comparators: 3,
})

describe('the power of the verdict', () => {
  it('is that of the simulated table (docs/verdict.md, three comparators, AUC 0.90, scores correlated 0.9)', () => {
    const table = [
      [100, 0.02, 0.035],
      [300, 0.02, 0.37],
      [1000, 0.02, 0.98],
      [100, 0.05, 0.73],
      [300, 0.05, 1],
      [1000, 0.05, 1],
    ]
    for (const [cases, gain, simulated] of table) {
      const power = powerToShow(three(cases), gain)
      expect(Math.abs(power - simulated), `${cases} cases, +${gain}: ${power}`).toBeLessThan(0.035)
    }
  })

  it("agrees with a simulation of the verdict's own limits where classes are unequal and scores less alike", () => {
    const design = { positives: 50, negatives: 90, auc: 0.75, correlation: 0.7, comparators: 2 }
    const gain = 0.1
    const yTrue = labelsOf(design.positives, design.negatives)
    const rng = new Rng(4)
    const runs = 400
    let shown = 0
    for (let run = 0; run < runs; run++) {
      const [chosen, ...others] = correlatedScores(yTrue, [0.85, 0.75, 0.75], design.correlation, rng.at(run))
      const lows = others.map(
        (other) => differenceLimits(yTrue, chosen, other, { lowTail: 0.025, highTail: 0.025 }).low,
      )
      if (Math.min(...lows) > 0) shown++
    }
    const power = powerToShow(design, gain)
    const error = Math.sqrt((power * (1 - power)) / runs)
    expect(power).toBeGreaterThan(0.2)
    expect(power).toBeLessThan(0.9)
    expect(Math.abs(shown / runs - power)).toBeLessThan(2.6 * error + 0.03)
  })

  it('is hardly more than nothing without a gain, and falls with more comparators and with repeated patients', () => {
    expect(powerToShow(three(300), 0)).toBeLessThan(0.025)
    const one = powerToShow({ ...three(300), comparators: 1 }, 0.03)
    const six = powerToShow({ ...three(300), comparators: 6 }, 0.03)
    const repeated = powerToShow({ ...three(300), comparators: 6, designEffect: 1.5, degreesOfFreedom: 80 }, 0.03)
    expect(one).toBeGreaterThan(six)
    expect(six).toBeGreaterThan(repeated)
  })
})

describe('the smallest gain, and the cases that it takes', () => {
  it('fit each other', () => {
    const gain = smallestGainShown(three(300)) as number
    expect(powerToShow(three(300), gain)).toBeGreaterThanOrEqual(0.8)
    expect(powerToShow(three(300), gain - 0.001)).toBeLessThan(0.8)
    const cases = casesToShow(three(300), gain) as number
    expect(cases).toBeGreaterThan(270)
    expect(cases).toBeLessThanOrEqual(300)
  })

  it('has none where the comparators leave no room', () => {
    expect(smallestGainShown({ ...three(20), auc: 0.97 })).toBeNull()
    expect(casesToShow({ ...three(20), auc: 0.99 }, 0.02)).toBeNull()
  })
})
