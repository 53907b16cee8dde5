/** The verdict of a run: the chosen arm against every distinct comparator on the internal test set, other hospitals second. */
import type { DecisionLevels } from '../metrics/difference-limits.js'
import { casesBesideRepeats } from '../metrics/procedure-difference.js'
import { decideVerdict, type VerdictComparator } from '../metrics/verdict.js'
import { chosenArm, originalsArm } from '../record/arm.js'
import type { FilmsThatChoose, Verdict } from '../record/result.js'
import { verdictWords } from '../words/verdict.js'
import { finite } from './finite.js'
import { setCasesToDecide, setDifference, setDifferenceLimits, setProcedureDifference } from './set-auc.js'
import { type SetScores, sameModel } from './set-scores.js'

/** Folds, or GANs of one training set, from which the verdict may speak of the procedure. */
const enoughRepeats = 5

/** What was fixed before any test film was scored. */
export interface VerdictQuestion {
  /** Smallest gain in AUC that would matter. */
  readonly delta: number
  /** The comparators, each a training of its own. */
  readonly comparators: readonly string[]
  /** GANs of each training set. */
  readonly gans: number
  /** Which films chose K. */
  readonly selectOn: FilmsThatChoose
  /** The K that was chosen, in every fold where there are any. */
  readonly chosenKs: readonly number[]
}

/** Decides on the scores of every set; a comparator that is the chosen arm's own model under another name is left out. */
export function decide(
  scores: readonly SetScores[],
  { delta, comparators: arms, gans, selectOn, chosenKs }: VerdictQuestion,
): Verdict {
  const internal = scores.find(({ set }) => set === 'internal') as SetScores
  const others = scores.filter(({ set }) => set !== 'internal')
  const basis = basisOf(internal, gans)
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
  const { found, ...outcome } = decideVerdict({
    comparators,
    nothing: originalsArm,
    delta,
    kChosen: Math.max(...chosenKs),
    addsNothing: arms.includes(originalsArm) && !names.includes(originalsArm),
    selectOn,
  })
  const scoreName = internal.classes.length > 2 ? 'macro AUC' : 'AUC'
  return {
    ...outcome,
    ...verdictWords(found, { scope, basis, delta, scoreName }),
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
