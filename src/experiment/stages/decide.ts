/** The verdict of a run: the chosen arm against every distinct comparator on the internal test set, other hospitals second. */
import { casesToDecide, delongTest, differenceLimits } from '../../metrics/auc-difference.js'
import { decideVerdict, type VerdictComparator } from '../../metrics/verdict.js'
import { armInSentence } from '../../record/arm-name.js'
import type { SearchResult, Verdict } from '../../record/result.js'
import { chosenArm } from '../arms.js'
import type { DeliveredArm } from '../delivered.js'
import type { SearchData } from '../film-set.js'
import type { RunContext } from '../stage.js'
import { sameTraining, trialsOf } from '../trials.js'
import { finite, type SetScores } from './evaluate-arms.js'

export function decide(
  context: RunContext,
  data: SearchData,
  delivered: readonly DeliveredArm[],
  scores: readonly SetScores[],
  search: SearchResult,
): Verdict {
  const { delta } = context.config.verdict
  const internal = scores.find(({ set }) => set === 'internal') as SetScores
  const others = scores.filter(({ set }) => set !== 'internal')
  const names = distinctComparators(context, data, delivered)
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

/** Every arm but the chosen one, those that train the same head (balanced data: GCB is OD) counted once. */
function distinctComparators(context: RunContext, data: SearchData, delivered: readonly DeliveredArm[]): string[] {
  const specs = delivered
    .filter(({ arm }) => arm.name !== chosenArm)
    .map(({ arm, k, steps }) => trialsOf(context, data, arm, k, arm.equalStepsOf ? steps : null)[0])
  return specs
    .filter((spec, i) => !specs.slice(0, i).some((other) => sameTraining(other, spec)))
    .map((spec) => spec.arm)
}
