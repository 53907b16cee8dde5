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
 * The same for any number of classes: what is added to each class's logit, of which the softmax makes probabilities. Of two
 * classes with one logit, the difference of theirs.
 *
 * @param training films of each class in the training set
 * @param population films of each class in the population meant
 * @returns ln(share in the population / share in the training set) of each class
 * @throws `UserError` where a class has no film
 */
export function classPriorShifts(training: readonly number[], population: readonly number[]): number[] {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const [ofTraining, ofPopulation] = [sum(training), sum(population)]
  return training.map((count, c) => {
    if (!(count > 0 && population[c] > 0))
      throw new UserError(`class ${c + 1} has no film, and so no prior; give films of every class`)
    return Math.log(population[c] / ofPopulation) - Math.log(count / ofTraining)
  })
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
