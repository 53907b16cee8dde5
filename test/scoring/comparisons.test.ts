import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { delongTest } from '../../src/metrics/auc-difference.js'
import { holm } from '../../src/metrics/holm.js'
import { compareArms } from '../../src/scoring/comparisons.js'
import type { SetScores } from '../../src/scoring/set-scores.js'
import { decide } from '../../src/scoring/verdict.js'
import { correlatedScores, labelsOf } from '../metrics/simulate.js'

const yTrue = labelsOf(30, 30)
const films = yTrue.map((_, i) => `film-${i}`)
const [od, odCda, gcb, gcbCda, chosen] = correlatedScores(yTrue, [0.85, 0.87, 0.88, 0.86, 0.93], 0.8, new Rng(3))

const setOf = (scores: SetScores['scores']): SetScores => ({
  set: 'internal',
  classes: ['normal', 'sinusitis'],
  films,
  yTrue,
  patients: films,
  scores,
})
const several = setOf({ OD: od, 'OD+CDA': odCda, GCB: gcb, 'GCB+CDA': gcbCda, 'GCB+OMGDA': chosen })
const balancedAlone = setOf({ ...several.scores, 'GCB+OMGDA': gcb })

const names = (set: SetScores) => compareArms([set]).map(({ a, b }) => `${a} - ${b}`)
const verdictOn = (set: SetScores, k: number) => {
  const comparators = Object.keys(set.scores).filter((name) => name !== 'GCB+OMGDA')
  return decide([set], { delta: 0.02, comparators, gans: 1, selectOn: 'tuning', chosenKs: [k] })
}

describe('the comparisons of a set', () => {
  it('are the chosen arm against every other, and the paper’s pairs', () => {
    expect(names(several)).toEqual([
      'GCB+OMGDA - OD',
      'GCB+OMGDA - OD+CDA',
      'GCB+OMGDA - GCB',
      'GCB+OMGDA - GCB+CDA',
      'GCB - OD',
      'GCB+CDA - OD',
      'GCB+CDA - GCB',
    ])
  })

  it('hold no arm against itself and no pair twice where K = 1 makes the chosen arm the balanced one', () => {
    expect(names(balancedAlone)).toEqual([
      'GCB+OMGDA - OD',
      'GCB+OMGDA - OD+CDA',
      'GCB+OMGDA - GCB+CDA',
      'GCB+CDA - OD',
    ])
    const pairs = [
      [gcb, od],
      [gcb, odCda],
      [gcb, gcbCda],
      [gcbCda, od],
    ]
    const expected = holm(pairs.map(([a, b]) => delongTest(yTrue, a, b).p))
    compareArms([balancedAlone]).forEach(({ pHolm }, i) => {
      expect(pHolm).toBeCloseTo(expected[i], 14)
    })
  })

  it('are fewer wherever two arms are one training, whichever they are', () => {
    // On balanced data nothing is added: GCB is OD; conventional augmentation chose K = 1 as well.
    const one = setOf({ ...several.scores, GCB: od, 'OD+CDA': od, 'GCB+CDA': od })
    expect(names(one)).toEqual(['GCB+OMGDA - OD'])
    expect(compareArms([one])[0].pHolm).toBe(compareArms([one])[0].p)
  })

  it('count the models of every GAN: arms that agree on the average alone are two', () => {
    const byGan = { ...several.scores, 'GCB+OMGDA': gcb }
    const apart = {
      ...balancedAlone,
      byGan: Object.fromEntries(
        Object.entries(byGan).map(([arm, scores]) => [arm, arm === 'GCB' ? [od, scores] : [scores, scores]]),
      ),
    }
    expect(names(apart)).toContain('GCB+OMGDA - GCB')
  })
})

describe('the verdict', () => {
  it('of K = 1 on balanced classes speaks of no difference: the chosen arm is the original films', () => {
    const { benefit, text, comparators, casesNeeded } = verdictOn(
      setOf({ OD: od, 'OD=native': odCda, 'GCB+OMGDA': od }),
      1,
    )
    expect([benefit, casesNeeded]).toEqual(['unclear', null])
    expect(text).toContain('adds no synthetic film')
    expect(comparators.map(({ name }) => name)).toEqual(['OD=native'])
  })

  it('of K = 1 counts no comparator that is the chosen arm, and says how many films would decide', () => {
    const { benefit, comparators, casesNeeded, text } = verdictOn(balancedAlone, 1)
    expect(benefit).toBe('unclear')
    expect(comparators.map(({ name }) => name)).toEqual(['OD', 'OD+CDA', 'GCB+CDA'])
    const most = Math.max(...comparators.map((one) => one.casesNeeded as number))
    expect(casesNeeded).toBe(most)
    expect(casesNeeded).toBeGreaterThan(60)
    expect(text).toContain('That does not prove that no larger amount helps. About')
    expect(text).toContain('test films like these would be needed to decide about a gain of 0.02')
  })

  it('of eight films that every arm separates is unclear, never a no', () => {
    const labels = labelsOf(4, 4)
    const ranked = labels.map((label, i) => label * 10 + i)
    const scores = { OD: ranked, GCB: ranked.map((score) => 2 * score), 'GCB+OMGDA': ranked.map((score) => score + 1) }
    const eight: SetScores = {
      ...several,
      films: films.slice(0, 8),
      yTrue: labels,
      patients: films.slice(0, 8),
      scores,
    }
    const { benefit, text, high, casesNeeded } = verdictOn(eight, 5)
    expect(benefit).toBe('unclear')
    expect(high).toBeGreaterThan(0.4)
    expect(text).toContain('the difference in AUC is 0.000')
    expect(casesNeeded).toBeGreaterThan(100)
  })

  it('is no yes where a comparator cannot be compared', () => {
    const withoutClass = { ...several, scores: { ...several.scores, 'OD+CDA': od.map(() => Number.NaN) } }
    expect(() => verdictOn(withoutClass, 5)).toThrow('not a number')
    const oneDiseased: SetScores = { ...several, yTrue: yTrue.map((_, i) => (i === 0 ? 1 : 0)) }
    expect(verdictOn(oneDiseased, 5)).toMatchObject({ benefit: null, reason: expect.any(String) })
  })
})
