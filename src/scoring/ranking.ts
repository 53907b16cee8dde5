/**
 * How well scores rank cases, whatever the number of classes: the AUC of one score (two classes), or the macro AUC of one
 * score per class. Scores are flat [N, outputs], case by case, as heads give them.
 */
import { elementAt } from '../base/element-at.js'
import { probabilities } from '../head/probability.js'
import { type PatientInfluence, patientInfluence } from '../metrics/influence.js'
import { macroAuc, macroAucInfluence } from '../metrics/macro-auc.js'
import { auc } from '../metrics/roc.js'

/** The score vector of each output. */
export function columnsOf(flat: ArrayLike<number>, outputs: number): number[][] {
  const cases = flat.length / outputs
  return Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: cases }, (_case, i) => elementAt(flat, i * outputs + output)),
  )
}

/** AUC of logits; of more than two classes the macro AUC of their probabilities (logits of two cases can't be compared). */
export function rankingScore(labels: ArrayLike<number>, logits: ArrayLike<number>, outputs: number): number {
  if (outputs === 1) return auc(labels, logits)
  return macroAuc(labels, columnsOf(probabilities(logits, outputs), outputs))
}

/** The same for every repeat, and how much each patient moves their mean. */
export function rankingInfluence(
  labels: ArrayLike<number>,
  logits: readonly ArrayLike<number>[],
  patients: readonly string[],
  outputs: number,
): PatientInfluence {
  if (outputs === 1) return patientInfluence(labels, logits, patients)
  const repeats = logits.map((ofRepeat) => columnsOf(probabilities(ofRepeat, outputs), outputs))
  return macroAucInfluence(labels, repeats, patients)
}
