/** Arms against each other in AUC on every set, with score limits; Holm within a set. */
import { elementAt } from '../base/element-at.js'
import { holm } from '../metrics/holm.js'
import { chosenArm } from '../record/arm.js'
import type { Comparison, RivalResult } from '../record/result.js'
import { reasonWords } from '../words/reasons.js'
import { finite } from './finite.js'
import { type SetDifference, setDifference } from './set-auc.js'
import { classAgainstRest, type SetScores, sameModel } from './set-scores.js'

/** Pairs that the paper compares among its own arms, beside the chosen arm against every other. */
const paperPairs: readonly (readonly [string, string])[] = [
  ['GCB', 'OD'],
  ['GCB+CDA', 'OD'],
  ['GCB+CDA', 'GCB'],
]

/** Compares the pairs of every set. */
export function compareArms(sets: readonly SetScores[]): Comparison[] {
  return sets.flatMap(compareOnSet)
}

function compareOnSet(scored: SetScores): Comparison[] {
  const { set, scores } = scored
  const others = Object.keys(scores).filter((name) => name !== chosenArm)
  const pairs = distinctPairs(scored, [...others.map((name) => [chosenArm, name] as const), ...paperPairs])
  const tests = pairs.map(([a, b]) => ({ a, b, test: setDifference(scored, a, b) }))
  const adjusted = holm(tests.map(({ test }) => test.p))
  return tests.map(({ a, b, test }, i) => ({
    set,
    a,
    b,
    ...recorded(test),
    pHolm: finite(elementAt(adjusted, i)),
    ...(scored.classes.length > 2 ? { perClass: classByClass(scored, a, b) } : {}),
  }))
}

/** An arm less another on every set, unadjusted. */
export function differencesOf(sets: readonly SetScores[], arm: string, other: string): RivalResult['differences'] {
  return sets.map((scored) => ({ set: scored.set, ...recorded(setDifference(scored, arm, other)) }))
}

/** Pairs of two models each, once: no arm against itself under another name, and none twice among those that Holm counts. */
function distinctPairs(scored: SetScores, pairs: readonly (readonly [string, string])[]) {
  const same = (a: string, b: string) => a === b || sameModel(scored, a, b)
  const present = pairs.filter(([a, b]) => a in scored.scores && b in scored.scores && !same(a, b))
  const isRepeat = ([a, b]: readonly [string, string], before: readonly (readonly [string, string])[]) =>
    before.some(([c, d]) => (same(a, c) && same(b, d)) || (same(a, d) && same(b, c)))
  return present.filter((pair, i) => !isRepeat(pair, present.slice(0, i)))
}

/** DeLong for each class against the rest. */
function classByClass(scored: SetScores, a: string, b: string): Comparison['perClass'] {
  return scored.classes.map((name, c) => ({
    class: name,
    ...recorded(setDifference(classAgainstRest(scored, c), a, b)),
  }))
}

function recorded({ difference, low, high, z, p, method, delong, reason }: SetDifference) {
  return {
    difference: finite(difference),
    low: finite(low),
    high: finite(high),
    z: finite(z),
    p: finite(p),
    method,
    delong: { z: finite(delong?.z ?? null), p: finite(delong?.p ?? null) },
    ...(reason && { reason: reasonWords(reason) }),
  }
}
