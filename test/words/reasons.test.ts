/** Reasons as results keep them: real figures that could not be had, from metrics to words. */
import { describe, expect, it } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { kid } from '../../src/metrics/kid.js'
import { precisionRecall } from '../../src/metrics/precision-recall.js'
import { proportionIntervals } from '../../src/metrics/proportion.js'
import { recalibration } from '../../src/metrics/recalibration.js'
import { varianceShares } from '../../src/metrics/variance-shares.js'
import { figureInWords, proportionsInWords, shareReasonWords } from '../../src/words/reasons.js'

describe('a figure in words', () => {
  it('is the same figure, with its reason as a sentence', () => {
    const { intercept } = recalibration([0, 1, 0], [0, 1, 0.4])
    expect(figureInWords(intercept)).toEqual({
      ...intercept,
      reason: '2 of 3 probabilities are exactly 0 or 1 and have no logit',
    })
    const two = fromNumbers('float32', [2, 1], [0, 1])
    expect(figureInWords(kid(two, two)).reason).toBe('a set has fewer than three films or patients')
    expect(figureInWords(precisionRecall(two, two)).reason).toBe(
      'precision, recall, density and coverage need more than 5 films of either kind',
    )
  })

  it('is left as it is where nothing is wrong', () => {
    const { accuracy } = proportionIntervals([1, 0], [0.9, 0.2], 0.5, ['a', 'b'])
    expect(figureInWords(accuracy)).toBe(accuracy)
  })
})

describe('proportions in words', () => {
  it('name the design effect with the method, and say what is missing', () => {
    const patients = ['a', 'a', 'b', 'b']
    const { sensitivity, specificity } = proportionsInWords(
      proportionIntervals([1, 1, 1, 1], [1, 1, 0, 0], 0.5, patients),
    )
    expect(sensitivity.method).toBe('Wilson, n divided by a design effect of 4.00')
    expect(sensitivity).not.toHaveProperty('designEffect')
    expect(specificity).toMatchObject({ value: null, method: 'Wilson', reason: 'no healthy film' })
  })
})

describe('shares of the spread', () => {
  const scores = (gans: number, drawsEach: number) =>
    Array.from({ length: gans * drawsEach }, (_, i) => ({
      gan: Math.floor(i / drawsEach),
      draw: i,
      head: i,
      score: 0.7 + 0.01 * (i % 3),
    }))

  it('say what they hold beside their own, and why others are missing', () => {
    const words = (all: ReturnType<typeof scores>) =>
      varianceShares(all).map(({ reason }) => (reason ? shareReasonWords(reason) : null))
    expect(words(scores(4, 1))).toEqual([
      'one draw from each generator: its share holds the draw’s and the head’s and what is left over',
      'one draw from each generator',
      'head seeds did not vary apart from draws',
      'no repeat differs in nothing but chance',
    ])
    expect(words(scores(1, 4)).slice(0, 2)).toEqual([
      'one generator was trained',
      'holds the head’s and what is left over',
    ])
  })
})
