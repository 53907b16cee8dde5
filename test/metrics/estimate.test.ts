import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { casesToDecide, delongTest, differenceLimits } from '../../src/metrics/auc-difference.js'
import { aucInterval } from '../../src/metrics/auc-interval.js'
import { crossValidatedAuc } from '../../src/metrics/cross-validated-auc.js'
import {
  type Estimate,
  estimateCasesToDecide,
  estimateDifference,
  estimateInterval,
  meanEstimate,
} from '../../src/metrics/estimate.js'
import { newcombeLimit } from '../../src/metrics/limits.js'
import { correlatedScores, labelsOf } from './simulate.js'

const { label, scores } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/auc.json'), 'utf8'))
  .asah as { label: number[]; scores: Record<string, number[]> }
const eachAlone = label.map((_, i) => `p${i}`)

function aucOf(yTrue: readonly number[], own: readonly number[], patients: readonly string[]): Estimate {
  return crossValidatedAuc([{ yTrue, scores: own, patients }])
}

/** Variance of DeLong over that of influence values: between the divisors of the classes and that of all patients. */
function divisors(yTrue: readonly number[]): [number, number] {
  const all = yTrue.length / (yTrue.length - 1)
  const ratios = [0, 1].map((own) => {
    const n = yTrue.filter((value) => value === own).length
    return n / (n - 1) / all
  })
  return [Math.min(...ratios), Math.max(...ratios)]
}

describe('an estimate made of influence values', () => {
  it("has DeLong's error of one AUC, but for the divisors", () => {
    const [least, most] = divisors(label)
    for (const own of Object.values(scores)) {
      const mine = estimateInterval(aucOf(label, own, eachAlone))
      const delong = aucInterval(label, own)
      expect(mine.value).toBeCloseTo(delong.value, 12)
      expect((delong.se / mine.se) ** 2).toBeGreaterThan(least - 1e-9)
      expect((delong.se / mine.se) ** 2).toBeLessThan(most + 1e-9)
    }
  })

  it('has its limits and those of a difference from that error by the same steps: equal for very many cases', () => {
    const many = <T>(values: readonly T[]) => Array.from({ length: 40 }, () => values).flat()
    const yTrue = many(label)
    const patients = yTrue.map((_, i) => `p${i}`)
    const [a, b] = [many(scores.wfns), many(scores.ndka)]
    const [mineA, mineB] = [aucOf(yTrue, a, patients), aucOf(yTrue, b, patients)]
    expect(estimateInterval(mineA).low).toBeCloseTo(aucInterval(yTrue, a).low, 5)
    expect(estimateInterval(mineA).high).toBeCloseTo(aucInterval(yTrue, a).high, 5)
    const tails = { lowTail: 0.025, highTail: 0.01 }
    const mine = estimateDifference(mineA, mineB, tails)
    const delong = delongTest(yTrue, a, b)
    const limits = differenceLimits(yTrue, a, b, tails)
    expect(mine.difference).toBeCloseTo(delong.difference, 12)
    expect(mine.correlation).toBeCloseTo(delong.correlation, 4)
    expect(mine.low).toBeCloseTo(limits.low, 5)
    expect(mine.high).toBeCloseTo(limits.high, 5)
    expect(mine.z / delong.z).toBeCloseTo(1, 3)
    expect(mine.se / delong.se).toBeCloseTo(1, 3)
  })

  it("has Obuchowski's clustered error and t quantiles where patients repeat", () => {
    const patients = label.map((_, i) => `p${Math.floor(i / 2)}`)
    const mine = estimateInterval(aucOf(label, scores.s100b, patients))
    const clustered = aucInterval(label, scores.s100b, { patients })
    expect(mine.se / clustered.se).toBeCloseTo(1, 1)
    const reach = (interval: { low: number; high: number }) => interval.high - interval.low
    expect(reach(mine) / reach(clustered)).toBeCloseTo(1, 1)
    expect(reach(mine)).toBeGreaterThan(
      reach(estimateInterval({ ...aucOf(label, scores.s100b, patients), repeated: false })),
    )
  })

  it('changes sign, limits and nothing else when two change places', () => {
    const [a, b] = [aucOf(label, scores.wfns, eachAlone), aucOf(label, scores.ndka, eachAlone)]
    const ab = estimateDifference(a, b)
    const ba = estimateDifference(b, a)
    expect(ba.low).toBeCloseTo(-ab.high, 10)
    expect(ba.p).toBeCloseTo(ab.p, 8)
    expect(ba.z).toBeCloseTo(-ab.z, 8)
  })

  it('has a p-value that is the level at which a limit touches 0', () => {
    const [a, b] = [aucOf(label, scores.wfns, eachAlone), aucOf(label, scores.ndka, eachAlone)]
    const { p } = estimateDifference(a, b)
    expect(estimateDifference(a, b, { lowTail: p / 2, highTail: p / 2 }).low).toBeCloseTo(0, 10)
  })

  it('is defined, with a reason, without a variance, without a class, and against itself', () => {
    const yTrue = labelsOf(43, 36)
    const patients = yTrue.map((_, i) => `p${i}`)
    const perfect = aucOf(
      yTrue,
      yTrue.map((own, i) => own + i / 1000),
      patients,
    )
    expect(estimateInterval(perfect)).toMatchObject({
      value: 1,
      low: newcombeLimit(1, 43, 36, 1.959963984540054, -1),
      high: 1,
      reason: 'separated',
    })
    const oneClass = aucOf([1, 1, 1], [1, 2, 3], ['a', 'b', 'c'])
    expect(estimateInterval(oneClass)).toMatchObject({ low: Number.NaN, reason: 'one-class' })
    expect(estimateDifference(oneClass, oneClass)).toMatchObject({ p: Number.NaN, reason: 'one-class' })
    const alone = aucOf([1, 0, 0, 0], [2, 1, 3, 0], ['a', 'b', 'c', 'd'])
    expect(estimateInterval(alone).reason).toBe('too-few-patients-of-a-class')
    // 43 + 36 films: what Newcombe's lower limit leaves of 1.
    const left = 1 - newcombeLimit(1, 43, 36, 1.959963984540054, -1)
    const same = estimateDifference(perfect, perfect)
    expect(same).toMatchObject({ difference: 0, low: -left, high: left, z: 0, p: 1 })
    const few = estimateDifference(alone, alone)
    expect(few).toMatchObject({ low: Number.NaN, reason: 'too-few-patients-of-a-class' })
  })

  it('needs about as many cases to decide as the scores of one test set say', () => {
    const yTrue = labelsOf(100, 100)
    const patients = yTrue.map((_, i) => `p${i}`)
    const [a, b] = correlatedScores(yTrue, [0.9, 0.9], 0.9, new Rng(11))
    const levels = { lowTail: 0.025, highTail: 0.025 / 3, delta: 0.02 }
    const mine = estimateCasesToDecide(aucOf(yTrue, a, patients), aucOf(yTrue, b, patients), yTrue.length, levels)
    expect((mine as number) / (casesToDecide(yTrue, a, b, levels) as number)).toBeCloseTo(1, 1)
  })

  it('is refused in the company of other patients', () => {
    const a = aucOf([1, 0], [1, 0], ['a', 'b'])
    const b = aucOf([1, 0, 0], [1, 0, 0], ['a', 'b', 'c'])
    expect(() => estimateDifference(a, b)).toThrow("estimates of 2 and of 3 patients can't be put together")
  })
})

