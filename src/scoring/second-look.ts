/** A verdict that stands is looked at once more, on films that came later: the chosen arm against each comparator there. */
import { chosenArm } from '../record/arm.js'
import type { ExternalSet } from '../record/external-set.js'
import { finite } from './finite.js'
import { setDifference, setDifferenceLimits } from './set-auc.js'
import type { SetScores } from './set-scores.js'

/**
 * Differences in AUC, the upper limits at 1 - 0.025 / (comparators x sets): as strict as the verdict on its external sets.
 * @param sets how many sets of other hospitals the run has met, this one included
 */
export function secondLook(scores: SetScores, comparators: readonly string[], sets: number): ExternalSet['secondLook'] {
  const tails = { lowTail: 0.025, highTail: 0.025 / comparators.length / sets }
  return comparators.map((comparator) => ({
    comparator,
    difference: finite(setDifference(scores, chosenArm, comparator).difference),
    high: finite(setDifferenceLimits(scores, chosenArm, comparator, tails).high),
  }))
}
