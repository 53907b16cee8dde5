/**
 * Correction of the prior (Saerens, Latinne and Decaestecker 2002; King and Zeng 2001). A classifier trained on a share of
 * diseased cases that the population does not have gives probabilities for its training set. Their odds, times the
 * population's odds over the training set's, are those of the population. Ranks, and so the AUC, stay.
 */
import { UserError } from '../base/errors.js'

/**
 * Natural logarithm of the factor on the odds.
 *
 * @param shares `training`: share of diseased cases in the training set; `population`: in the population meant
 * @returns `ln(population odds / training odds)`
 * @throws `UserError` for shares that are not between 0 and 1
 * @source Saerens, Latinne, Decaestecker 2002; King and Zeng 2001
 */
export function priorShift({ training, population }: { training: number; population: number }): number {
  for (const share of [training, population]) {
    if (!(share > 0 && share < 1))
      throw new UserError(`a share of diseased cases lies between 0 and 1, not at ${share}`)
  }
  return Math.log(population / (1 - population)) - Math.log(training / (1 - training))
}

/**
 * Probabilities with their odds multiplied by exp(shift).
 *
 * @param probabilities 0..1
 * @param shift what `priorShift` gives
 * @returns probabilities of the population, in the same order
 */
export function shiftProbabilities(probabilities: readonly number[], shift: number): number[] {
  const factor = Math.exp(shift)
  return probabilities.map((p) => (p === 1 ? 1 : (factor * p) / (1 - p + factor * p)))
}
