/** Every case has its sentence, and no sentence shows what is no number: a case that is added without an entry here does not compile. */
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MoreCases, VerdictCase } from '../../src/metrics/verdict.js'
import type { Concern } from '../../src/record/concern.js'
import type { CopyFinding, QualityWarning } from '../../src/record/findings.js'
import type { ClueName } from '../../src/record/inspection.js'
import type { AdviceReason, Prospect } from '../../src/record/plan.js'
import type { Verdict } from '../../src/record/result.js'
import { adviceWords, prospectWords } from '../../src/words/advice.js'
import { trapWords } from '../../src/words/clues.js'
import { wordsOfConcern } from '../../src/words/concerns.js'
import { findingsWords } from '../../src/words/findings.js'
import {
  endsEarlyWords,
  equalFilmsWords,
  lastBlockWords,
  leftOutWords,
  notDrawnWords,
  rejectedWords,
  unsettledWords,
} from '../../src/words/run-warnings.js'
import { verdictWords } from '../../src/words/verdict.js'
import { sampleResult } from '../support/sample-result.js'

type ByKind<Case extends { kind: string }> = {
  [Kind in Case['kind']]: Arbitrary<Omit<Extract<Case, { kind: Kind }>, 'kind'>>
}

function casesOf<Case extends { kind: string }>(byKind: ByKind<Case>): [string, Arbitrary<Case>][] {
  return Object.entries<Arbitrary<object>>(byKind).map(([kind, rest]) => [
    kind,
    rest.map((own) => ({ kind, ...own }) as unknown as Case),
  ])
}

/** Any number, those that are written badly among them. */
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1e-9, 1e-9, 0.9999999, Number.NaN, Number.POSITIVE_INFINITY),
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
)
const maybe = fc.option(number)
const count = fc.oneof(fc.constantFrom(0, 1, 2), fc.nat(2_000_000))
const maybeCount = fc.option(count)
const arm = fc.constantFrom('OD', 'GCB', 'GCB+CDA', 'GCB+OMGDA', 'OD=steps', 'another arm')
const range = fc.record({ value: number, low: number, high: number })
const none = fc.constant({})

function expectSound(text: string): void {
  expect(text).toMatch(/\S/)
  expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object|(?<![\w.])[-−]0(\.0+)?(?![\d.])/)
}

describe('the verdict', () => {
  const moreCases: Arbitrary<MoreCases> = fc.oneof(
    fc.record({ kind: fc.constant('cases' as const), cases: count }),
    fc.record({ kind: fc.constantFrom('never' as const, 'unsaid' as const) }),
  )
  const against = { comparator: arm, difference: number, low: number, high: number }
  const cases = casesOf<VerdictCase>({
    'chosen-on-test': none,
    'not-comparable': none,
    'adds-nothing': none,
    'balance-alone': fc.record({ moreCases }),
    'some-not-compared': fc.record({ notCompared: fc.array(arm, { minLength: 1, maxLength: 3 }) }),
    'worse-elsewhere': fc.record({ set: fc.constant('clinic-b'), comparator: arm }),
    better: fc.record({ ...against, small: fc.boolean() }),
    harm: fc.record(against),
    'gain-excluded': fc.record(against),
    open: fc.record({ ...against, moreCases }),
  })
  const facts = fc.record({
    scope: fc.constantFrom('model' as const, 'procedure' as const),
    basis: fc.record({ folds: fc.nat(10), times: fc.nat(3), gans: fc.integer({ min: 1, max: 9 }) }),
    delta: number,
    scoreName: fc.constantFrom('AUC', 'macro AUC'),
  }) satisfies Arbitrary<Pick<Verdict, 'scope' | 'basis' | 'delta'> & { scoreName: string }>

  it.each(cases)('%s has its sentence', (_kind, found) => {
    fc.assert(
      fc.property(found, facts, (one, where) => {
        const { text, reason } = verdictWords(one, where)
        expectSound(text)
        expect(text).toMatch(/^(Yes|No|Unclear|No verdict)\b.*\.$/)
        if (reason !== undefined) expect(text).toContain(reason)
      }),
    )
  })
})

describe('findings about synthetic images', () => {
  const suspected = fc.record({ suspected: count, of: count, byChance: number })
  const counts = fc.record({ byFeatures: suspected, images: fc.option(suspected) })
  const copies = casesOf<CopyFinding>({
    'not-checked': fc.record({ reason: fc.constantFrom('no-other-patient', null) }),
    suspected: fc.record({ counts }),
    close: fc.record({
      nearestRatio: number,
      reference: fc.constantFrom('held-out' as const, 'leave-one-out' as const),
    }),
    'like-no-real': fc.record({ counts }),
    'none-found': fc.record({ counts }),
  })
  const warnings = casesOf<QualityWarning>({
    'no-overlap': fc.record({
      overlap: fc.constantFrom('none' as const, 'narrow' as const),
      precision: maybe,
      coverage: maybe,
    }),
    'fid-of-small-sample': fc.record({ halves: number }),
    'unequal-counts': fc.record({ real: count, synthetic: count }),
  })

  it.each(copies)('%s has its sentence, and never says that there are no copies', (_kind, found) => {
    fc.assert(
      fc.property(found, (one) => {
        const words = findingsWords({ suspicious: false, copies: one, warnings: [] })
        expectSound(words.copies)
        expect(words.copies).not.toMatch(/there are no copies|no copies\b/)
      }),
    )
  })

  it.each(warnings)('%s has its sentence', (_kind, found) => {
    fc.assert(
      fc.property(found, (one) => {
        const [text] = findingsWords({
          suspicious: false,
          copies: { kind: 'not-checked', reason: null },
          warnings: [one],
        }).warnings
        expectSound(text)
      }),
    )
  })
})

