/**
 * Numbers in, numbers out: how well scores separate two classes, how sure one can be, and whether one set of scores beats
 * another. Arguments are in the field's order (yTrue, yScore); yTrue is 1 for diseased and 0 for healthy, a larger score
 * means more likely diseased.
 *
 * ```ts run
 * import { aucInterval, delongTest } from 'kopt/metrics'
 * const yTrue = [1, 1, 1, 1, 0, 0, 0, 0]
 * const scores = [0.9, 0.8, 0.7, 0.4, 0.6, 0.3, 0.2, 0.1]
 * const { value, low, high } = aucInterval(yTrue, scores)
 * console.log(`${value} (${low.toFixed(3)} to ${high.toFixed(3)})`)
 * const { difference, p } = delongTest(yTrue, scores, [0.6, 0.9, 0.3, 0.5, 0.7, 0.2, 0.4, 0.1])
 * console.log(`${difference.toFixed(4)}, p ${p.toFixed(2)}`)
 * ```
 *
 * ```text
 * 0.9375 (0.438 to 0.997)
 * 0.1875, p 0.38
 * ```
 */
export {
  type AucDifference,
  casesToDecide,
  delongTest,
  differenceLimits,
  unpairedDelongTest,
} from './auc-difference.js'
export { type AucInterval, aucInterval } from './auc-interval.js'
export { type Copies, type CopyEvidence, type CopyOptions, copyEvidence } from './authenticity.js'
export { brier, brierInterval, type WithLimits } from './calibration.js'
export { type CalibrationGroup, calibrationGroups } from './calibration-curve.js'
export { type BootstrapInterval, clusterBootstrap } from './cluster-bootstrap.js'
export { type Confusion, confusionAt, type Measures, measures } from './confusion.js'
export { classMeasures, confusionMatrix, mostProbable, multiClassBrier } from './confusion-matrix.js'
export { crossValidatedAuc, repeatedCrossValidatedAuc, type ScoredFold } from './cross-validated-auc.js'
export { type ChosenCutoff, type CutoffRule, chooseCutoff, cutoffLimits } from './cutoff.js'
export { type DecisionPoint, decisionCurve } from './decision-curve.js'
export {
  type Estimate,
  type EstimateDifference,
  type EstimateInterval,
  estimateCasesToDecide,
  estimateDifference,
  estimateInterval,
  meanEstimate,
  type PatientEstimate,
} from './estimate.js'
export { fid, fidOfHalves } from './fid.js'
export { holm } from './holm.js'
export { type PatientInfluence, patientInfluence } from './influence.js'
export { cohensKappa, type Kappa } from './kappa.js'
export { type KernelDistance, kid } from './kid.js'
export { type ClassScores, classAucs, macroAuc } from './macro-auc.js'
export { type MsSsimForm, msSsim, msSsimName } from './ms-ssim.js'
export { handTill, handTillEstimate, macroAucEstimate, type ScoredClasses } from './multi-class.js'
export { type PairedDifference, pairedAccuracy, pairedDifference } from './paired-proportions.js'
export { type PatientCases, patientLevel } from './patient-level.js'
export { type Placements, placements } from './placements.js'
export { type Manifolds, precisionRecall } from './precision-recall.js'
export { predictiveValues } from './predictive-values.js'
export { priorShift, shiftProbabilities } from './prior.js'
export { designEffect, type Proportion, proportionIntervals, wilson } from './proportion.js'
export type { Reason } from './reason.js'
export { type Recalibration, recalibration } from './recalibration.js'
export { auc, type RocPoint, rocCurve } from './roc.js'
export {
  type Against,
  decideVerdict,
  type MoreCases,
  type VerdictCase,
  type VerdictComparator,
  type VerdictInput,
  type VerdictOutcome,
} from './verdict.js'
