/**
 * Arms against each other on every set (score limits, Holm within a set) and the verdict on the internal test set.
 * Works on scores alone; no model, no film.
 */
import { holm } from '../../metrics/holm.js'
import type { Comparison } from '../../record/result.js'
import { chosenArm } from '../arms.js'
import { finite } from '../scoring/finite.js'
import {
  classAgainstRest,
  type SetDifference,
  type SetScores,
  sameModel,
  setDifference,
} from '../scoring/set-scores.js'

/** Pairs that the paper compares among its own arms, beside the chosen arm against every other. */
const paperPairs: readonly (readonly [string, string])[] = [
  ['GCB', 'OD'],
  ['GCB+CDA', 'OD'],
  ['GCB+CDA', 'GCB'],
]

export function compareArms(sets: readonly SetScores[]): Comparison[] {
  return sets.flatMap(compareOnSet)
}

function compareOnSet(on: SetScores): Comparison[] {
  const { set, scores } = on
  const others = Object.keys(scores).filter((name) => name !== chosenArm)
  const pairs = distinctPairs(on, [...others.map((name) => [chosenArm, name] as const), ...paperPairs])
  const tests = pairs.map(([a, b]) => ({ a, b, test: setDifference(on, a, b) }))
  const adjusted = holm(tests.map(({ test }) => test.p))
  return tests.map(({ a, b, test }, i) => ({
    set,
    a,
    b,
    ...recorded(test),
    pHolm: finite(adjusted[i]),
    ...(on.classes.length > 2 ? { perClass: classByClass(on, a, b) } : {}),
  }))
}

/** Pairs of two models each, once: no arm against itself under another name, and none twice among those that Holm counts. */
function distinctPairs(on: SetScores, pairs: readonly (readonly [string, string])[]) {
  const same = (a: string, b: string) => a === b || sameModel(on, a, b)
  const present = pairs.filter(([a, b]) => a in on.scores && b in on.scores && !same(a, b))
  const isRepeat = ([a, b]: readonly [string, string], before: readonly (readonly [string, string])[]) =>
    before.some(([c, d]) => (same(a, c) && same(b, d)) || (same(a, d) && same(b, c)))
  return present.filter((pair, i) => !isRepeat(pair, present.slice(0, i)))
}

/** DeLong for each class against the rest. */
function classByClass(on: SetScores, a: string, b: string): Comparison['perClass'] {
  return on.classes.map((name, c) => ({ class: name, ...recorded(setDifference(classAgainstRest(on, c), a, b)) }))
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
    ...(reason ? { reason } : {}),
  }
}
