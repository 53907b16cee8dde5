/**
 * The AUC over the folds of a cross-validation: cases are compared within their fold only, since scores of different
 * models have no common scale (offsets of half a standard deviation turn 0.90 into 0.88 when folds are pooled).
 * The mean over folds, with each patient's influence (LeDell, Petersen, van der Laan 2015, `cvAUC`).
 */
import { type Estimate, meanEstimate } from './estimate.js'
import { patientInfluence } from './influence.js'

/** Test cases of one fold, scored by the model that never saw them. */
export interface ScoredFold {
  /** 1 diseased, 0 healthy. */
  readonly yTrue: readonly number[]
  readonly scores: readonly number[]
  readonly patients: readonly string[]
}

/**
 * The mean AUC within folds; a fold with one class only has none and is left out. Influence values are in the order of
 * `patients`, by default that of their first case. One fold: the AUC of one test set.
 *
 * @param folds test cases of each fold
 * @param patients order of the influence values
 * @returns the mean AUC with each patient's influence, for `estimateInterval` and `estimateDifference`
 * @source LeDell, Petersen, van der Laan, Electronic Journal of Statistics 2015, 9:1583
 */
export function crossValidatedAuc(
  folds: readonly ScoredFold[],
  patients: readonly string[] = [...new Set(folds.flatMap((fold) => fold.patients))],
): Estimate {
  const position = new Map(patients.map((patient, i) => [patient, i]))
  const u = new Float64Array(patients.length)
  const share = new Float64Array(patients.length)
  const own = folds.map((fold) => patientInfluence(fold.yTrue, [fold.scores], fold.patients))
  const scored = own.filter(({ mean }) => !Number.isNaN(mean))
  for (const influence of scored) {
    influence.patients.forEach((patient, p) => {
      const at = position.get(patient) as number
      u[at] += influence.u[p] / scored.length
      share[at] += influence.share[p] / scored.length
    })
  }
  const withLabel = (label: number) =>
    new Set(folds.flatMap((fold) => fold.patients.filter((_, i) => fold.yTrue[i] === label))).size
  return {
    value: scored.reduce((sum, { mean }) => sum + mean, 0) / scored.length,
    u,
    share,
    patientsPerClass: [withLabel(1), withLabel(0)],
    repeated:
      folds.reduce((sum, fold) => sum + fold.patients.length, 0) > new Set(folds.flatMap((f) => f.patients)).size,
  }
}

/**
 * The same over several cross-validations of the same patients, each with other folds: averaged before any variance.
 *
 * @param times the folds of each cross-validation, over the same patients
 * @returns the mean over `times`, with influence values
 */
export function repeatedCrossValidatedAuc(times: readonly (readonly ScoredFold[])[]): Estimate {
  const patients = [...new Set(times[0].flatMap((fold) => fold.patients))]
  return meanEstimate(times.map((folds) => crossValidatedAuc(folds, patients)))
}
