/** What every function of labels and scores asks of its arguments. */
import { UserError } from '../base/errors.js'

/**
 * Throws a `UserError` unless there is one label (0 healthy, 1 diseased), one score (a number, not NaN) and, where given,
 * one patient for every case.
 */
export function requireCases(yTrue: ArrayLike<number>, yScore: ArrayLike<number>, patients?: ArrayLike<string>): void {
  if (yScore.length !== yTrue.length)
    throw new UserError(`${yTrue.length} labels but ${yScore.length} scores; give one score for each case`)
  if (patients && patients.length !== yTrue.length)
    throw new UserError(`${yTrue.length} labels but ${patients.length} patients; name one patient for each case`)
  for (let i = 0; i < yTrue.length; i++) {
    if (yTrue[i] !== 0 && yTrue[i] !== 1)
      throw new UserError(`the label of case ${i + 1} is ${yTrue[i]}; labels are 1 (diseased) or 0 (healthy)`)
    if (Number.isNaN(yScore[i])) throw new UserError(`the score of case ${i + 1} is not a number; score every case`)
  }
}

/** The same, and a `UserError` for a score outside 0..1. */
export function requireProbabilities(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  patients?: ArrayLike<string>,
): void {
  requireCases(yTrue, yScore, patients)
  for (let i = 0; i < yScore.length; i++) {
    if (yScore[i] < 0 || yScore[i] > 1)
      throw new UserError(`the score of case ${i + 1} is ${yScore[i]}; probabilities from 0 to 1 were expected`)
  }
}
