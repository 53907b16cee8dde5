/**
 * One class against the rest where there are more than two: an AUC per class, and their plain mean, the macro AUC
 * (scikit-learn's `roc_auc_score(multi_class='ovr', average='macro')`). A class that no case has, or that all have, is left out
 * of the mean.
 */
import { UserError } from '../base/errors.js'
import { type PatientInfluence, patientInfluence } from './influence.js'
import { auc } from './roc.js'

/** Scores by class: one vector for each, as long as the labels. */
export type ClassScores = readonly ArrayLike<number>[]

/** 1 for cases of the class, 0 for the rest. */
export function oneAgainstRest(yTrue: ArrayLike<number>, classIndex: number): number[] {
  return Array.from(yTrue, (label) => (label === classIndex ? 1 : 0))
}

/**
 * AUC of each class against the rest; NaN for a class that no case has, or that all have. `yTrue`: class indices.
 *
 * @param yTrue class index of every case
 * @param scores one score vector per class
 * @returns an AUC per class, 0..1
 * @throws `UserError` for scores of one class, or a label that is no index of a class
 */
export function classAucs(yTrue: ArrayLike<number>, scores: ClassScores): number[] {
  requireClasses(yTrue, scores)
  return scores.map((score, c) => auc(oneAgainstRest(yTrue, c), score))
}

/**
 * Mean of the classes' AUCs, each against the rest; NaN with cases of one class only. `yTrue`: class indices.
 *
 * @param yTrue class index of every case
 * @param scores one score vector per class
 * @returns the mean, 0..1
 * @throws `UserError` for scores of one class, or a label that is no index of a class
 */
export function macroAuc(yTrue: ArrayLike<number>, scores: ClassScores): number {
  return mean(classAucs(yTrue, scores).filter((value) => !Number.isNaN(value)))
}

/**
 * The macro AUC of each repeat, their mean, and how much each patient moves that.
 * @param repeats scores of each repeat, all of the same cases
 * @param patients patient of every case
 */
export function macroAucInfluence(
  yTrue: ArrayLike<number>,
  repeats: readonly ClassScores[],
  patients: readonly string[],
): PatientInfluence {
  for (const scores of repeats) requireClasses(yTrue, scores)
  const classes = repeats[0].flatMap((_, c) => {
    const labels = oneAgainstRest(yTrue, c)
    if (!labels.includes(1) || !labels.includes(0)) return []
    return [
      patientInfluence(
        labels,
        repeats.map((scores) => scores[c]),
        patients,
      ),
    ]
  })
  const theta = repeats.map((_, r) => mean(classes.map((one) => one.theta[r])))
  const names = [...new Set(patients)]
  const ofPatients = (values: (one: PatientInfluence) => Float64Array) =>
    Float64Array.from(names, (_, p) => mean(classes.map((one) => values(one)[p])))
  return {
    theta,
    mean: mean(theta),
    u: ofPatients(({ u }) => u),
    share: ofPatients(({ share }) => share),
    patients: names,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Throws a `UserError` for scores of one class, or a label that is no index of a class. */
export function requireClasses(yTrue: ArrayLike<number>, scores: ClassScores): void {
  if (scores.length < 2)
    throw new UserError(`scores of ${scores.length} class; one vector for each of two or more classes is needed`)
  for (let i = 0; i < yTrue.length; i++) {
    const label = yTrue[i]
    if (!Number.isInteger(label) || label < 0 || label >= scores.length)
      throw new UserError(
        `the label of case ${i + 1} is ${label}; with ${scores.length} classes it is 0 to ${scores.length - 1}`,
      )
  }
}
