/** The verdict of a run: the chosen arm against every distinct comparator on the internal test set, other hospitals second. */
import { casesToDecide, delongTest, differenceLimits } from '../../metrics/auc-difference.js'
import { decideVerdict, type VerdictComparator } from '../../metrics/verdict.js'
import { armInSentence } from '../../record/arm-name.js'
import type { SearchResult, Verdict } from '../../record/result.js'
import { chosenArm } from '../arms.js'
import type { Config } from '../config-schema.js'
import { finite, type SetScores } from './evaluate-arms.js'

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
    const { yTrue, patients } = internal
    const [a, b] = [internal.scores[chosenArm], internal.scores[name]]
    const { difference } = delongTest(yTrue, a, b, { patients })
    const external = others.map((set) => {
      const [ea, eb] = [set.scores[chosenArm], set.scores[name]]
      const options = { patients: set.patients, lowTail: 0.025, highTail: tail / others.length }
      const { high } = differenceLimits(set.yTrue, ea, eb, options)
      return [
        set.set,
        { difference: delongTest(set.yTrue, ea, eb, { patients: set.patients }).difference, high },
      ] as const
    })
    return {
      name,
      difference,
      ...differenceLimits(yTrue, a, b, { patients, lowTail: 0.025, highTail: tail }),
      casesNeeded: casesToDecide(yTrue, a, b, { patients, lowTail: 0.025, highTail: tail, delta }),
      external: Object.fromEntries(external),
    }
  })
  const outcome = decideVerdict({
    comparators,
    nothing: 'OD',
    delta,
    kChosen: search.kOptimal,
    selectOn: search.selectOn,
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
