/**
 * From the scores of an arm to what a clinic asks of it: cutoffs chosen on tuning films and what they do on test films,
 * calibration with and without the prior of its training set, the decision curve, figures by patient.
 */
import type { Rng } from '../../base/random.js'
import { aucInterval } from '../../metrics/auc-interval.js'
import { brierInterval, type WithLimits } from '../../metrics/calibration.js'
import { calibrationGroups } from '../../metrics/calibration-curve.js'
import { confusionAt, measures } from '../../metrics/confusion.js'
import { type CutoffRule, chooseCutoff, cutoffLimits } from '../../metrics/cutoff.js'
import { decisionCurve } from '../../metrics/decision-curve.js'
import { patientLevel } from '../../metrics/patient-level.js'
import { predictiveValues } from '../../metrics/predictive-values.js'
import { priorShift, shiftProbabilities } from '../../metrics/prior.js'
import { proportionIntervals } from '../../metrics/proportion.js'
import { recalibration } from '../../metrics/recalibration.js'
import type {
  Bounded,
  ByPatientResult,
  CalibrationFit,
  CalibrationResult,
  CutoffEvaluation,
  CutoffResult,
  DecisionResult,
} from '../../record/clinical-result.js'
import { finite } from './finite.js'

/** Films with probabilities of the positive class. */
export interface ScoredFilms {
  /** 1 for the positive class. */
  readonly yTrue: readonly number[]
  readonly scores: readonly number[]
  readonly patients: readonly string[]
}

/** The cutoff that nobody chose. */
export const fixedCutoff = 0.5

/** Draws of tuning patients behind a cutoff's limits. */
const cutoffDraws = 999

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

/** Cutoffs of an arm, not yet on any test film. `tuning` null: none were left to choose on, for the reason given. */
export function chooseCutoffs(
  tuning: ScoredFilms | { reason: string },
  { sensitivity, rng }: { sensitivity: number | null; rng: Rng },
): Omit<CutoffResult, 'evaluations'>[] {
  const rules: CutoffRule[] = [{ rule: 'youden' }]
  if (sensitivity !== null) rules.push({ rule: 'sensitivity', wanted: sensitivity })
  const fixed = { rule: 'fixed', wanted: null, value: fixedCutoff, low: null, high: null, cases: 0 } as const
  return [fixed, ...rules.map((rule) => chosen(tuning, rule, rng.split(rule.rule)))]
}

function chosen(
  tuning: ScoredFilms | { reason: string },
  rule: CutoffRule,
  rng: Rng,
): Omit<CutoffResult, 'evaluations'> {
  const wanted = rule.rule === 'sensitivity' ? rule.wanted : null
  if ('reason' in tuning) {
    return { rule: rule.rule, wanted, value: null, low: null, high: null, cases: 0, reason: tuning.reason }
  }
  const { yTrue, scores, patients } = tuning
  const { value, sensitivity, specificity, reason } = chooseCutoff(yTrue, scores, rule)
  const { low, high } = cutoffLimits(yTrue, scores, rule, { patients, draws: cutoffDraws, rng })
  return {
    rule: rule.rule,
    wanted,
    value: finite(value),
    low: finite(low),
    high: finite(high),
    cases: yTrue.length,
    onTuning: { sensitivity: finite(sensitivity), specificity: finite(specificity) },
    ...(reason ? { reason } : {}),
  }
}

/** What a cutoff does on a set; as sensitivity falls and specificity rises with it, its limits bound what they can be. */
export function atCutoff(
  { yTrue, scores, patients }: ScoredFilms,
  cutoff: Pick<CutoffResult, 'value' | 'low' | 'high'>,
  prevalence: number | null,
): CutoffEvaluation | undefined {
  const { value, low, high } = cutoff
  if (value === null) return undefined
  const at = (other: number) => measures(confusionAt(yTrue, scores, other))
  const confusion = confusionAt(yTrue, scores, value)
  return {
    confusion,
    ...proportionIntervals(yTrue, scores, value, patients),
    f1: finite(measures(confusion).f1),
    ...(low !== null && high !== null
      ? {
          overCutoff: {
            sensitivity: { low: finite(at(high).sensitivity), high: finite(at(low).sensitivity) },
            specificity: { low: finite(at(low).specificity), high: finite(at(high).specificity) },
          },
        }
      : {}),
    ...(prevalence !== null
      ? { atPrevalence: { prevalence, ...predictiveValues(yTrue, scores, { cutoff: value, prevalence, patients }) } }
      : {}),
  }
}

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
    intercept: kept(intercept),
    slope: kept(slope),
    brier: kept(brier),
    scaledBrier: kept(scaled),
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

/** Figures by patient; undefined where each has one film. */
export function byPatientOf(
  { yTrue, scores, patients }: ScoredFilms,
  cutoff = fixedCutoff,
): ByPatientResult | undefined {
  const cases = patientLevel(yTrue, scores, patients)
  if (cases.patients.length === patients.length) return undefined
  const { sensitivity, specificity } = proportionIntervals(cases.yTrue, cases.yScore, cutoff, cases.patients)
  return {
    rule: 'max',
    n: cases.patients.length,
    positives: cases.yTrue.filter((label) => label === 1).length,
    ofBothClasses: cases.ofBothClasses,
    auc: kept(aucInterval(cases.yTrue, cases.yScore)),
    cutoff,
    sensitivity,
    specificity,
  }
}

function kept({ value, low, high, method, reason }: WithLimits): Bounded {
  return { value: finite(value), low: finite(low), high: finite(high), method, ...(reason ? { reason } : {}) }
}
