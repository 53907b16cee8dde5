/**
 * Decision curve (Vickers and Elkin 2006): what a classifier is worth to someone who would act from a probability of t on,
 * that is, who takes t/(1 - t) as the harm of a needless action against the good of a needed one.
 * Net benefit = prevalence x sensitivity - (1 - prevalence) x (1 - specificity) x t/(1 - t), in needed actions per case.
 */
import { UserError } from '../base/errors.js'
import { meanLimits } from './calibration.js'
import { requireProbabilities } from './cases.js'

export interface DecisionPoint {
  /** Probability from which one acts. */
  readonly threshold: number
  /** Net benefit of acting on the classifier, with pointwise 95 % limits (t over patients). */
  readonly model: number
  readonly low: number
  readonly high: number
  /** Net benefit of acting on everybody; that of acting on nobody is 0. */
  readonly all: number
}

/** Thresholds of the curve where none are given: 0.02 to 0.98. */
const decisionThresholds: readonly number[] = Array.from({ length: 49 }, (_, i) => (i + 1) / 50)

/**
 * Net benefit at each threshold. Empty where a class is missing.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy
 * @param yScore probability of disease of every case, 0..1
 * @param options.prevalence share of diseased in the population meant; default that of these cases. Probabilities
 *   must be those of that population (`shiftProbabilities`)
 * @param options.thresholds probabilities from which one acts; default 0.02, 0.04 to 0.98
 * @param options.patients patient of every case; where one has several, variances are clustered by patient. Default:
 *   each case is another patient
 * @returns a point per threshold; net benefit in needed actions per case
 * @throws `UserError` for thresholds or a prevalence not between 0 and 1
 * @source Vickers and Elkin, Medical Decision Making 2006, 26:565
 */
export function decisionCurve(
  yTrue: ArrayLike<number>,
  yScore: ArrayLike<number>,
  {
    patients,
    prevalence,
    thresholds = decisionThresholds,
  }: { patients?: readonly string[]; prevalence?: number; thresholds?: readonly number[] } = {},
): DecisionPoint[] {
  requireProbabilities(yTrue, yScore, patients)
  for (const share of [...thresholds, ...(prevalence === undefined ? [] : [prevalence])]) {
    if (!(share > 0 && share < 1))
      throw new UserError(`thresholds and prevalences lie between 0 and 1, not at ${share}`)
  }
  const labels = Array.from(yTrue)
  const n = labels.length
  const m = labels.filter((label) => label === 1).length
  if (m === 0 || m === n) return []
  const share = prevalence ?? m / n
  return thresholds.map((threshold) => {
    const harm = threshold / (1 - threshold)
    const called = labels.map((_, i): number => (yScore[i] >= threshold ? 1 : 0))
    const rate = (label: number, of: number) =>
      called.reduce((sum, call, i) => sum + (labels[i] === label ? call : 0), 0) / of
    const [sensitivity, falsePositives] = [rate(1, m), rate(0, n - m)]
    const model = share * sensitivity - (1 - share) * harm * falsePositives
    // A named prevalence is known; the cases' own varies with them.
    const influence = labels.map((label, i) =>
      prevalence === undefined
        ? (called[i] * (label === 1 ? 1 : -harm) - model) / n
        : label === 1
          ? (share * (called[i] - sensitivity)) / m
          : (-(1 - share) * harm * (called[i] - falsePositives)) / (n - m),
    )
    const { low, high } = meanLimits(model, influence, patients, [Number.NEGATIVE_INFINITY, share])
    return { threshold, model, low, high, all: share - (1 - share) * harm }
  })
}
