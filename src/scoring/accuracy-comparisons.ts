/** Arms against each other in sensitivity and specificity, each at its own cutoff of a rule; Holm within a set and rule. */
import { holm } from '../metrics/holm.js'
import { pairedAccuracy } from '../metrics/paired-proportions.js'
import type { AccuracyComparison, CutoffResult } from '../record/clinical-result.js'
import type { ArmResult, Comparison } from '../record/result.js'
import { reasonWords } from '../words/reasons.js'
import { finite } from './finite.js'
import type { SetScores } from './set-scores.js'

type ArmWithCutoffs = Pick<ArmResult, 'name' | 'cutoffs'>
type Pair = Pick<Comparison, 'set' | 'a' | 'b'>

/** Compares the pairs whose AUCs are compared; over folds no model has a cutoff, so there is nothing to compare. */
export function compareAccuracy(
  sets: readonly SetScores[],
  arms: readonly ArmWithCutoffs[],
  pairs: readonly Pair[],
): AccuracyComparison[] {
  const rules = arms[0]?.cutoffs?.map(({ rule }) => rule) ?? []
  return sets
    .filter((set) => set.folds === undefined)
    .flatMap((set) => rules.flatMap((rule) => compareAtRule(set, rule, arms, pairs)))
}

function compareAtRule(
  { set, yTrue, patients, scores }: SetScores,
  rule: CutoffResult['rule'],
  arms: readonly ArmWithCutoffs[],
  pairs: readonly Pair[],
): AccuracyComparison[] {
  const cutoffOf = (name: string) =>
    arms.find((arm) => arm.name === name)?.cutoffs?.find((cutoff) => cutoff.rule === rule)?.value ?? null
  const tests = pairs
    .filter((pair) => pair.set === set)
    .flatMap(({ a, b }) => {
      const [cutoffA, cutoffB] = [cutoffOf(a), cutoffOf(b)]
      if (cutoffA === null || cutoffB === null) return []
      const { sensitivity, specificity } = pairedAccuracy(yTrue, scores[a], scores[b], { cutoffA, cutoffB, patients })
      return [
        { a, b, measure: 'sensitivity' as const, test: sensitivity },
        { a, b, measure: 'specificity' as const, test: specificity },
      ]
    })
  const adjusted = holm(tests.map(({ test }) => test.p))
  return tests.map(({ a, b, measure, test }, i) => ({
    set,
    rule,
    measure,
    a,
    b,
    difference: finite(test.difference),
    low: finite(test.low),
    high: finite(test.high),
    p: finite(test.p),
    pHolm: finite(adjusted[i]),
    method: test.method,
    ...(test.reason && { reason: reasonWords(test.reason) }),
  }))
}
