/** The verdict of a run: the chosen arm against every distinct comparator on the internal test set, other hospitals second. */
import type { DecisionLevels } from '../../metrics/difference-limits.js'
import { casesBesideRepeats } from '../../metrics/procedure-difference.js'
import { decideVerdict, type VerdictComparator } from '../../metrics/verdict.js'
import type { SearchResult, Verdict } from '../../record/result.js'
import { armInSentence } from '../../words/names.js'
import { reach } from '../../words/reach.js'
import { chosenArm } from '../arms.js'
import type { Config } from '../config/schema.js'
import { finite } from '../scoring/finite.js'
import {
  type SetScores,
  sameModel,
  setCasesToDecide,
  setDifference,
  setDifferenceLimits,
  setProcedureDifference,
} from '../scoring/set-scores.js'

/** The arm of the original films alone. */
const nothing = 'OD'

/** Folds, or GANs of one training set, from which the verdict may speak of the procedure. */
const enoughRepeats = 5

/**
 * `arms`: the comparators, each a training of its own; the chosen arm's own under another name is none. `ks`: the K that was chosen,
 * in every fold where there are any.
 */
export function decide(
  { verdict: { delta }, gan }: Pick<Config, 'verdict' | 'gan'>,
  arms: readonly string[],
  scores: readonly SetScores[],
  { selectOn }: SearchResult,
  ks: readonly number[],
): Verdict {
  const internal = scores.find(({ set }) => set === 'internal') as SetScores
  const others = scores.filter(({ set }) => set !== 'internal')
  const basis = basisOf(internal, gan.seeds)
  const scope = basis.folds >= enoughRepeats || basis.gans >= enoughRepeats ? 'procedure' : 'model'
  const names = arms.filter((name) => !sameModel(internal, chosenArm, name))
  const tail = 0.025 / names.length
  const comparators = names.map((name): VerdictComparator => {
    const external = others.map((set) => {
      const { difference } = setDifference(set, chosenArm, name)
      const { high } = setDifferenceLimits(set, chosenArm, name, { lowTail: 0.025, highTail: tail / others.length })
      return [set.set, { difference, high }] as const
    })
    const levels = { lowTail: 0.025, highTail: tail, delta }
    return {
      name,
      ...(basis.folds > 0 || scope === 'procedure'
        ? againstInRepeats(internal, name, levels)
        : againstOnce(internal, name, levels)),
      external: Object.fromEntries(external),
    }
  })
  const outcome = decideVerdict({
    comparators,
    nothing,
    delta,
    kChosen: Math.max(...ks),
    addsNothing: arms.includes(nothing) && !names.includes(nothing),
    selectOn,
    scope,
    reach: reach({ scope, basis }),
    scoreName: internal.classes.length > 2 ? 'macro AUC' : 'AUC',
    proseName: armInSentence,
  })
  return {
    ...outcome,
    scope,
    basis,
    delta,
    comparators: comparators.map(({ name, difference, low, high, casesNeeded, external }) => ({
      name,
      difference: finite(difference),
      low: finite(low),
      high: finite(high),
      casesNeeded,
      external: Object.fromEntries(
        Object.entries(external).map(([set, e]) => [set, { difference: finite(e.difference), high: finite(e.high) }]),
      ),
    })),
  }
}

function basisOf({ folds = [] }: SetScores, gans: number): Verdict['basis'] {
  const times = new Set(folds.map(({ time }) => time)).size
  return { folds: new Set(folds.map(({ fold }) => fold)).size, times, gans }
}

type Against = Pick<VerdictComparator, 'difference' | 'low' | 'high' | 'casesNeeded'>

/** One model of each arm on one test set. */
function againstOnce(set: SetScores, name: string, levels: DecisionLevels): Against {
  return {
    difference: setDifference(set, chosenArm, name).difference,
    ...setDifferenceLimits(set, chosenArm, name, levels),
    casesNeeded: setCasesToDecide(set, chosenArm, name, levels),
  }
}

/** Folds or GANs as readers: more cases do nothing about what they differ by. */
function againstInRepeats(set: SetScores, name: string, levels: DecisionLevels): Against {
  const { difference, low, high } = setProcedureDifference(set, chosenArm, name, levels)
  const plain = setDifferenceLimits(set, chosenArm, name, levels)
  const cases = setCasesToDecide(set, chosenArm, name, levels)
  const distances = { byPatients: plain.high - plain.low, whole: high - low }
  const casesNeeded = cases === null ? null : casesBesideRepeats(cases, distances, levels.delta)
  return { difference, low, high, casesNeeded }
}
