/**
 * How well scores separate more than two classes. There is one score per class and case, the larger the more likely.
 * - One class against the rest: an AUC per class, and their plain mean, the macro AUC (scikit-learn's
 *   `roc_auc_score(multi_class='ovr', average='macro')`).
 * - Hand and Till's M (2001, Machine Learning 45:171): the mean over pairs of classes of the two AUCs that the scores of
 *   either give on the cases of both (scikit-learn's 'ovo', pROC's `multiclass.roc` of a matrix). Shares of classes do
 *   not move it.
 *
 * Both are means of AUCs, so their influence values are the same means of the AUCs' own (`influence.ts`).
 * A class that no case has, or that all have, is left out of the mean.
 */
import { UserError } from '../base/errors.js'
import { type PatientInfluence, patientInfluence } from './influence.js'
import { auc } from './roc.js'

/** Scores by class: one vector for each, as long as the labels. */
export type ClassScores = readonly ArrayLike<number>[]

/** A figure and how much each patient moves it, in the order of the patients' first cases. */
interface Influenced {
  readonly value: number
  readonly u: Float64Array
}

/** 1 for cases of the class, 0 for the rest. */
export function oneAgainstRest(yTrue: ArrayLike<number>, classIndex: number): number[] {
  return Array.from(yTrue, (label) => (label === classIndex ? 1 : 0))
}

/** AUC of each class against the rest; NaN for a class that no case has, or that all have. `yTrue`: class indices. */
export function classAucs(yTrue: ArrayLike<number>, scores: ClassScores): number[] {
  requireClasses(yTrue, scores)
  return scores.map((score, c) => auc(oneAgainstRest(yTrue, c), score))
}

/** Mean of the classes' AUCs, each against the rest; NaN with cases of one class only. `yTrue`: class indices. */
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
  const u = Float64Array.from(names, (_, p) => mean(classes.map((one) => one.u[p])))
  return { theta, mean: mean(theta), u, patients: names }
}

/** Hand and Till's M, 0..1; NaN with cases of one class only. `yTrue`: class indices. */
export function handTill(yTrue: ArrayLike<number>, scores: ClassScores): number {
  return handTillInfluence(yTrue, scores).value
}

/** The same with how much each patient moves it. `patients`: of every case; without, each case is its own. */
export function handTillInfluence(
  yTrue: ArrayLike<number>,
  scores: ClassScores,
  patients: readonly string[] = Array.from(yTrue, (_, i) => String(i)),
): Influenced {
  requireClasses(yTrue, scores)
  const position = new Map([...new Set(patients)].map((name, p) => [name, p]))
  const u = new Float64Array(position.size)
  const aucs: number[] = []
  for (let i = 0; i < scores.length; i++) {
    for (let j = 0; j < scores.length; j++) {
      const rows = Array.from(yTrue, (label, row) => (label === i || label === j ? row : -1)).filter((row) => row >= 0)
      const labels = rows.map((row) => (yTrue[row] === i ? 1 : 0))
      if (i === j || !labels.includes(1) || !labels.includes(0)) continue
      const own = rows.map((row) => patients[row])
      const { mean: value, ...one } = patientInfluence(labels, [rows.map((row) => scores[i][row])], own)
      aucs.push(value)
      one.patients.forEach((name, p) => {
        u[position.get(name) as number] += one.u[p]
      })
    }
  }
  return { value: mean(aucs), u: u.map((value) => value / aucs.length) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function requireClasses(yTrue: ArrayLike<number>, scores: ClassScores): void {
  if (scores.length < 2) throw new UserError(`scores of ${scores.length} class(es); one vector for each of two or more`)
  for (let i = 0; i < yTrue.length; i++) {
    const label = yTrue[i]
    if (!Number.isInteger(label) || label < 0 || label >= scores.length)
      throw new UserError(
        `the label of case ${i + 1} is ${label}; with ${scores.length} classes it is 0 to ${scores.length - 1}`,
      )
  }
}
