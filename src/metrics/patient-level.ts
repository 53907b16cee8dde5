/**
 * From images to patients. A patient counts as diseased where any of its images does, and is called so where any of them is,
 * that is, by the highest score: the question at a visit is whether the disease is there at all. So a patient with images of
 * both classes is a diseased one. `mean` fits several images of one and the same finding; more images then don't raise the
 * score by themselves.
 */
import { requireCases } from './cases.js'

export interface PatientCases {
  readonly patients: readonly string[]
  readonly yTrue: readonly number[]
  readonly yScore: readonly number[]
  /** Patients with images of both classes; they count as diseased. */
  readonly ofBothClasses: number
}

/**
 * One case a patient, in order of appearance.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore score of every case, larger means more likely diseased
 * @param patients patient of every image
 * @param rule the highest score of a patient's images (default), or their mean
 * @returns labels, scores and names of the patients
 * @throws `UserError` where a label is neither 0 nor 1, a score is not a number, or lengths differ
 */
export function patientLevel(
  yTrue: readonly number[],
  yScore: readonly number[],
  patients: readonly string[],
  rule: 'max' | 'mean' = 'max',
): PatientCases {
  requireCases(yTrue, yScore, patients)
  const cases = new Map<string, number[]>()
  patients.forEach((patient, i) => {
    cases.set(patient, [...(cases.get(patient) ?? []), i])
  })
  const own = [...cases.values()]
  const score = (positions: readonly number[]) => {
    const scores = positions.map((i) => yScore[i])
    return rule === 'max' ? Math.max(...scores) : scores.reduce((a, b) => a + b, 0) / scores.length
  }
  return {
    patients: [...cases.keys()],
    yTrue: own.map((positions) => (positions.some((i) => yTrue[i] === 1) ? 1 : 0)),
    yScore: own.map(score),
    ofBothClasses: own.filter((positions) => new Set(positions.map((i) => yTrue[i])).size > 1).length,
  }
}
