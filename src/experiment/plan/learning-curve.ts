/**
 * The classifier on real films alone, at several sizes of the training set: cross-validated by patient inside the
 * development films, smaller sets being parts of the larger ones, over several draws. Beside it, at the full size, a head
 * that also learns from augmented copies: how alike its scores are stands in for the arms that a run will compare.
 */
import { concatRows, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { patientFolds } from '../../dataset/patient-folds.js'
import { headLogits, outputsFor, standardisation } from '../../head/head.js'
import { probabilities } from '../../head/probability.js'
import { crossValidatedAuc } from '../../metrics/cross-validated-auc.js'
import { type Estimate, estimateVariance, meanEstimate } from '../../metrics/estimate.js'
import type { CurvePoint } from '../../metrics/learning-curve.js'
import { macroAucEstimate } from '../../metrics/multi-class.js'
import { columnsOf } from '../../scoring/ranking.js'
import { labelOf } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import { fitHead } from '../work/trial.js'
import { headSpec } from '../work/trials.js'
import type { DevelopmentFeatures, DevelopmentSet } from './development-set.js'

export interface MeasuredSize {
  /** Training films, on the average over folds. */
  readonly films: number
  /** AUC, of more than two classes the macro AUC. */
  readonly estimate: Estimate
  readonly point: CurvePoint
}

export interface MeasuredCurve {
  /** From the smallest to the largest training set. */
  readonly sizes: readonly MeasuredSize[]
  /** Correlation, within a class, of the scores with and without augmented copies. */
  readonly correlation: number
  /** Variance of the AUC by patients over that by films: above 1 where a patient's films are scored alike. */
  readonly designEffect: number
}

/** Of ten folds one is scored, two choose the penalty (the run's own proportion) and up to seven train. */
const mostFolds = 10
const tuningShare = 0.2
/** Shares of the training films that are tried. */
const shares = [0.2, 0.3, 0.4, 0.55, 0.75, 1]
/** Cross-validations with other folds and other subsets. */
export const curveRepeats = 4
/** A training set smaller than this, in films of the rarest class, says nothing. */
const fewestOfClass = 4

interface CurveOptions {
  readonly config: Config
  /** Null: more than two classes. */
  readonly positiveIndex: number | null
  readonly onFit?: (more: number) => void
  readonly signal?: AbortSignal
}

/** Heads that `measureCurve` fits, for progress. */
export function headsOfCurve(set: DevelopmentSet): number {
  return curveRepeats * foldsOf(set) * (shares.length + 1)
}

/** Measures the curve. Sizes with too few films of a class are left out; fewer than three may remain. */
export async function measureCurve(
  set: DevelopmentSet,
  features: DevelopmentFeatures,
  options: CurveOptions,
): Promise<MeasuredCurve> {
  const { config, positiveIndex, onFit, signal } = options
  const outputs = outputsFor(set.classes.length)
  const labels = set.classIndices.map((index) => labelOf(index, positiveIndex))
  const folds = foldsOf(set)
  const patients = [...new Set(set.patients)]
  const runs: Fold[][][] = [] // repeat, share (the augmented one last), fold
  for (let repeat = 0; repeat < curveRepeats; repeat++) {
    const rng = new Rng(config.seed).split('learning-curve').at(repeat)
    const cases = set.patients.map((patient, i) => ({ patient, label: set.classes[set.classIndices[i]] }))
    const foldOf = patientFolds(cases, folds, rng.split('folds'))
    const byShare: Fold[][] = [...shares, 'augmented'].map(() => [])
    for (let fold = 0; fold < folds; fold++) {
      const tuningFolds = Math.max(1, Math.round(tuningShare * folds))
      const distance = (row: number) => (foldOf[row] - fold + folds) % folds
      const rowsWhere = (holds: (distance: number) => boolean) =>
        labels.flatMap((_, row) => (holds(distance(row)) ? [row] : []))
      const held = rowsWhere((d) => d === 0)
      const tuning = rowsWhere((d) => d > 0 && d <= tuningFolds)
      const train = rowsWhere((d) => d > tuningFolds)
      const score = (rows: readonly number[], copies: readonly number[]): Fold => {
        const own = takeRows(features.films, rows)
        const more = takeRows(features.copies, copies)
        const x = concatRows([own, more])
        const y = [...rows, ...copies].map((row) => labels[row])
        const { head } = fitHead(
          headSpec(config, y.length, rng.at(fold).uint32()),
          { features: x, labels: y },
          {
            outputs,
            standardise: config.head.standardise ? standardisation(own) : null,
            tuning: { features: takeRows(features.films, tuning), labels: tuning.map((row) => labels[row]) },
          },
        )
        const scores = probabilities(headLogits(head, takeRows(features.films, held)), outputs)
        return { rows: held, trained: rows.length, classes: rows.map((row) => labels[row]), scores }
      }
      const order = nestedOrder(train, set.patients, labels, rng.split('subsets').at(fold))
      for (const [at, share] of shares.entries()) {
        byShare[at].push(score(order.slice(0, Math.max(1, Math.round(share * train.length))), []))
        await pause(signal)
        onFit?.(1)
      }
      byShare[shares.length].push(score(train, train))
      await pause(signal)
      onFit?.(1)
    }
    runs.push(byShare)
  }
  const estimateOf = (scored: readonly Fold[], units: readonly string[], names: readonly string[]): Estimate => {
    const own = scored.map(({ rows, scores }) => ({
      yTrue: rows.map((row) => labels[row]),
      scores: columnsOf(scores, outputs),
      patients: rows.map((row) => units[row]),
    }))
    return outputs === 1
      ? crossValidatedAuc(
          own.map((fold) => ({ ...fold, scores: fold.scores[0] })),
          names,
        )
      : macroAucEstimate(own, names)
  }
  const classCount = new Set(labels).size
  const sizes = shares.flatMap((_, at) => {
    const all = runs.flatMap((byShare) => byShare[at])
    const rarest = Math.min(...all.map(({ classes }) => leastCommon(classes, classCount)))
    if (rarest < fewestOfClass) return []
    const estimates = runs.map((byShare) => estimateOf(byShare[at], set.patients, patients))
    const films = Math.round(all.reduce((sum, { trained }) => sum + trained, 0) / all.length)
    const estimate = meanEstimate(estimates)
    return [{ films, estimate, point: { films, values: estimates.map(({ value }) => value), u: estimate.u } }]
  })
  const pairs = runs.flatMap((byShare) =>
    byShare[shares.length].map((augmented, fold) => [byShare[shares.length - 1][fold], augmented] as const),
  )
  const films = set.patients.map((_, row) => String(row))
  const largest = runs.map((byShare) => byShare[shares.length - 1])
  const varianceBy = (units: readonly string[], names: readonly string[]) =>
    estimateVariance(meanEstimate(largest.map((scored) => estimateOf(scored, units, names))))
  const effect = varianceBy(set.patients, patients) / varianceBy(films, films)
  const most = set.patients.length / patients.length
  return {
    sizes,
    correlation: meanCorrelation(pairs, labels, outputs),
    designEffect: Number.isFinite(effect) ? Math.min(most, Math.max(1, effect)) : most,
  }
}

interface Fold {
  readonly rows: readonly number[]
  readonly trained: number
  readonly classes: readonly number[]
  /** [cases, outputs] */
  readonly scores: readonly number[]
}

function foldsOf({ classIndices, patients, classes }: DevelopmentSet): number {
  const counts = classes.map((_, c) => new Set(patients.filter((_patient, i) => classIndices[i] === c)).size)
  return Math.min(mostFolds, ...counts)
}

/** Training rows so that any beginning of them holds whole patients, each class about in proportion. */
function nestedOrder(
  rows: readonly number[],
  patients: readonly string[],
  labels: readonly number[],
  rng: Rng,
): number[] {
  const byPatient = new Map<string, number[]>()
  for (const row of rows) byPatient.set(patients[row], [...(byPatient.get(patients[row]) ?? []), row])
  const byClass = new Map<number, number[][]>()
  for (const own of rng.shuffle([...byPatient.values()])) {
    const label = labels[own[0]]
    byClass.set(label, [...(byClass.get(label) ?? []), own])
  }
  // Each class's patients are spread evenly over the whole order.
  return [...byClass.values()]
    .flatMap((own) => own.map((group, i) => ({ group, place: (i + 0.5) / own.length })))
    .sort((a, b) => a.place - b.place)
    .flatMap(({ group }) => group)
}

function leastCommon(labels: readonly number[], classes: number): number {
  return Math.min(...Array.from({ length: classes }, (_, c) => labels.filter((label) => label === c).length))
}

/** Mean over folds, outputs and classes of the correlation of two heads' scores. */
function meanCorrelation(
  pairs: readonly (readonly [Fold, Fold])[],
  labels: readonly number[],
  outputs: number,
): number {
  const found: number[] = []
  for (const [a, b] of pairs) {
    for (let output = 0; output < outputs; output++) {
      for (const label of new Set(labels)) {
        const own = a.rows.flatMap((row, i) => (labels[row] === label ? [i] : []))
        const scores = (fold: Fold) => own.map((i) => logit(fold.scores[i * outputs + output]))
        if (own.length >= 3) found.push(correlationOf(scores(a), scores(b)))
      }
    }
  }
  const known = found.filter(Number.isFinite)
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

function logit(p: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, p))
  return Math.log(inside / (1 - inside))
}

function correlationOf(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [aa, bb, ab] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    aa += (a[i] - meanA) ** 2
    bb += (b[i] - meanB) ** 2
    ab += (a[i] - meanA) * (b[i] - meanB)
  }
  return ab / Math.sqrt(aa * bb)
}

async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise(setImmediate)
  signal?.throwIfAborted()
}
