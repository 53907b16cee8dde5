/**
 * What a clinic asks of a classifier beyond its ranking, as result.json keeps it for every arm: cutoffs chosen on tuning
 * films, calibration, the decision curve, and figures by patient. For two classes; absent with more.
 */
import { z } from 'zod'
import { confusion, count, interval, maybe } from './figure.js'

const range = z.object({ low: maybe, high: maybe })

/** Measures of an arm on one set at one cutoff. */
export const cutoffEvaluation = z.object({
  confusion,
  accuracy: interval,
  sensitivity: interval,
  specificity: interval,
  ppv: interval,
  npv: interval,
  f1: maybe,
  /** How far the two move on this set as the cutoff moves within its limits. */
  overCutoff: z.object({ sensitivity: range, specificity: range }).optional(),
  /** PPV and NPV at the prevalence that the configuration names. */
  atPrevalence: z.object({ prevalence: z.number(), ppv: interval, npv: interval }).optional(),
})

const chosenCutoff = z.object({
  /** fixed: 0.5; youden: the largest sensitivity + specificity; sensitivity: the highest that reaches `wanted`. */
  rule: z.enum(['fixed', 'youden', 'sensitivity']),
  wanted: maybe,
  /** Probability as trained (the column `score` of scores/*.csv) from which a film is called positive. */
  value: maybe,
  /** Limits within which the choice falls when tuning patients are drawn again; null where nothing was chosen. */
  low: maybe,
  high: maybe,
  /** Tuning or out-of-fold films it was chosen on; 0 for the fixed one. */
  cases: count,
  /** On the films that chose it: too good, no performance. */
  onTuning: z.object({ sensitivity: maybe, specificity: maybe }).optional(),
  reason: z.string().optional(),
  evaluations: z.record(z.string(), cutoffEvaluation),
})

const fit = z.object({
  /** Calibration in the large, the slope held at 1; 0 is right, above 0 the probabilities are too low. */
  intercept: interval,
  /** 1 is right, below 1 the probabilities are too extreme. */
  slope: interval,
  brier: interval,
  /** 1 less the Brier score over that of the prevalence alone. */
  scaledBrier: interval,
  groups: z.array(
    z.object({ n: count, predicted: z.number(), observed: z.number(), low: z.number(), high: z.number() }),
  ),
  /** Logistic recalibration with its band: [probability, observed, low, high]. */
  line: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
})

const calibration = z.object({
  /** Share of diseased cases in the arm's training set, that in the original training films, and what it does to a logit. */
  prior: z.object({ training: z.number(), films: z.number(), shift: z.number() }),
  asTrained: fit,
  /** With the prior of the original training films; null where it is that of the training set. */
  corrected: fit.nullable(),
})

const decision = z.object({
  prevalence: z.number(),
  prevalenceFrom: z.enum(['films', 'configuration']),
  /** Whether the probabilities were given the prior of that population. */
  scores: z.enum(['as trained', 'prior corrected']),
  points: z.array(z.object({ threshold: z.number(), model: z.number(), low: maybe, high: maybe, all: z.number() })),
})

const byPatient = z.object({
  rule: z.enum(['max', 'mean']),
  n: count,
  positives: count,
  /** Patients with films of both classes; they count as diseased. */
  ofBothClasses: count,
  auc: interval,
  cutoff: z.number(),
  sensitivity: interval,
  specificity: interval,
})

/** Fields of an arm; absent with more than two classes, and in results of before. */
export const clinicalOfArm = {
  cutoffs: z.array(chosenCutoff).optional(),
  calibration: z.record(z.string(), calibration).optional(),
  decision: z.record(z.string(), decision).optional(),
  byPatient: z.record(z.string(), byPatient).optional(),
}

/** Sensitivity and specificity of two arms on the same films, each at its own cutoff of one rule. */
export const accuracyComparison = z.object({
  set: z.string(),
  rule: z.enum(['fixed', 'youden', 'sensitivity']),
  measure: z.enum(['sensitivity', 'specificity']),
  a: z.string(),
  b: z.string(),
  difference: maybe,
  low: maybe,
  high: maybe,
  p: maybe,
  pHolm: maybe,
  method: z.string(),
  reason: z.string().optional(),
})

export type CutoffEvaluation = z.infer<typeof cutoffEvaluation>
export type CutoffResult = z.infer<typeof chosenCutoff>
export type CalibrationFit = z.infer<typeof fit>
export type CalibrationResult = z.infer<typeof calibration>
export type DecisionResult = z.infer<typeof decision>
export type ByPatientResult = z.infer<typeof byPatient>
export type AccuracyComparison = z.infer<typeof accuracyComparison>
