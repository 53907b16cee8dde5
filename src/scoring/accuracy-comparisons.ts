/** Classifiers against each other in sensitivity and specificity, each at its own cutoff; of arms with Holm within a set and rule. */
import { elementAt } from '../base/element-at.js'
import { knownValue } from '../base/own-value.js'
import { holm } from '../metrics/holm.js'
import { pairedAccuracy } from '../metrics/paired-proportions.js'
import type { AccuracyComparison, CutoffResult } from '../record/clinical-result.js'
import type { ArmResult, Comparison } from '../record/result.js'
import { figureInWords } from '../words/reasons.js'
import { finite } from './finite.js'
import type { SetScores } from './set-scores.js'

/**
 * Compares columns of scores of the same cases, the columns of each pair at their cutoffs; a pair without both is left out.
 * `pHolm` is over all that is compared.
 */
export function compareAtCutoffs(
  { yTrue, patients, scores }: Pick<SetScores, 'yTrue' | 'scores'> & Partial<Pick<SetScores, 'patients'>>,
  pairs: readonly { readonly a: string; readonly b: string }[],
  cutoffOf: (column: string) => number | null | undefined,
) {
  const tests = pairs.flatMap(({ a, b }) => {
    const [cutoffA, cutoffB] = [cutoffOf(a) ?? null, cutoffOf(b) ?? null]
    if (cutoffA === null || cutoffB === null) return []
    const found = pairedAccuracy(yTrue, knownValue(scores, a), knownValue(scores, b), { cutoffA, cutoffB, patients })
    return (['sensitivity', 'specificity'] as const).map((measure) => ({
      a,
      b,
      measure,
      ...figureInWords(found[measure]),
    }))
  })
  const adjusted = holm(tests.map(({ p }) => p))
  return tests.map((test, i) => ({ ...test, pHolm: elementAt(adjusted, i) }))
}

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
  scored: SetScores,
  rule: CutoffResult['rule'],
  arms: readonly ArmWithCutoffs[],
  pairs: readonly Pair[],
): AccuracyComparison[] {
  const { set } = scored
  const cutoffOf = (name: string) =>
    arms.find((arm) => arm.name === name)?.cutoffs?.find((cutoff) => cutoff.rule === rule)?.value
  const compared = compareAtCutoffs(
    scored,
    pairs.filter((pair) => pair.set === set),
    cutoffOf,
  )
  return compared.map(({ a, b, measure, difference, low, high, p, pHolm, method, reason }) => ({
    set,
    rule,
    measure,
    a,
    b,
    difference: finite(difference),
    low: finite(low),
    high: finite(high),
    p: finite(p),
    pHolm: finite(pHolm),
    method,
    ...(reason ? { reason } : {}),
  }))
}
