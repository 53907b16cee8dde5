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

/** How well scores rank, and who moves that. */
export type RankingInfluence = Pick<PatientInfluence, 'theta' | 'u' | 'patients'>

/** The same for every repeat, and how much each patient moves their mean. */
export function rankingInfluence(
  labels: ArrayLike<number>,
  logits: readonly ArrayLike<number>[],
  patients: readonly string[],
  outputs: number,
): RankingInfluence {
  if (outputs === 1) return patientInfluence(labels, logits, patients)
  const repeats = logits.map((ofRepeat) => columnsOf(probabilities(ofRepeat, outputs), outputs))
  return macroAucInfluence(labels, repeats, patients)
}

/** Cases that the models of several folds have scored. */
export interface FoldedCases {
  readonly labels: readonly number[]
  readonly outputs: number
  /** Of every case. */
  readonly folds: readonly number[]
}

/**
 * The same where models of several folds have scored the cases: these have no common scale, so that cases are compared within a
 * fold alone; the mean over the folds, without those of one class (as `crossValidatedAuc` in `metrics/`).
 */
export function foldedRankingScore({ labels, outputs, folds }: FoldedCases, logits: ArrayLike<number>): number {
  return mean(
    casesByFold(folds)
      .map((cases) => rankingScore(among(labels, cases), logitsAmong(logits, outputs, cases), outputs))
      .filter((score) => !Number.isNaN(score)),
  )
}

/** That score of every repeat, and how much each patient moves their mean. */
export function foldedRankingInfluence(
  { labels, outputs, folds, patients }: FoldedCases & { readonly patients: readonly string[] },
  repeats: readonly ArrayLike<number>[],
): RankingInfluence {
  const names = [...new Set(patients)]
  const position = new Map(names.map((name, at) => [name, at]))
  const scored = casesByFold(folds)
    .map((cases) => {
      const logits = repeats.map((ofRepeat) => logitsAmong(ofRepeat, outputs, cases))
      return rankingInfluence(among(labels, cases), logits, among(patients, cases), outputs)
    })
    .filter(({ theta }) => !theta.some(Number.isNaN))
  const u = new Float64Array(names.length)
  for (const fold of scored) {
    for (const [p, patient] of fold.patients.entries()) {
      const at = position.get(patient) as number
      u[at] = elementAt(u, at) + elementAt(fold.u, p) / scored.length
    }
  }
  return { theta: repeats.map((_, r) => mean(scored.map(({ theta }) => elementAt(theta, r)))), u, patients: names }
}

/** Places of the cases of each fold. */
function casesByFold(folds: readonly number[]): number[][] {
  return [...new Set(folds)].map((fold) => folds.flatMap((other, at) => (other === fold ? [at] : [])))
}

function among<T>(values: readonly T[], places: readonly number[]): T[] {
  return places.map((at) => elementAt(values, at))
}

function logitsAmong(flat: ArrayLike<number>, outputs: number, places: readonly number[]): number[] {
  return places.flatMap((at) => Array.from({ length: outputs }, (_, output) => elementAt(flat, at * outputs + output)))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
