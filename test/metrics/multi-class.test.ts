import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { classMeasures, confusionMatrix, mostProbable, multiClassBrier } from '../../src/metrics/confusion-matrix.js'
import { estimateDifference, estimateInterval, estimateVariance } from '../../src/metrics/estimate.js'
import { patientInfluence } from '../../src/metrics/influence.js'
import { classAucs, macroAuc, macroAucInfluence } from '../../src/metrics/macro-auc.js'
import { handTill, handTillEstimate, macroAucEstimate, type ScoredClasses } from '../../src/metrics/multi-class.js'
import { auc } from '../../src/metrics/roc.js'

interface Case {
  label: number[]
  scores: number[][]
  classAucs: number[]
  macroAuc: number
  handTill: number
  handTillProc: number
  matrix: number[][]
  sensitivity: number[]
  macroF1: number
  accuracy: number
  brier: number
}
const golden: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../golden/multi-class.json', import.meta.url), 'utf8'),
)

/** Patients with one to three films each, whose films share a part of their scores. `signal` between the classes. */
function simulated(rng: Rng, { patients = 40, classes = 3, signal = 1, films = [1, 2, 3] } = {}): ScoredClasses {
  const yTrue: number[] = []
  const owner: string[] = []
  const scores: number[][] = Array.from({ length: classes }, () => [])
  for (let p = 0; p < patients; p++) {
    const label = p % classes
    const own = Array.from({ length: classes }, () => 0.7 * rng.normal())
    for (let film = 0; film < films[rng.integer(films.length)]; film++) {
      yTrue.push(label)
      owner.push(`p${p}`)
      scores.forEach((score, c) => {
        score.push(own[c] + 0.7 * rng.normal() + (c === label ? signal : 0))
      })
    }
  }
  return { yTrue, scores, patients: owner }
}

const without = ({ yTrue, scores, patients }: ScoredClasses, name: string): ScoredClasses => {
  const keep = (_: unknown, i: number) => patients[i] !== name
  return {
    yTrue: yTrue.filter(keep),
    scores: scores.map((score) => Array.from(score).filter(keep)),
    patients: patients.filter(keep),
  }
}

describe('AUCs of more than two classes', () => {
  it.each(golden.cases.map((one) => [one.scores.length, one] as const))(
    'equal those of scikit-learn and pROC with %i classes',
    (_, one) => {
      classAucs(one.label, one.scores).forEach((value, c) => {
        expect(value).toBeCloseTo(one.classAucs[c], 12)
      })
      expect(macroAuc(one.label, one.scores)).toBeCloseTo(one.macroAuc, 12)
      expect(handTill(one.label, one.scores)).toBeCloseTo(one.handTill, 12)
      expect(handTill(one.label, one.scores)).toBeCloseTo(one.handTillProc, 12)
    },
  )

  it('are the AUC where two classes have complementary scores', () => {
    const rng = new Rng(3)
    const yTrue = Array.from({ length: 30 }, (_, i) => i % 2)
    const score = yTrue.map((label) => rng.normal() + label)
    const both = [score.map((s) => -s), score]
    expect(macroAuc(yTrue, both)).toBeCloseTo(auc(yTrue, score), 14)
    expect(handTill(yTrue, both)).toBeCloseTo(auc(yTrue, score), 14)
  })

  it("M does not mind the classes' shares, the macro AUC does", () => {
    const one = simulated(new Rng(8), { patients: 30, films: [1] })
    const twice = one.yTrue.flatMap((label, i) => (label === 0 ? [i, i] : [i]))
    const labels = twice.map((i) => one.yTrue[i])
    const scores = one.scores.map((score) => twice.map((i) => score[i]))
    expect(handTill(labels, scores)).toBeCloseTo(handTill(one.yTrue, one.scores), 12)
    expect(macroAuc(labels, scores)).not.toBeCloseTo(macroAuc(one.yTrue, one.scores), 4)
  })

  it('leave out a class that no case has', () => {
    const yTrue = [0, 0, 2, 2]
    const scores = [
      [0.7, 0.2, 0.3, 0.1],
      [0.2, 0.2, 0.2, 0.2],
      [0.1, 0.6, 0.5, 0.7],
    ]
    expect(classAucs(yTrue, scores)).toEqual([0.75, Number.NaN, 0.75])
    expect(macroAuc(yTrue, scores)).toBe(0.75)
    expect(handTill(yTrue, scores)).toBe(0.75)
    expect(macroAuc([1, 1, 1, 1], scores)).toBeNaN()
    expect(estimateInterval(macroAucEstimate([{ yTrue: [1, 1, 1, 1], scores, patients: [...'abcd'] }])).reason).toBe(
      'one-class',
    )
  })

  it('refuse a label that is no class', () => {
    expect(() =>
      macroAuc(
        [0, 3],
        [
          [0, 1],
          [1, 0],
          [0, 0],
        ],
      ),
    ).toThrow('the label of case 2 is 3; with 3 classes it is 0 to 2')
  })
})

