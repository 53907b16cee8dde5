import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { brier, brierInterval } from '../../src/metrics/calibration.js'
import { calibrationGroups } from '../../src/metrics/calibration-curve.js'
import { tQuantile } from '../../src/metrics/distributions.js'
import { priorShift, shiftProbabilities } from '../../src/metrics/prior.js'
import { wilson } from '../../src/metrics/proportion.js'
import { recalibration } from '../../src/metrics/recalibration.js'
import { auc } from '../../src/metrics/roc.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/calibration.json'), 'utf8'))
const logistic = (x: number) => 1 / (1 + Math.exp(-x))

describe('calibration intercept and slope', () => {
  it.each([0, 1])(
    "are those of R's glm, the slope with its Wald limits, the intercept with a sandwich over cases (set %i)",
    (set) => {
      const { label, score, intercept, slope, curve } = golden.calibration[set]
      const found = recalibration(label, score)
      expect(found.intercept.value).toBeCloseTo(intercept.value, 9)
      const t = tQuantile(0.975, label.length - 1)
      expect((found.intercept.high - found.intercept.value) / t).toBeCloseTo(intercept.robustSe, 8)
      expect(found.slope.value).toBeCloseTo(slope.value, 9)
      expect(found.slope.low).toBeCloseTo(slope.limits[0], 8)
      expect(found.slope.high).toBeCloseTo(slope.limits[1], 8)
      curve.at.forEach((at: number, i: number) => {
        const { value, low, high } = found.observed(at)
        expect(value).toBeCloseTo(curve.value[i], 9)
        expect(low).toBeCloseTo(curve.low[i], 8)
        expect(high).toBeCloseTo(curve.high[i], 8)
      })
    },
  )

  it.each([0, 1])('have a sandwich over patients where these repeat (R, set %i)', (set) => {
    const { label, score, patient, units, intercept, slope } = golden.calibration[set]
    const found = recalibration(label, score, { patients: patient.map(String) })
    const t = tQuantile(0.975, units - 1)
    expect((found.intercept.high - found.intercept.value) / t).toBeCloseTo(intercept.clusteredSe, 8)
    expect((found.slope.high - found.slope.value) / t).toBeCloseTo(slope.clusteredSe, 8)
    expect(found.slope.method).toContain('patients')
  })

  it('are 0 and 1 for probabilities that are true, and undo what was done to them', () => {
    const rng = new Rng(4)
    const logits = Array.from({ length: 20000 }, () => 1.5 * rng.normal() - 0.5)
    const yTrue = logits.map((logit) => (rng.uniform() < logistic(logit) ? 1 : 0))
    const honest = recalibration(yTrue, logits.map(logistic))
    expect(honest.intercept.low < 0 && 0 < honest.intercept.high).toBe(true)
    expect(honest.slope.low < 1 && 1 < honest.slope.high).toBe(true)
    const bold = recalibration(
      yTrue,
      logits.map((logit) => logistic(2 * logit + 1)),
    )
    expect(bold.slope.value).toBeCloseTo(honest.slope.value / 2, 6)
    expect(bold.intercept.value).toBeLessThan(-0.3)
  })

  it.each([
    ['one class only', [1, 1, 1], [0.2, 0.5, 0.7], 'one-class', 'one-class'],
    ['no film', [], [], 'no-case', 'no-case'],
    ['perfect separation', [0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9], undefined, 'separated'],
    ['separation but for a tie', [0, 0, 1, 1], [0.1, 0.5, 0.5, 0.9], undefined, 'separated'],
    ['equal probabilities', [0, 1, 1], [0.4, 0.4, 0.4], undefined, 'equal-probabilities'],
    [
      'certain probabilities',
      [0, 1, 0],
      [0, 1, 0.4],
      { kind: 'certain-probabilities', certain: 2, of: 3 },
      { kind: 'certain-probabilities', certain: 2, of: 3 },
    ],
  ])('are defined, with a reason: %s', (_, yTrue, yScore, intercept, slope) => {
    const found = recalibration(yTrue, yScore)
    expect([found.intercept.reason, found.slope.reason]).toEqual([intercept, slope])
    expect(Number.isNaN(found.intercept.value)).toBe(intercept !== undefined)
    expect(found.slope.value).toBeNaN()
    expect(found.observed(0.5).value).toBeNaN()
  })

  it('take no scores for probabilities', () => {
    expect(() => recalibration([0, 1], [0.5, 1.5])).toThrow('the score of case 2 is 1.5; probabilities from 0 to 1')
  })

  it('cover what they estimate: 79 cases, slope 0.7, intercept 0', () => {
    const rng = new Rng(6)
    const runs = 1500
    let [slope, intercept] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const logits = Array.from({ length: 79 }, () => 2 * rng.normal())
      const yTrue = logits.map((logit) => (rng.uniform() < logistic(0.7 * logit) ? 1 : 0))
      const found = recalibration(yTrue, logits.map(logistic))
      if (found.slope.low <= 0.7 && 0.7 <= found.slope.high) slope++
      if (found.intercept.low <= 0 && 0 <= found.intercept.high) intercept++
    }
    for (const covered of [slope / runs, intercept / runs]) {
      expect(covered).toBeGreaterThan(0.93)
      expect(covered).toBeLessThan(0.98)
    }
  })
})

