/**
 * Arms against each other on every set (MOVER limits, Holm within a set) and the verdict on the internal test set.
 * Works on scores alone; no model, no film.
 */
import { holm } from '../../metrics/holm.js'
import type { Comparison } from '../../record/result.js'
import { chosenArm } from '../arms.js'
import { finite } from '../finite.js'
import { type SetScores, setDifference } from '../set-scores.js'

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
  const pairs = [...others.map((name) => [chosenArm, name] as const), ...paperPairs]
  const tests = pairs
    .filter(([a, b]) => a in scores && b in scores)
    .map(([a, b]) => ({ a, b, test: setDifference(on, a, b) }))
  const adjusted = holm(tests.map(({ test }) => test.p))
  return tests.map(({ a, b, test }, i) => ({
    set,
    a,
    b,
    difference: finite(test.difference),
    low: finite(test.low),
    high: finite(test.high),
    z: finite(test.z),
    p: finite(test.p),
    pHolm: finite(adjusted[i]),
    method: test.method,
    delong: { z: finite(test.delong?.z ?? null), p: finite(test.delong?.p ?? null) },
    ...(test.reason ? { reason: test.reason } : {}),
  }))
}