describe('estimates of more than two classes', () => {
  const one = simulated(new Rng(11), { patients: 150 })
  const names = [...new Set(one.patients)]

  it.each([
    ['macro AUC', (cases: ScoredClasses) => macroAucEstimate([cases])],
    ["Hand and Till's M", (cases: ScoredClasses) => handTillEstimate([cases])],
  ])('%s: what each patient adds is what leaving it out takes away', (_, estimate) => {
    const { value, u, ...rest } = estimate(one)
    const left = names.map((name) => estimate(without(one, name)).value)
    const jackknife = ((names.length - 1) / names.length) * left.reduce((sum, v) => sum + (v - value) ** 2, 0)
    // Equal to the order of one patient's share.
    const ratio = estimateVariance({ value, u, ...rest }) / jackknife
    expect(Math.abs(ratio - 1)).toBeLessThan(6 / names.length)
    const moves = left.map((v) => value - v)
    const product = moves.reduce((sum, move, p) => sum + move * u[p], 0)
    const length = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0))
    expect(product / (length(moves) * length(u))).toBeGreaterThan(0.995)
    expect(Array.from(u).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 12)
  })

  it('are the binary estimate where there are two classes', () => {
    const two = simulated(new Rng(2), { classes: 2 })
    const score = Array.from(two.scores[1])
    const scores = [score.map((s) => -s), score]
    const { mean, u } = patientInfluence(two.yTrue, [score], two.patients)
    for (const estimate of [macroAucEstimate([{ ...two, scores }]), handTillEstimate([{ ...two, scores }])]) {
      expect(estimate.value).toBeCloseTo(mean, 12)
      estimate.u.forEach((value, p) => {
        expect(value).toBeCloseTo(u[p], 12)
      })
    }
  })

  it('over repeats average what each repeat says', () => {
    const other = simulated(new Rng(12), { patients: 150 })
    const shorter = Math.min(one.yTrue.length, other.yTrue.length)
    const cut = (scores: ScoredClasses['scores']) => scores.map((score) => Array.from(score).slice(0, shorter))
    const yTrue = one.yTrue.slice(0, shorter)
    const patients = one.patients.slice(0, shorter)
    const repeats = [cut(one.scores), cut(other.scores)]
    const { theta, mean, u } = macroAucInfluence(yTrue, repeats, patients)
    const single = repeats.map((scores) => macroAucEstimate([{ yTrue, scores, patients }]))
    single.forEach(({ value }, r) => {
      expect(theta[r]).toBeCloseTo(value, 12)
    })
    expect(mean).toBeCloseTo((single[0].value + single[1].value) / 2, 12)
    u.forEach((value, p) => {
      expect(value).toBeCloseTo((single[0].u[p] + single[1].u[p]) / 2, 12)
    })
  })

  it('compare cases within their fold only', () => {
    const folds = [simulated(new Rng(21), { patients: 12 }), simulated(new Rng(22), { patients: 12 })]
    folds[1] = {
      ...folds[1],
      patients: folds[1].patients.map((name) => `second ${name}`),
      scores: folds[1].scores.map((score) => Array.from(score, (s) => s + 5)),
    }
    const { value, u } = macroAucEstimate(folds)
    expect(value).toBeCloseTo((macroAucEstimate([folds[0]]).value + macroAucEstimate([folds[1]]).value) / 2, 12)
    expect(u).toHaveLength(24)
  })

  it('cover: 95 % intervals of the macro AUC and of M, and of a difference of none, miss about 5 % of the time', () => {
    const rng = new Rng(4)
    const truth = (() => {
      const many = simulated(rng.split('truth'), { patients: 6000, films: [1] })
      return { macro: macroAuc(many.yTrue, many.scores), m: handTill(many.yTrue, many.scores) }
    })()
    const runs = 300
    const missed = { macro: 0, m: 0, difference: 0 }
    for (let run = 0; run < runs; run++) {
      const cases = simulated(rng.split('run').at(run), { patients: 45 })
      const again = simulated(rng.split('run').at(run), { patients: 45 })
      const noise = rng.split('noise').at(run)
      // Two models, equally good: each sees the scores with noise of its own.
      const model = (scored: ScoredClasses) => ({
        ...scored,
        scores: scored.scores.map((score) => Array.from(score, (s) => s + 0.5 * noise.normal())),
      })
      const outside = ({ low, high }: { low: number; high: number }, value: number) =>
        value < low || value > high ? 1 : 0
      missed.macro += outside(estimateInterval(macroAucEstimate([cases])), truth.macro)
      missed.m += outside(estimateInterval(handTillEstimate([cases])), truth.m)
      missed.difference += outside(
        estimateDifference(macroAucEstimate([model(cases)]), macroAucEstimate([model(again)])),
        0,
      )
    }
    // 5 % of 300 is 15, with a standard deviation of 3.8.
    for (const [name, count] of Object.entries(missed)) {
      expect(count, name).toBeGreaterThan(4)
      expect(count, name).toBeLessThan(27)
    }
  })
})

