import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { decisionCurve } from '../../src/metrics/decision-curve.js'
import { patientLevel } from '../../src/metrics/patient-level.js'
import { predictiveValues } from '../../src/metrics/predictive-values.js'
import { labelsOf } from './simulate.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/paired.json'), 'utf8'))

describe('the decision curve', () => {
  it.each([0, 1])("is that of dcurves, with the cases' own prevalence or a named one (set %i)", (set) => {
    const { label, score, prevalence, thresholds, model, all } = golden.decision[set]
    const points = decisionCurve(label, score, { thresholds, prevalence: prevalence ?? undefined })
    points.forEach((point, i) => {
      expect(point.model).toBeCloseTo(model[i], 10)
      expect(point.all).toBeCloseTo(all[i], 10)
    })
  })

  it('has limits that a jackknife confirms, and wider ones where patients repeat', () => {
    const { label, score, thresholds } = golden.decision[0]
    const n = label.length
    const [point] = decisionCurve(label, score, { thresholds: [thresholds[2]] })
    const left = label.map((_: number, out: number) => {
      const keep = label.flatMap((_: number, i: number) => (i === out ? [] : [i]))
      const pick = (values: number[]) => keep.map((i: number) => values[i])
      return decisionCurve(pick(label), pick(score), { thresholds: [thresholds[2]] })[0].model
    }) as number[]
    const mean = left.reduce((a, b) => a + b, 0) / n
    const jackknife = Math.sqrt(((n - 1) / n) * left.reduce((sum, x) => sum + (x - mean) ** 2, 0))
    expect((point.high - point.low) / 2 / 1.987 / jackknife).toBeCloseTo(1, 2)
    const twice = <T>(values: T[]) => values.flatMap((value) => [value, value])
    const patients = twice(label.map((_: number, i: number) => `p${i}`)) as string[]
    const doubled = decisionCurve(twice(label), twice(score), { thresholds: [thresholds[2]], patients })[0]
    expect(doubled.high - doubled.low).toBeCloseTo(point.high - point.low, 12)
  })

  it('of calls that are all positive is that of acting on everybody, of a perfect score the prevalence', () => {
    const yTrue = labelsOf(3, 7)
    const everybody = decisionCurve(
      yTrue,
      yTrue.map(() => 1),
    )
    for (const { model, all } of everybody) expect(model).toBeCloseTo(all, 12)
    for (const { model } of decisionCurve(yTrue, yTrue, { prevalence: 0.1 })) expect(model).toBeCloseTo(0.1, 12)
  })

  it('is empty without a class, and refused for shares that are none', () => {
    expect(decisionCurve([1, 1], [0.5, 0.6])).toEqual([])
    expect(() => decisionCurve([0, 1], [0.5, 0.6], { thresholds: [1] })).toThrow('not at 1')
    expect(() => decisionCurve([0, 1], [0.5, 6])).toThrow('the score of case 2 is 6')
  })
})

