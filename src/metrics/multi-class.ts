/**
 * How well scores separate more than two classes. There is one score per class and case, the larger the more likely.
 * - One class against the rest: an AUC per class, and their plain mean, the macro AUC (scikit-learn's
 *   `roc_auc_score(multi_class='ovr', average='macro')`).
 * - Hand and Till's M (2001, Machine Learning 45:171): the mean over pairs of classes of the two AUCs that the scores of
 *   either give on the cases of both (scikit-learn's 'ovo', pROC's `multiclass.roc` of a matrix). Shares of classes do
 *   not move it.
 *
 * Both are means of AUCs, so their influence values are the same means of the AUCs' own, and limits, differences and the
 * verdict follow from these (`estimate.ts`). A class that no case has, or that all have, is left out of the mean.
 */
import { crossValidatedAuc, type ScoredFold } from './cross-validated-auc.js'
import { type Estimate, meanEstimate } from './estimate.js'
import { type ClassScores, oneAgainstRest, requireClasses } from './macro-auc.js'

/** Cases scored by one model that never saw them: a test set, or one fold of a cross-validation. */
export interface ScoredClasses {
  /** Class indices. */
  readonly yTrue: readonly number[]
  readonly scores: ClassScores
  readonly patients: readonly string[]
}

/**
 * The macro AUC as an estimate: the mean of the classes' own. Several folds: cases are compared within their fold only
 * (`crossValidatedAuc`). Influence values are in the order of `patients`, by default that of their first case.
 *
 * @param folds scored test cases of each fold; one fold for a single test set
 * @param patients order of the influence values; default that of their first case
 * @returns the macro AUC with influence values
 * @throws `UserError` for scores of one class, or a label that is no index of a class
 */
export function macroAucEstimate(folds: readonly ScoredClasses[], patients?: readonly string[]): Estimate {
  for (const { yTrue, scores } of folds) requireClasses(yTrue, scores)
  const classes = folds[0].scores.map((_, c) =>
    crossValidatedAuc(
      folds.map((fold) => ({
        yTrue: oneAgainstRest(fold.yTrue, c),
        scores: Array.from(fold.scores[c]),
        patients: fold.patients,
      })),
      patients,
    ),
  )
  const known = classes.filter(({ value }) => !Number.isNaN(value))
  if (known.length === 0) return classes[0]
  return { ...meanEstimate(known), patientsPerClass: known.map(({ patientsPerClass: [withClass] }) => withClass) }
}

/**
 * Hand and Till's M, 0..1; NaN with cases of one class only. `yTrue`: class indices.
 *
 * @param yTrue class index of every case
 * @param scores one score vector per class
 * @returns M, 0..1
 * @source Hand and Till, Machine Learning 2001, 45:171
 * @throws `UserError` for scores of one class, or a label that is no index of a class
 */
export function handTill(yTrue: readonly number[], scores: ClassScores): number {
  return handTillEstimate([{ yTrue, scores, patients: yTrue.map((_, i) => String(i)) }]).value
}

/**
 * The same as an estimate; folds and patients as for the macro AUC.
 *
 * @param folds scored test cases of each fold; one fold for a single test set
 * @param patients order of the influence values; default that of their first case
 * @returns M with influence values
 * @throws `UserError` for scores of one class, or a label that is no index of a class
 */
export function handTillEstimate(
  folds: readonly ScoredClasses[],
  patients: readonly string[] = [...new Set(folds.flatMap((fold) => fold.patients))],
): Estimate {
  for (const { yTrue, scores } of folds) requireClasses(yTrue, scores)
  const present = folds[0].scores.map((_, c) => c).filter((c) => folds.some(({ yTrue }) => yTrue.includes(c)))
  const pairs = present.flatMap((i) => present.filter((j) => j !== i).map((j) => [i, j] as const))
  const aucs = pairs.map(([i, j]) =>
    crossValidatedAuc(
      folds.map((fold) => pairOf(fold, i, j)),
      patients,
    ),
  )
  const known = aucs.filter(({ value }) => !Number.isNaN(value))
  const patientsOf = (c: number) =>
    new Set(folds.flatMap((fold) => fold.patients.filter((_, i) => fold.yTrue[i] === c)))
  const patientsPerClass = present.map((c) => patientsOf(c).size)
  const repeated = folds.reduce((sum, fold) => sum + fold.patients.length, 0) > patients.length
  if (known.length === 0) {
    const nothing = new Float64Array(patients.length)
    return { value: Number.NaN, u: nothing, share: nothing, patientsPerClass, repeated }
  }
  return { ...meanEstimate(known), patientsPerClass, repeated }
}

/** Cases of two classes alone, with the scores of the first. */
function pairOf({ yTrue, scores, patients }: ScoredClasses, first: number, second: number): ScoredFold {
  const rows = yTrue.flatMap((label, row) => (label === first || label === second ? [row] : []))
  return {
    yTrue: rows.map((row) => (yTrue[row] === first ? 1 : 0)),
    scores: rows.map((row) => scores[first][row]),
    patients: rows.map((row) => patients[row]),
  }
}
