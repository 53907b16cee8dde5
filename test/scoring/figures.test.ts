import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { meanRoc, rocCurve } from '../../src/metrics/roc.js'
import { accuracyComparison, clinicalOfArm } from '../../src/record/clinical-result.js'
import { comparison, evaluation } from '../../src/record/result.js'
import { chooseCutoffs } from '../../src/scoring/cutoffs.js'
import { evaluateSet } from '../../src/scoring/evaluation.js'
import { figuresOnSets } from '../../src/scoring/figures.js'
import { secondLook } from '../../src/scoring/second-look.js'
import type { SetScores } from '../../src/scoring/set-scores.js'
import { trialMeasures } from '../../src/scoring/trial-measures.js'
import { decide } from '../../src/scoring/verdict.js'

const rng = new Rng(11)

function setOf(name: string, size = 60): SetScores {
  const yTrue = Array.from({ length: size }, (_, i) => i % 2)
  const films = yTrue.map((_, i) => `${name}-film-${i}`)
  const drawn = (shift: number) => yTrue.map((label) => 1 / (1 + Math.exp(-(shift * (label - 0.5) + rng.normal()))))
  const scores = { OD: drawn(1), GCB: drawn(1.5), 'GCB+OMGDA': drawn(2.5) }
  return { set: name, classes: ['healthy', 'sick'], films, yTrue, patients: films, scores }
}

const [internal, elsewhere] = [setOf('internal'), setOf('clinic-b')]

describe('the evaluation of an arm on a set', () => {
  it('counts films and calls at 0.5', () => {
    const found = evaluation.parse(evaluateSet(internal, 'OD'))
    const called = internal.scores.OD.map((score) => score >= 0.5)
    const right = internal.yTrue.filter((label, i) => called[i] === (label === 1)).length
    expect([found.n, found.patients, found.cutoff]).toEqual([60, 60, 0.5])
    expect(found.accuracy).toBe(right / 60)
    expect(found.confusion?.tp).toBe(internal.yTrue.filter((label, i) => label === 1 && called[i]).length)
    expect(found.roc[0]).toEqual([0, 0])
  })

  it('over repeated folds counts a film once, and its curve is the mean of the folds’ curves', () => {
    const again = [...internal.films, ...internal.films]
    const folded: SetScores = {
      ...internal,
      films: again,
      patients: again,
      yTrue: [...internal.yTrue, ...internal.yTrue],
      scores: { OD: [...internal.scores.OD, ...internal.scores.GCB] },
      folds: again.map((_, i) => ({ fold: 1 + (Math.floor(i / 2) % 3), time: i < 60 ? 1 : 2 })),
    }
    const found = evaluateSet(folded, 'OD')
    expect([found.n, found.patients]).toEqual([60, 60])
    const curves = [0, 1, 2, 3, 4, 5].map((f) => {
      const rows = again.flatMap((_, i) => (Math.floor(i / 60) * 3 + (Math.floor(i / 2) % 3) === f ? [i] : []))
      return rocCurve(
        rows.map((row) => folded.yTrue[row]),
        rows.map((row) => folded.scores.OD[row]),
      )
    })
    expect(found.roc).toEqual(meanRoc(curves).map(({ fpr, tpr }) => [fpr, tpr]))
  })

  it('of three classes calls the most probable one and has each against the rest', () => {
    const yTrue = [0, 0, 1, 1, 2, 2]
    const called = [0, 1, 1, 1, 2, 0]
    const films = yTrue.map((_, i) => `film-${i}`)
    const scores = { OD: called.flatMap((call) => [0, 1, 2].map((c) => (c === call ? 0.6 : 0.2))) }
    const found = evaluation.parse(
      evaluateSet({ set: 'internal', classes: ['a', 'b', 'c'], films, yTrue, patients: films, scores }, 'OD'),
    )
    expect([found.cutoff, found.confusion, found.roc]).toEqual([null, null, []])
    expect(found.confusionMatrix).toEqual([
      [1, 1, 0],
      [0, 2, 0],
      [1, 0, 1],
    ])
    expect(found.accuracy).toBeCloseTo(4 / 6, 12)
    expect(found.sensitivity).toBeCloseTo((0.5 + 1 + 0.5) / 3, 12)
    expect(found.perClass?.map((one) => [one.class, one.n, one.sensitivity])).toEqual([
      ['a', 2, 0.5],
      ['b', 2, 1],
      ['c', 2, 0.5],
    ])
    expect(found.perClass?.[1].confusion).toEqual({ tp: 2, fn: 0, tn: 3, fp: 1 })
  })
})