describe('PPV and NPV at a prevalence', () => {
  /** Calls with these counts. */
  function calls({ tp, fn, tn, fp }: { tp: number; fn: number; tn: number; fp: number }) {
    const yTrue = [...labelsOf(tp + fn, 0), ...labelsOf(0, tn + fp)]
    const score = [...labelsOf(tp, fn), ...labelsOf(fp, tn)]
    return { yTrue, score }
  }

  it('follow Bayes, with the logit limits of Mercaldo et al. 2007', () => {
    const { yTrue, score } = calls({ tp: 240, fn: 178, tn: 288, fp: 87 })
    const { ppv, npv } = predictiveValues(yTrue, score, { cutoff: 0.5, prevalence: 0.03 })
    const [se, sp, p] = [240 / 418, 288 / 375, 0.03]
    expect(ppv.value).toBeCloseTo((se * p) / (se * p + (1 - sp) * (1 - p)), 12)
    expect(npv.value).toBeCloseTo((sp * (1 - p)) / (sp * (1 - p) + (1 - se) * p), 12)
    const error = Math.sqrt((1 - se) / se / 418 + sp / (1 - sp) / 375)
    const logit = Math.log((se * p) / ((1 - sp) * (1 - p)))
    expect(ppv.low).toBeCloseTo(1 / (1 + Math.exp(-(logit - 1.959964 * error))), 6)
    expect(ppv.high).toBeCloseTo(1 / (1 + Math.exp(-(logit + 1.959964 * error))), 6)
    expect(ppv.method).toBe('logit (Mercaldo 2007)')
  })

  it("are the cases' own at their own prevalence", () => {
    const { yTrue, score } = calls({ tp: 58, fn: 8, tn: 52, fp: 14 })
    const { ppv, npv } = predictiveValues(yTrue, score, { cutoff: 0.5, prevalence: 0.5 })
    expect(ppv.value).toBeCloseTo(58 / 72, 12)
    expect(npv.value).toBeCloseTo(52 / 60, 12)
  })

  it('have limits where sensitivity or specificity is perfect', () => {
    const { yTrue, score } = calls({ tp: 20, fn: 0, tn: 30, fp: 0 })
    const { ppv, npv } = predictiveValues(yTrue, score, { cutoff: 0.5, prevalence: 0.1 })
    for (const { value, low, high, method } of [ppv, npv]) {
      expect([value, high]).toEqual([1, 1])
      expect(low as number).toBeLessThan(1)
      expect(low as number).toBeGreaterThan(0.3)
      expect(method).toBe('adjusted logit (Mercaldo 2007)')
    }
  })

  it('are never their own limit but at 0 and 1', () => {
    const { yTrue, score } = calls({ tp: 11, fn: 1, tn: 12, fp: 0 })
    const { npv } = predictiveValues(yTrue, score, { cutoff: 0.5, prevalence: 0.1 })
    expect(npv.low as number).toBeLessThan(npv.value as number)
    expect(npv.high as number).toBeGreaterThan(npv.value as number)
  })

  it('have a reason where there is nothing to go by', () => {
    const none = predictiveValues([1, 1], [1, 0], { cutoff: 0.5, prevalence: 0.1 })
    expect(none.ppv).toMatchObject({ value: null, low: null, reason: 'no-healthy-case' })
    const never = predictiveValues([1, 0], [0, 0], { cutoff: 0.5, prevalence: 0.1 })
    expect(never.ppv).toMatchObject({ value: null, reason: 'none-called-so' })
    expect(never.npv.value).toBeCloseTo(0.9, 12)
    expect(() => predictiveValues([1, 0], [1, 0], { cutoff: 0.5, prevalence: 5 })).toThrow('5 % is 0.05')
  })

  it('cover as often as they say, patients of both classes included', () => {
    const rng = new Rng(31)
    const patients = Array.from({ length: 160 }, (_, i) => `p${i >> 1}`)
    const yTrue = patients.map((_, i) => ((i >> 1) % 3 === 0 ? i % 2 : (i >> 1) % 2))
    const [se, sp, p] = [0.841345, 0.841345, 0.2]
    const truth = (se * p) / (se * p + (1 - sp) * (1 - p))
    const runs = 1200
    let [clustered, plain] = [0, 0]
    for (let run = 0; run < runs; run++) {
      let effect = 0
      const score = yTrue.map((own, i) => {
        if (i % 2 === 0) effect = Math.sqrt(0.7) * rng.normal()
        return (own ? 1 : -1) + effect + Math.sqrt(0.3) * rng.normal()
      })
      const holds = (own?: string[]) => {
        const { ppv } = predictiveValues(yTrue, score, { cutoff: 0, prevalence: p, patients: own })
        return (ppv.low as number) <= truth && truth <= (ppv.high as number) ? 1 : 0
      }
      clustered += holds(patients)
      plain += holds()
    }
    expect(clustered / runs).toBeGreaterThan(0.925)
    expect(plain / runs).toBeLessThan(clustered / runs)
  })
})

describe('from images to patients', () => {
  it('a patient is diseased where any image is, and called by the highest score', () => {
    const cases = patientLevel([0, 1, 0, 0, 1], [0.7, 0.4, 0.1, 0.2, 0.9], ['a', 'a', 'b', 'b', 'c'])
    expect(cases).toEqual({
      patients: ['a', 'b', 'c'],
      yTrue: [1, 0, 1],
      yScore: [0.7, 0.2, 0.9],
      ofBothClasses: 1,
    })
    expect(patientLevel([0, 1], [0.2, 0.4], ['a', 'a'], 'mean').yScore[0]).toBeCloseTo(0.3, 12)
  })
})
