/** What an arm's probabilities are worth: calibration with and without the prior of its training set, and the decision curve. */
import { brierInterval } from '../metrics/calibration.js'
import { calibrationGroups } from '../metrics/calibration-curve.js'
import { decisionCurve } from '../metrics/decision-curve.js'
import { priorShift, shiftProbabilities } from '../metrics/prior.js'
import { recalibration } from '../metrics/recalibration.js'
import type { CalibrationFit, CalibrationResult, DecisionResult } from '../record/clinical-result.js'
import { finite, finiteInterval } from './finite.js'
import type { ScoredFilms } from './set-scores.js'

/** Probabilities at which the recalibration line is kept: closer together at the ends, where a logit's line bends. */
const linePoints = [
  0.005,
  0.01,
  0.02,
  0.03,
  ...Array.from({ length: 19 }, (_, i) => (i + 1) / 20),
  0.97,
  0.98,
  0.99,
  0.995,
]

/** Share of diseased in what an arm was trained on, and in the original training films. */
export interface Priors {
  readonly training: number
  readonly films: number
}

export function calibrationOf(set: ScoredFilms, { training, films }: Priors): CalibrationResult {
  const shift = priorShift({ training, population: films })
  return {
    prior: { training, films, shift },
    asTrained: calibrationFit(set),
    corrected: isShift(shift) ? calibrationFit({ ...set, scores: shiftProbabilities(set.scores, shift) }) : null,
  }
}

/** Equal shares of different totals differ in the last bits. */
function isShift(shift: number): boolean {
  return Math.abs(shift) > 1e-9
}

export function calibrationFit({ yTrue, scores, patients }: ScoredFilms): CalibrationFit {
  const { intercept, slope, observed } = recalibration(yTrue, scores, { patients })
  const { brier, scaled } = brierInterval(yTrue, scores, { patients })
  const [least, most] = [scores.reduce((a, b) => Math.min(a, b), 1), scores.reduce((a, b) => Math.max(a, b), 0)]
  const line = [least, ...linePoints.filter((p) => p > least && p < most), most]
    .map((p): [number, number, number, number] => {
      const { value, low, high } = observed(p)
      return [p, value, low, high]
    })
    .filter((point) => point.every(Number.isFinite))
  return {
    intercept: finiteInterval(intercept),
    slope: finiteInterval(slope),
    brier: finiteInterval(brier),
    scaledBrier: finiteInterval(scaled),
    groups: calibrationGroups(yTrue, scores, { patients }),
    line,
  }
}

/** With a named prevalence the probabilities are given its prior, else that of the films the arm's training came from. */
export function decisionOf(
  { yTrue, scores, patients }: ScoredFilms,
  { training, films }: Priors,
  prevalence: number | null,
): DecisionResult | undefined {
  const shift = priorShift({ training, population: prevalence ?? films })
  const probabilities = isShift(shift) ? shiftProbabilities(scores, shift) : scores
  const points = decisionCurve(yTrue, probabilities, { patients, prevalence: prevalence ?? undefined })
  if (points.length === 0) return undefined
  return {
    prevalence: prevalence ?? yTrue.reduce((sum, label) => sum + label, 0) / yTrue.length,
    prevalenceFrom: prevalence === null ? 'films' : 'configuration',
    scores: isShift(shift) ? 'prior corrected' : 'as trained',
    points: points.map((point) => ({ ...point, low: finite(point.low), high: finite(point.high) })),
  }
}