describe('the figures of arms on sets', () => {
  const priors = { training: 0.5, films: 0.5 }
  const cutoffs = (arm: string) => {
    const { yTrue, patients, scores } = internal
    return chooseCutoffs({ yTrue, scores: scores[arm], patients }, { sensitivity: 0.9, rng: new Rng(1) })
  }
  const arms = Object.keys(internal.scores).map((name) => ({ name, clinical: { cutoffs: cutoffs(name), priors } }))

  it('are what result.json holds, for every arm and set', () => {
    const found = figuresOnSets([internal, elsewhere], arms, null)
    expect(found.arms.map(({ name }) => name)).toEqual(['OD', 'GCB', 'GCB+OMGDA'])
    for (const arm of found.arms) {
      expect(Object.keys(arm.evaluations)).toEqual(['internal', 'clinic-b'])
      for (const [key, schema] of Object.entries(clinicalOfArm))
        expect(schema.safeParse(arm[key as keyof typeof clinicalOfArm]).success, key).toBe(true)
    }
    expect(found.comparisons.map((one) => comparison.parse(one)).map(({ set, a, b }) => `${set}: ${a} - ${b}`)).toEqual(
      ['internal', 'clinic-b'].flatMap((set) => [
        `${set}: GCB+OMGDA - OD`,
        `${set}: GCB+OMGDA - GCB`,
        `${set}: GCB - OD`,
      ]),
    )
    // Three pairs, two measures, three rules, two sets.
    expect(found.accuracyComparisons.map((one) => accuracyComparison.parse(one))).toHaveLength(36)
  })

  it('of a set are the same whether another set is looked at or not', () => {
    const [alone, both] = [figuresOnSets([elsewhere], arms, 0.1), figuresOnSets([internal, elsewhere], arms, 0.1)]
    const onElsewhere = <T extends { set: string }>(list: readonly T[]) => list.filter(({ set }) => set === 'clinic-b')
    expect(alone.comparisons).toEqual(onElsewhere(both.comparisons))
    expect(alone.accuracyComparisons).toEqual(onElsewhere(both.accuracyComparisons))
    alone.arms.forEach(({ evaluations, decision, calibration }, i) => {
      expect(evaluations['clinic-b']).toEqual(both.arms[i].evaluations['clinic-b'])
      expect(calibration?.['clinic-b']).toEqual(both.arms[i].calibration?.['clinic-b'])
      expect(decision?.['clinic-b']).toEqual(both.arms[i].decision?.['clinic-b'])
    })
  })

  it('have nothing clinical where there are no cutoffs', () => {
    const { arms: found, accuracyComparisons } = figuresOnSets([internal], [{ name: 'OD' }, { name: 'GCB' }], null)
    expect(Object.keys(found[0])).toEqual(['name', 'evaluations'])
    expect(accuracyComparisons).toEqual([])
  })
})

describe('a second look at a verdict', () => {
  const comparators = ['OD', 'GCB']

  it('is what the verdict had said, had the set been there from the beginning', () => {
    const question = { delta: 0.02, comparators, gans: 1, selectOn: 'tuning', chosenKs: [3] } as const
    const verdict = decide([internal, elsewhere], question)
    const found = secondLook(elsewhere, comparators, 1)
    expect(found).toEqual(
      verdict.comparators.map(({ name, external }) => ({ comparator: name, ...external['clinic-b'] })),
    )
  })

  it('gets stricter with every set that was looked at', () => {
    const highs = [1, 2, 5].map((sets) => secondLook(elsewhere, comparators, sets)[0].high as number)
    expect(highs[1]).toBeGreaterThan(highs[0])
    expect(highs[2]).toBeGreaterThan(highs[1])
  })
})

describe('the measures of a trial', () => {
  const logitOf = (score: number) => Math.log(score / (1 - score))

  it('are those at 0.5 of the logits’ probabilities, with limits but for F1', () => {
    const { yTrue, patients, scores } = internal
    const found = trialMeasures({ yTrue, patients, classes: 2 }, scores.GCB.map(logitOf))
    const { accuracy, sensitivity, f1 } = evaluateSet(internal, 'GCB')
    expect([found.accuracy.value, found.sensitivity.value, found.f1.value]).toEqual([accuracy, sensitivity, f1])
    expect(found.accuracy.low as number).toBeLessThan(accuracy as number)
    expect([found.f1.low, found.f1.high]).toEqual([null, null])
  })

  it('of three classes are means over them, the most probable one called', () => {
    const logits = [0, 0, 1, 1, 2, 2].flatMap((call) => [0, 1, 2].map((c) => (c === call ? 3 : 0)))
    const patients = ['p', 'q', 'r', 's', 't', 'u']
    const found = trialMeasures({ yTrue: [0, 0, 1, 1, 2, 0], patients, classes: 3 }, logits)
    expect(found.accuracy.value).toBeCloseTo(5 / 6, 12)
    expect(found.sensitivity.value).toBeCloseTo((2 / 3 + 1 + 1) / 3, 12)
  })
})
