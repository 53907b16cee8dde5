/** The verdict of a run: the chosen arm against every distinct comparator on the internal test set, other hospitals second. */
import { decideVerdict, type VerdictComparator } from '../../metrics/verdict.js'
import { armInSentence } from '../../record/arm-name.js'
import type { SearchResult, Verdict } from '../../record/result.js'
import { chosenArm } from '../arms.js'
import type { Config } from '../config-schema.js'
import { finite } from '../finite.js'
import { type SetScores, setCasesToDecide, setDifference, setDifferenceLimits } from '../set-scores.js'

/** `names`: the comparators, each a training of its own. */
export function decide(
  { delta }: Config['verdict'],
  names: readonly string[],
  scores: readonly SetScores[],
  search: SearchResult,
): Verdict {
  const internal = scores.find(({ set }) => set === 'internal') as SetScores
  const others = scores.filter(({ set }) => set !== 'internal')
  const tail = 0.025 / names.length
  const comparators = names.map((name): VerdictComparator => {
    const external = others.map((set) => {
      const { difference } = setDifference(set, chosenArm, name)
      const { high } = setDifferenceLimits(set, chosenArm, name, { lowTail: 0.025, highTail: tail / others.length })
      return [set.set, { difference, high }] as const
    })
    const tails = { lowTail: 0.025, highTail: tail }
    return {
      name,
      difference: setDifference(internal, chosenArm, name).difference,
      ...setDifferenceLimits(internal, chosenArm, name, tails),
      casesNeeded: setCasesToDecide(internal, chosenArm, name, { ...tails, delta }),
      external: Object.fromEntries(external),
    }
  })
  const outcome = decideVerdict({
    comparators,
    nothing: 'OD',
    delta,
    kChosen: search.kOptimal,
    selectOn: search.selectOn,
    scoreName: internal.classes.length > 2 ? 'macro AUC' : 'AUC',
    proseName: armInSentence,
  })
  return {
    ...outcome,
    scope: 'model',
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
