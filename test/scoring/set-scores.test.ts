import { describe, expect, it } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { aucInterval } from '../../src/metrics/auc-interval.js'
import { auc } from '../../src/metrics/roc.js'
import {
  handTillOf,
  setAuc,
  setDifference,
  setDifferenceLimits,
  setProcedureDifference,
} from '../../src/scoring/set-auc.js'
import {
  classAgainstRest,
  headScores,
  rowsOfFolds,
  type SetScores,
  sameModel,
  scoreColumns,
} from '../../src/scoring/set-scores.js'

const yTrue = Array.from({ length: 40 }, (_, i) => i % 2)
const films = yTrue.map((_, i) => `film-${i}`)
const rng = new Rng(5)
const drawn = (shift: number) => yTrue.map((label) => 1 / (1 + Math.exp(-(shift * label + rng.normal()))))
const [weak, strong] = [drawn(0.5), drawn(2)]
const set: SetScores = {
  set: 'internal',
  classes: ['healthy', 'sick'],
  films,
  yTrue,
  patients: films,
  scores: { OD: weak, 'GCB+OMGDA': strong },
}
const folds = yTrue.map((_, i) => ({ fold: 1 + Math.floor(i / 10), time: 1 }))

/** Three classes; each film's own class is the most probable one, but for the first film. */
const threeClasses: SetScores = {
  ...set,
  classes: ['a', 'b', 'c'],
  yTrue: films.map((_, i) => i % 3),
  scores: { OD: films.flatMap((_, i) => [0, 1, 2].map((c) => (c === (i === 0 ? 1 : i % 3) ? 0.8 : 0.1))) },
}

describe('scores of a set', () => {
  it('are probabilities of a head’s logits: of the positive class, or of every class', () => {
    const features = fromNumbers('float32', [2, 1], [0, 2])
    const binary = { weights: Float64Array.of(1.5), bias: Float64Array.of(-3) }
    expect(headScores(binary, features)).toEqual([expect.closeTo(1 / (1 + Math.exp(3)), 12), 0.5])
    const ternary = { weights: Float64Array.of(0, 1, 2), bias: Float64Array.of(0, 0, 0) }
    const scores = headScores(ternary, features)
    expect(scores.slice(0, 3)).toEqual([1, 1, 1].map((third) => expect.closeTo(third / 3, 12)))
    const sum = 1 + Math.exp(2) + Math.exp(4)
    expect(scores.slice(3)).toEqual([0, 2, 4].map((logit) => expect.closeTo(Math.exp(logit) / sum, 12)))
  })

  it('stand film by film, and are taken apart into a column for each class', () => {
    expect(scoreColumns(set, 'OD')).toEqual([weak])
    const columns = scoreColumns(threeClasses, 'OD')
    expect(columns.map((column) => column.slice(0, 4))).toEqual([
      [0.1, 0.1, 0.1, 0.8],
      [0.8, 0.8, 0.1, 0.1],
      [0.1, 0.1, 0.8, 0.1],
    ])
  })

  it('of one class against the rest are a set of two classes', () => {
    const second = classAgainstRest({ ...threeClasses, byGan: { OD: [threeClasses.scores.OD] } }, 1)
    expect(second.classes).toEqual(['rest', 'b'])
    expect(second.yTrue.slice(0, 4)).toEqual([0, 1, 0, 0])
    expect(second.scores.OD.slice(0, 4)).toEqual([0.8, 0.8, 0.1, 0.1])
    expect(second.byGan).toBeUndefined()
  })

  it('over folds are sorted by time and fold, in the order in which they come', () => {
    const names = [
      [1, 1],
      [2, 1],
      [1, 2],
      [1, 1],
      [2, 2],
    ].map(([fold, time]) => ({ fold, time }))
    expect(rowsOfFolds(names)).toEqual([
      [[0, 3], [1]],
      [[2], [4]],
    ])
  })

  it('tell one model under two names, unless another GAN’s differ', () => {
    const twice = { ...set, scores: { ...set.scores, GCB: [...weak] } }
    expect(sameModel(twice, 'OD', 'GCB')).toBe(true)
    expect(sameModel(twice, 'OD', 'GCB+OMGDA')).toBe(false)
    const byGan = { OD: [weak, weak], GCB: [weak, strong], 'GCB+OMGDA': [strong, strong] }
    expect(sameModel({ ...twice, byGan }, 'OD', 'GCB')).toBe(false)
    expect(sameModel({ ...twice, byGan: { ...byGan, GCB: [weak, weak] } }, 'OD', 'GCB')).toBe(true)
  })
})

describe('the AUC of a set', () => {
  it('is that of all films where one model scored them', () => {
    expect(setAuc(set, 'OD')).toEqual(aucInterval(yTrue, weak, { patients: films }))
    const { difference, low, high } = setDifference(set, 'GCB+OMGDA', 'OD')
    expect(difference).toBeCloseTo(auc(yTrue, strong) - auc(yTrue, weak), 12)
    const wider = setDifferenceLimits(set, 'GCB+OMGDA', 'OD', { lowTail: 0.025, highTail: 0.005 })
    expect(wider.low).toBeCloseTo(low, 9)
    expect(wider.high).toBeGreaterThan(high)
  })

  it('over folds compares films of the same fold alone: a fold’s models may all score higher', () => {
    const lifted = { ...set, folds, scores: { OD: weak.map((score, i) => score + 10 * folds[i].fold) } }
    expect(setAuc(lifted, 'OD').value).toBeCloseTo(setAuc({ ...set, folds }, 'OD').value, 12)
    expect(auc(yTrue, lifted.scores.OD)).not.toBeCloseTo(auc(yTrue, weak), 2)
    const ofFolds = [0, 10, 20, 30].map((from) => auc(yTrue.slice(from, from + 10), weak.slice(from, from + 10)))
    expect(setAuc(lifted, 'OD').value).toBeCloseTo(ofFolds.reduce((a, b) => a + b) / 4, 12)
  })

  it('of more than two classes is the mean of each class’s against the rest', () => {
    const each = [0, 1, 2].map((c) => setAuc(classAgainstRest(threeClasses, c), 'OD').value)
    expect(new Set(each).size).toBeGreaterThan(1)
    expect(setAuc(threeClasses, 'OD').value).toBeCloseTo(each.reduce((a, b) => a + b) / 3, 12)
    const faultless = {
      ...threeClasses,
      scores: { OD: threeClasses.yTrue.flatMap((c) => [0, 1, 2].map((d) => Number(c === d))) },
    }
    expect(handTillOf(faultless, 'OD').value).toBe(1)
    expect(handTillOf(threeClasses, 'OD').value).toBeLessThan(1)
  })

  it('speaks for the procedure where something was repeated, and else refuses', () => {
    expect(() => setProcedureDifference(set, 'GCB+OMGDA', 'OD')).toThrow('nothing repeats')
    const overFolds = setProcedureDifference({ ...set, folds }, 'GCB+OMGDA', 'OD')
    expect(overFolds.difference).toBeCloseTo(setDifference({ ...set, folds }, 'GCB+OMGDA', 'OD').difference, 12)
    const other = drawn(1.5)
    const byGan = { OD: [weak, weak], 'GCB+OMGDA': [strong, other] }
    const overGans = setProcedureDifference({ ...set, byGan }, 'GCB+OMGDA', 'OD')
    const mean = (auc(yTrue, strong) + auc(yTrue, other)) / 2 - auc(yTrue, weak)
    expect(overGans.difference).toBeCloseTo(mean, 12)
  })
})