describe('the confusion matrix', () => {
  it.each(golden.cases.map((one) => [one.scores.length, one] as const))(
    "and its measures equal scikit-learn's with %i classes",
    (_, one) => {
      const matrix = confusionMatrix(one.label, mostProbable(one.scores), one.scores.length)
      expect(matrix).toEqual(one.matrix)
      const { classes, macro } = classMeasures(matrix)
      classes.forEach(({ sensitivity }, c) => {
        expect(sensitivity).toBeCloseTo(one.sensitivity[c], 12)
      })
      expect(macro.accuracy).toBeCloseTo(one.accuracy, 12)
      expect(macro.f1).toBeCloseTo(one.macroF1, 12)
      expect(multiClassBrier(one.label, one.scores)).toBeCloseTo(one.brier, 12)
    },
  )

  it('counts every case once, and every class against the rest adds up to all of them', () => {
    const cases = fc.integer({ min: 2, max: 5 }).chain((classes) => {
      const index = fc.integer({ min: 0, max: classes - 1 })
      return fc.tuple(fc.constant(classes), fc.array(fc.tuple(index, index), { minLength: 1, maxLength: 40 }))
    })
    fc.assert(
      fc.property(cases, ([classes, rows]) => {
        const matrix = confusionMatrix(
          rows.map(([label]) => label),
          rows.map(([, called]) => called),
          classes,
        )
        expect(matrix.flat().reduce((a, b) => a + b, 0)).toBe(rows.length)
        const { macro } = classMeasures(matrix)
        expect(macro.accuracy).toBeCloseTo(rows.filter(([label, called]) => label === called).length / rows.length, 12)
      }),
    )
  })
})