describe('the advice', () => {
  const shownGain = { smallestGain: number, delta: number, filmsForDelta: maybeCount }
  const trend = fc.constantFrom('rises' as const, 'flat' as const, 'open' as const)
  const reasons = casesOf<AdviceReason>({
    'too-few-films': none,
    'nothing-shown': fc.record({ films: count }),
    'large-gain-alone': fc.record({ ...shownGain, films: count }),
    'delta-unlikely': fc.record(shownGain),
    'gain-shown': fc.record({ smallestGain: number }),
    'with-folds': fc.record({ films: count, smallestGain: maybe }),
    'little-room': fc.record({ auc: number }),
    'more-films': fc.record({ trend, from: count, to: count, change: range }),
  })

  it.each(reasons)('%s has its sentence', (_kind, reason) => {
    fc.assert(
      fc.property(reason, fc.constantFrom('yes' as const, 'perhaps' as const, 'hardly' as const), (one, worth) => {
        const words = adviceWords({ worth, reasons: [one] })
        expectSound(words.text)
        expect(words.text).toContain(words.reasons[0])
      }),
    )
  })

  it('of more films has a sentence for every trend', () => {
    const prospects: Arbitrary<Prospect> = fc.record({ more: count, gain: range, trend })
    fc.assert(
      fc.property(fc.array(prospects, { minLength: 1, maxLength: 3 }), (all) => expectSound(prospectWords(all))),
    )
  })
})

describe('what stands in the way', () => {
  const auc = range
  const concerns = casesOf<Concern>({
    'generator-failed': fc.record({
      classes: fc.array(
        fc.record({
          class: fc.constant('sinusitis'),
          overlap: fc.constantFrom('none' as const, 'narrow' as const),
          precision: number,
          recall: maybe,
          density: maybe,
          coverage: number,
          kid: maybe,
          kidHeldOut: maybe,
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    'not-learned': fc.record({ arm, inside: auc }),
    'not-carried-over': fc.record({
      arm,
      inside: auc,
      outside: fc.array(
        fc.record({
          value: number,
          low: number,
          high: number,
          set: fc.constant('clinic-b'),
          reason: fc.constantFrom('below chance' as const, 'chance' as const, 'worse' as const),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    'too-few-films': fc.record({
      parts: fc.array(
        fc.record({
          part: fc.constantFrom('train' as const, 'tuning' as const, 'test' as const),
          class: fc.constant('healthy'),
          films: count,
          patients: count,
        }),
        { maxLength: 3 },
      ),
      testFilms: maybeCount,
      casesNeeded: maybeCount,
    }),
    'rejected-after-results': fc.record({ films: count }),
    'tuning-separated': fc.record({ films: count, multiples: fc.array(fc.nat(40), { minLength: 2 }), chosen: count }),
  })
  const result = sampleResult()

  it.each(concerns)('%s has its sentences', (_kind, concern) => {
    fc.assert(
      fc.property(concern, (one) => {
        const { title, says, remedy } = wordsOfConcern(one, result)
        for (const text of [title, says, remedy]) expectSound(text)
      }),
    )
  })
})

describe('a trap', () => {
  const names: Record<ClueName, true> = {
    size: true,
    'pixel format': true,
    brightness: true,
    border: true,
    maker: true,
    view: true,
    'all together': true,
  }

  it.each(Object.keys(names) as ClueName[])('%s has its sentence', (name) => {
    const found = fc.record({ class: fc.option(fc.constant('sick')), value: number, low: number, high: number })
    fc.assert(fc.property(found, (trap) => expectSound(trapWords(name, trap))))
  })
})

describe('what a run warns of on its way', () => {
  const excluded = fc.record({ checked: count, excluded: count, byChance: maybe, p: maybe, suspicious: fc.boolean() })
  const example = { arm: 'GCB', k: 2, repeat: 1 }

  it.each<[string, Arbitrary<string>]>([
    ['images left out', excluded.map((one) => leftOutWords('healthy', one))],
    [
      'images that a person has rejected',
      fc.record({ healthy: count, sick: count }).map((films) => rejectedWords(['healthy', 'sick'], films)),
    ],
    ['rejected films that were not drawn', count.map(notDrawnWords)],
    ['images that are training films', count.map(equalFilmsWords)],
    [
      'a search that ends early',
      fc.tuple(count, count).map((counts) => endsEarlyWords({ classes: ['healthy', 'sick'], counts }, 3, 30)),
    ],
    ['fits that had not settled', fc.tuple(count, count).map(([some, of]) => unsettledWords(some, of, example))],
    [
      'a last block that is trained',
      fc.record({ trials: count, steps: count, bytes: count }).map((work) => lastBlockWords(work)),
    ],
  ])('%s has its sentence', (_what, sentences) => {
    fc.assert(fc.property(sentences, expectSound))
  })
})
