/** What scripts and readers have before them: the sentences of the verdict, word for word. */
import { describe, expect, it } from 'vitest'
import type { VerdictCase } from '../../src/metrics/verdict.js'
import { reach } from '../../src/words/reach.js'
import { type VerdictFacts, verdictWords } from '../../src/words/verdict.js'

const once: VerdictFacts = {
  scope: 'model',
  basis: { folds: 0, times: 0, gans: 1 },
  delta: 0.02,
  scoreName: 'AUC',
}
const folds: VerdictFacts = { ...once, scope: 'procedure', basis: { folds: 5, times: 1, gans: 1 } }
const textOf = (found: VerdictCase, facts = once) => verdictWords(found, facts).text

describe('the words of a verdict', () => {
  it('of a yes name the closest comparator, and say that adding helps only where they speak of the procedure', () => {
    const found = { kind: 'better', comparator: 'GCB', difference: 0.04, low: 0.01, high: 0.08, small: false } as const
    expect(textOf(found)).toBe(
      'Yes, on these test films: this model is better than every comparator. The closest is balanced with synthetic films [GCB]: difference in AUC +0.040 (+0.010 to +0.080). This holds for these fitted models, this test set, one generator.',
    )
    expect(textOf(found, folds)).toBe(
      'Yes: adding synthetic films helps; the procedure is better than every comparator. The closest is balanced with synthetic films [GCB]: difference in AUC +0.040 (+0.010 to +0.080). This holds for the procedure on films like these, tried with 5 generators in 5 folds.',
    )
    expect(textOf({ ...found, small: true })).toContain(
      ' That gain is below 0.02 in AUC, which was set beforehand as the smallest that matters.',
    )
  })

  it('of a no say what is excluded, or that harm was done', () => {
    const against = { comparator: 'OD', difference: 0, low: -0.03, high: 0.015 } as const
    expect(textOf({ kind: 'gain-excluded', ...against })).toBe(
      'No. Against original films only [OD] a gain of 0.02 in AUC is excluded on these test films: difference 0.000 (−0.030 to +0.015). This holds for these fitted models, this test set, one generator.',
    )
    expect(textOf({ kind: 'harm', ...against, difference: -0.05, high: -0.01 })).toContain(
      'did harm: against original films only [OD] the difference in AUC is −0.050 (−0.030 to −0.010).',
    )
  })

  it('of an open question give the gain not excluded and the cases that would decide', () => {
    const against = { comparator: 'GCB', difference: 0.01, low: -0.04, high: 0.05 } as const
    const text = textOf({ kind: 'open', ...against, moreCases: { kind: 'cases', cases: 21_000 } })
    expect(text).toBe(
      'Unclear. Against balanced with synthetic films [GCB] the difference in AUC is +0.010 (−0.040 to +0.050); a gain of up to 0.050 is not excluded. About 21,000 test films like these would be needed to decide about a gain of 0.02. This holds for these fitted models, this test set, one generator.',
    )
    expect(textOf({ kind: 'open', ...against, moreCases: { kind: 'never' } }, folds)).toContain(
      'More test films alone would not decide about a gain of 0.02: the generators differ too much.',
    )
    expect(textOf({ kind: 'open', ...against, moreCases: { kind: 'never' } })).not.toContain('would')
  })

  it('of K = 1 do not speak of how far that reaches', () => {
    expect(textOf({ kind: 'balance-alone', moreCases: { kind: 'unsaid' } })).toBe(
      'Unclear. The search chose K = 1: only as many synthetic films as balance the classes. That does not prove that no larger amount helps.',
    )
    expect(textOf({ kind: 'adds-nothing' })).toMatch(
      /this adds no synthetic film: there is nothing to compare\. That does not prove/,
    )
  })

  it('give the reason apart where there is no verdict, or no better one', () => {
    for (const found of [
      { kind: 'chosen-on-test' },
      { kind: 'not-comparable' },
      { kind: 'some-not-compared', notCompared: ['GCB', 'OD'] },
    ] satisfies VerdictCase[]) {
      const { text, reason } = verdictWords(found, once)
      expect(text).toContain(reason)
    }
  })
})

describe('how far a verdict reaches', () => {
  it.each([
    ['model', 0, 0, 1, 'these fitted models, this test set, one generator'],
    ['model', 0, 0, 3, 'these fitted models, this test set, 3 generators averaged'],
    ['procedure', 0, 0, 5, 'the procedure on this training and test set, tried with 5 generators'],
    ['procedure', 5, 1, 1, 'the procedure on films like these, tried with 5 generators in 5 folds'],
    ['procedure', 5, 2, 1, 'the procedure on films like these, tried with 10 generators in 5 folds, drawn 2 times'],
    ['model', 3, 1, 1, 'the models fitted in these 3 folds, too few to speak of the procedure'],
  ] as const)('a %s of %i folds, %i times, %i GANs', (scope, foldCount, times, gans, words) => {
    expect(reach({ scope, basis: { folds: foldCount, times, gans } })).toBe(words)
  })
})
