/** Statistics on scores from anywhere: what `kopt evaluate SCORES.csv` prints, as data. Arms are columns of scores. */

import { elementAt } from '../../base/element-at.js'
import { knownValue } from '../../base/own-value.js'
import { delongTest } from '../../metrics/auc-difference.js'
import { aucInterval } from '../../metrics/auc-interval.js'
import { repeatedPatients, unitsOf } from '../../metrics/by-patient.js'
import { decisionCurve } from '../../metrics/decision-curve.js'
import { estimateDifference, estimateInterval } from '../../metrics/estimate.js'
import { holm } from '../../metrics/holm.js'
import type { FoldName } from '../../record/result.js'
import { compareAtCutoffs } from '../../scoring/accuracy-comparisons.js'
import { calibrationFit } from '../../scoring/calibration.js'
import { atCutoff, byPatientOf } from '../../scoring/cutoffs.js'
import { estimateOf, type SetDifference } from '../../scoring/set-auc.js'
import type { ScoredFilms, SetScores } from '../../scoring/set-scores.js'
import { figureInWords, type InWords } from '../../words/reasons.js'

export interface ScoredRows {
  /** 1 for the positive class. */
  readonly yTrue: readonly number[]
  /** By column: score, score_b, ... */
  readonly scores: Readonly<Record<string, readonly number[]>>
  readonly patients?: readonly string[]
  /** Film of each row; over several times a film has a row for each. */
  readonly films?: readonly string[]
  /** Fold whose model scored each row; rows are compared within a fold alone. */
  readonly folds?: readonly FoldName[]
}

export interface EvaluationOptions {
  /** From where on a row is called positive; undefined: 0.5 where scores are probabilities, else none. */
  readonly cutoff?: number
  readonly prevalence?: number
}

export type ScoreEvaluation = ReturnType<typeof evaluateRows>

/** Names are a promise to scripts; more may be added. */
export function evaluateRows(rows: ScoredRows, options: EvaluationOptions = {}) {
  const columns = Object.keys(rows.scores)
  const counted = rowsOfFilms(rows)
  const { patients } = rows
  const several = repeatedPatients(patients && counted.map((row) => elementAt(patients, row)))
  const ranking = rows.folds ? withinFolds(rows, rows.folds) : pooled(rows, several)
  const aucs = Object.fromEntries(columns.map((column) => [column, ranking.auc(column)]))
  const auc = knownValue(aucs, 'score')
  const pairs = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => ({ a, b })))
  const tests = pairs.map(({ a, b }) => ranking.difference(a, b))
  const adjusted = holm(tests.map((test) => test.p))
  const cutoffs = Object.fromEntries(
    Object.entries(rows.scores).map(([column, scores]) => [column, cutoffFor(scores, options)]),
  )
  return {
    n: counted.length,
    auc,
    ...(columns.length > 1 ? { aucs } : {}),
    comparisons: pairs.map((pair, i) => ({ ...pair, ...elementAt(tests, i), pHolm: adjusted[i] })),
    ...(several ? { clustered: { patients: unitsOf(counted.length, several), ...auc } } : {}),
    ...(rows.folds ? { folds: new Set(rows.folds.map(({ fold, time }) => `${time} ${fold}`)).size } : {}),
    ...(counted.length < rows.yTrue.length ? { times: new Set(rows.folds?.map(({ time }) => time)).size } : {}),
    columns: Object.fromEntries(columns.map((column) => [column, ofColumn(rows, column, cutoffs[column], options)])),
    // Over folds no model has a cutoff.
    accuracyComparisons: rows.folds ? [] : compareAtCutoffs(rows, pairs, (column) => cutoffs[column]),
  }
}

type RowDifference = InWords<
  Pick<SetDifference, 'difference' | 'low' | 'high' | 'z' | 'p' | 'method'> & Partial<Pick<SetDifference, 'delong'>>
>

/**
 * Rows that count a film once. A cross-validation that was repeated scores every film once each time, a row for each;
 * whatever else has several rows of a film has them for a reason of its own.
 */
export function rowsOfFilms({ yTrue, folds, films }: ScoredRows): number[] {
  const all = yTrue.map((_, row) => row)
  const first = folds?.[0]?.time
  if (folds === undefined || folds.every(({ time }) => time === first)) return all
  if (films === undefined) return all.filter((row) => folds[row]?.time === first)
  return [...new Map(all.map((row) => [films[row], row] as const).reverse()).values()].reverse()
}

/** AUC and differences row by row: DeLong, or Obuchowski where patients repeat. */
function pooled({ yTrue, scores }: ScoredRows, patients: readonly string[] | undefined) {
  return {
    auc: (column: string) => figureInWords(aucInterval(yTrue, knownValue(scores, column), { patients })),
    difference(a: string, b: string): RowDifference {
      const { difference, low, high, z, p, method, delong, reason } = delongTest(
        yTrue,
        knownValue(scores, a),
        knownValue(scores, b),
        { patients },
      )
      return figureInWords({ difference, low, high, z, p, method, delong, ...(reason && { reason }) })
    },
  }
}

/** The same within folds, by patients' influence; DeLong's own test has no such form. */
function withinFolds({ yTrue, scores, films, patients = films }: ScoredRows, folds: readonly FoldName[]) {
  const ids = yTrue.map((_, i) => `row ${i}`)
  const set: SetScores = { set: '', classes: ['', ''], films: ids, yTrue, patients: patients ?? ids, folds, scores }
  return {
    auc: (column: string) => figureInWords(estimateInterval(estimateOf(set, column))),
    difference(a: string, b: string): RowDifference {
      const { difference, low, high, z, p, method, reason } = estimateDifference(estimateOf(set, a), estimateOf(set, b))
      return figureInWords({ difference, low, high, z, p, method, ...(reason && { reason }) })
    },
  }
}

function areProbabilities(scores: readonly number[]): boolean {
  return scores.every((score) => score >= 0 && score <= 1)
}

function cutoffFor(scores: readonly number[], { cutoff }: EvaluationOptions): number | undefined {
  return cutoff ?? (areProbabilities(scores) ? 0.5 : undefined)
}

/** What can be said of one column beyond its ranking. */
function ofColumn(
  { yTrue, scores, films: names, patients = names, folds }: ScoredRows,
  column: string,
  cutoff: number | undefined,
  { prevalence }: EvaluationOptions,
) {
  const films: ScoredFilms = {
    yTrue,
    scores: knownValue(scores, column),
    patients: patients ?? yTrue.map((_, i) => `row ${i}`),
  }
  const at =
    cutoff === undefined ? undefined : atCutoff(films, { value: cutoff, low: null, high: null }, prevalence ?? null)
  const byPatient = folds || cutoff === undefined ? undefined : byPatientOf(films, cutoff)
  const noCutoff = 'scores are no probabilities (0 to 1), so no cutoff goes without saying; give one with --cutoff'
  return {
    measures: at && { cutoff, ...at },
    reason: at ? undefined : noCutoff,
    ...(areProbabilities(films.scores)
      ? {
          calibration: calibrationFit(films),
          decision: decisionCurve(yTrue, films.scores, { patients: films.patients, prevalence }),
        }
      : {}),
    ...(byPatient ? { byPatient } : {}),
  }
}