describe('the Brier score', () => {
  it('has t limits of a mean of squares, and a scaled form of which 0 is the prevalence', () => {
    const { label, score } = golden.calibration[0]
    const squares = label.map((own: number, i: number) => (score[i] - own) ** 2) as number[]
    const n = squares.length
    const mean = squares.reduce((a, b) => a + b, 0) / n
    const sd = Math.sqrt(squares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1))
    const found = brierInterval(label, score)
    expect(found.brier.value).toBe(brier(label, score))
    expect(found.brier.high).toBeCloseTo(mean + (tQuantile(0.975, n - 1) * sd) / Math.sqrt(n), 12)
    const prevalence = label.reduce((a: number, b: number) => a + b, 0) / n
    const constant = brierInterval(
      label,
      label.map(() => prevalence),
    )
    expect(constant.scaled.value).toBeCloseTo(0, 12)
    expect(brierInterval([0, 1, 1], [0, 1, 1]).scaled).toMatchObject({ value: 1, low: 1, high: 1 })
  })

  it('in its scaled form has the error that a jackknife of patients finds', () => {
    const { label, score, patient } = golden.calibration[1]
    const names: string[] = patient.map(String)
    const units = [...new Set(names)]
    const left = units.map((unit) => {
      const keep = names.flatMap((name, i) => (name === unit ? [] : [i]))
      return brierInterval(
        keep.map((i) => label[i]),
        keep.map((i) => score[i]),
      ).scaled.value
    })
    const mean = left.reduce((a, b) => a + b, 0) / left.length
    const jackknife = Math.sqrt(((units.length - 1) / units.length) * left.reduce((s, x) => s + (x - mean) ** 2, 0))
    const { value, high } = brierInterval(label, score, { patients: names }).scaled
    const se = (high - value) / tQuantile(0.975, units.length - 1)
    expect(se / jackknife).toBeGreaterThan(0.95)
    expect(se / jackknife).toBeLessThan(1.05)
  })

  it('is defined, with a reason, without a class and without a case', () => {
    expect(brierInterval([1, 1], [0.5, 0.7]).scaled).toMatchObject({
      value: Number.NaN,
      reason: 'one-class',
    })
    expect(brierInterval([], []).brier).toMatchObject({ value: Number.NaN, reason: 'no-case' })
    expect(brierInterval([1], [0.5]).brier).toMatchObject({ value: 0.25, low: Number.NaN, reason: 'one-case' })
    expect(brierInterval([1, 0], [0.5, 0.2], { patients: ['a', 'a'] }).brier.reason).toBe('one-patient')
  })
})

describe('the groups of a calibration curve', () => {
  it('hold every case once, in order, equal probabilities together', () => {
    const cases = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 20 })), { maxLength: 150 })
    fc.assert(
      fc.property(cases, (list) => {
        const [yTrue, yScore] = [list.map(([own]) => own), list.map(([, score]) => score / 20)]
        const groups = calibrationGroups(yTrue, yScore)
        expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(list.length)
        expect(groups.length).toBeLessThanOrEqual(10)
        groups.slice(1).forEach(({ predicted }, i) => {
          expect(predicted).toBeGreaterThan(groups[i].predicted)
        })
        const positives = groups.reduce((sum, { n, observed }) => sum + n * observed, 0)
        expect(positives).toBeCloseTo(
          yTrue.reduce<number>((a, b) => a + b, 0),
          9,
        )
      }),
    )
  })

  it('have Wilson limits, n over the design effect where patients repeat', () => {
    const yTrue = Array.from({ length: 20 }, (_, i) => Math.floor(i / 4) % 2)
    const yScore = yTrue.map((_, i) => i / 20)
    const [first, second] = calibrationGroups(yTrue, yScore)
    expect(first).toEqual({ n: 10, predicted: expect.closeTo(0.225, 12), observed: 0.4, ...wilson(4, 10) })
    expect(second.n).toBe(10)
    const patients = yTrue.map((_, i) => `p${i >> 1}`)
    const [clustered] = calibrationGroups(yTrue, yScore, { patients })
    expect(clustered.high - clustered.low).toBeGreaterThan(first.high - first.low)
  })
})

describe('the correction of the prior', () => {
  it('multiplies odds, keeps ranks, and is undone by its opposite', () => {
    const { label, score } = golden.calibration[0]
    const shift = priorShift({ training: 0.5, population: 0.1 })
    expect(shift).toBeCloseTo(Math.log(1 / 9), 12)
    const shifted = shiftProbabilities(score, shift)
    expect(shifted[0] / (1 - shifted[0])).toBeCloseTo(score[0] / (1 - score[0]) / 9, 12)
    expect(auc(label, shifted)).toBe(auc(label, score))
    shiftProbabilities(shifted, -shift).forEach((p, i) => {
      expect(p).toBeCloseTo(score[i], 12)
    })
    expect(shiftProbabilities([0, 1], shift)).toEqual([0, 1])
  })

  it('makes balanced training fit its population: the intercept goes to 0', () => {
    const rng = new Rng(8)
    const population = 0.2
    const yTrue = Array.from({ length: 20000 }, () => (rng.uniform() < population ? 1 : 0))
    // The log likelihood ratio of N(1, 1) against N(0, 1): what balanced training would give, less its prior of 0.
    const logits = yTrue.map((own) => own + rng.normal() - 0.5)
    const trained = logits.map(logistic)
    expect(recalibration(yTrue, trained).intercept.high).toBeLessThan(-1)
    const { intercept, slope } = recalibration(
      yTrue,
      shiftProbabilities(trained, priorShift({ training: 0.5, population })),
    )
    expect(intercept.value).toBeCloseTo(0, 1)
    expect(slope.value).toBeCloseTo(1, 1)
  })

  it('is refused for shares that are none', () => {
    expect(() => priorShift({ training: 0.5, population: 1 })).toThrow('between 0 and 1, not at 1')
    expect(() => priorShift({ training: Number.NaN, population: 0.5 })).toThrow('not at NaN')
  })
})