describe('the mean of estimates', () => {
  const three = Object.values(scores)
    .slice(0, 3)
    .map((own) => aucOf(label, own, eachAlone))

  it('of one and the same is itself', () => {
    const { value, u } = meanEstimate([three[0], three[0]])
    expect(value).toBeCloseTo(three[0].value, 14)
    expect([...u].every((v, p) => Math.abs(v - three[0].u[p]) < 1e-14)).toBe(true)
  })

  it('has the variance that variances and covariances of its parts make', () => {
    const scale = label.length / (label.length - 1) / 9
    let expected = 0
    for (const a of three) for (const b of three) expected += scale * a.u.reduce((sum, v, p) => sum + v * b.u[p], 0)
    expect(estimateInterval(meanEstimate(three)).se ** 2).toBeCloseTo(expected, 14)
  })
})

describe('the AUC within folds', () => {
  const anyFolds = fc
    .array(
      fc
        .array(fc.record({ label: fc.constantFrom(0, 1), score: fc.integer({ min: 0, max: 6 }), patient: fc.nat(3) }), {
          minLength: 2,
          maxLength: 14,
        })
        .filter((cases) => new Set(cases.map((one) => one.label)).size === 2),
      { minLength: 1, maxLength: 5 },
    )
    .map((folds) =>
      folds.map((cases, fold) => ({
        yTrue: cases.map((one) => one.label),
        scores: cases.map((one) => one.score),
        patients: cases.map((one) => `f${fold}p${one.patient}`),
      })),
    )

  it('is the share of pairs of one fold in the right order, whatever the offset of a fold', () => {
    fc.assert(
      fc.property(
        anyFolds,
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 5 }),
        (folds, offsets) => {
          const within = folds.map(({ yTrue, scores: own }) => {
            let [right, pairs] = [0, 0]
            for (let i = 0; i < yTrue.length; i++)
              for (let j = 0; j < yTrue.length; j++)
                if (yTrue[i] === 1 && yTrue[j] === 0) {
                  pairs++
                  right += own[i] > own[j] ? 1 : own[i] === own[j] ? 0.5 : 0
                }
            return right / pairs
          })
          const { value, u } = crossValidatedAuc(folds)
          const moved = folds.map((fold, i) => ({ ...fold, scores: fold.scores.map((score) => score + offsets[i]) }))
          expect(value).toBeCloseTo(within.reduce((a, b) => a + b, 0) / within.length, 12)
          expect(crossValidatedAuc(moved).value).toBeCloseTo(value, 12)
          expect(u.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10)
        },
      ),
    )
  })

  it('leaves out a fold with one class only', () => {
    const whole = { yTrue: [1, 0, 1, 0], scores: [4, 1, 2, 3], patients: ['a', 'b', 'c', 'd'] }
    const half = { yTrue: [1, 1], scores: [9, 9], patients: ['e', 'f'] }
    const { value, u } = crossValidatedAuc([whole, half])
    expect(value).toBe(0.75)
    expect([u[4], u[5]]).toEqual([0, 0])
  })
})
