/**
 * Scores behind the learning curve: heads fitted on growing parts of the development films, cross-validated by patient, and
 * at the full size one that also learns from augmented copies.
 */
import { elementAt } from '../../base/element-at.js'
import { concatRows, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { patientFolds } from '../../dataset/patient-folds.js'
import { outputsFor, standardisation } from '../../head/head.js'
import { headScores } from '../../scoring/set-scores.js'
import { labelOf } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import { fitHead } from '../work/trial.js'
import { headSpec } from '../work/trials.js'
import type { DevelopmentFeatures, DevelopmentSet } from './development-set.js'

/** Of ten folds one is scored, two choose the penalty (the run's own proportion) and up to seven train. */
const mostFolds = 10
const tuningShare = 0.2
/** Shares of the training films that are tried. */
export const shares = [0.2, 0.3, 0.4, 0.55, 0.75, 1]
export interface CurveOptions {
  readonly config: Config
  /** Null: more than two classes. */
  readonly positiveIndex: number | null
  readonly onFit?: (more: number) => void
  readonly signal?: AbortSignal
}

/** One fold's held-out films, scored by a head that was trained on the others. */
export interface ScoredFold {
  readonly rows: readonly number[]
  /** Training films, copies not counted. */
  readonly trained: number
  /** Their labels. */
  readonly classes: readonly number[]
  /** [cases, outputs] */
  readonly scores: readonly number[]
}

/** The folds of one cross-validation. */
export interface ScoredRepeat {
  /** At each of the `shares`. */
  readonly byShare: readonly (readonly ScoredFold[])[]
  /** At the full size, copies added. */
  readonly augmented: readonly ScoredFold[]
}

export function labelsOf({ classIndices }: DevelopmentSet, positiveIndex: number | null): number[] {
  return classIndices.map((index) => labelOf(index, positiveIndex))
}

/** One cross-validation; `repeat` draws other folds and other parts. */
export async function crossValidate(
  set: DevelopmentSet,
  features: DevelopmentFeatures,
  { config, positiveIndex, onFit, signal }: CurveOptions,
  repeat: number,
): Promise<ScoredRepeat> {
  const labels = labelsOf(set, positiveIndex)
  const folds = foldsOf(set)
  const rng = new Rng(config.seed).split('learning-curve').at(repeat)
  const cases = set.patients.map((patient, i) => ({
    patient,
    label: elementAt(set.classes, elementAt(set.classIndices, i)),
  }))
  const foldOf = patientFolds(cases, folds, rng.split('folds'))
  const byShare: ScoredFold[][] = shares.map(() => [])
  const augmented: ScoredFold[] = []
  const done = async () => {
    await new Promise(setImmediate)
    signal?.throwIfAborted()
    onFit?.(1)
  }
  for (let fold = 0; fold < folds; fold++) {
    const parts = partsOf(foldOf, fold, folds)
    const { train } = parts
    const seed = rng.at(fold).uint32()
    const score = (rows: readonly number[], copies: readonly number[]) =>
      scoreFold(features, labels, { ...parts, rows, copies }, { config, seed, outputs: outputsFor(set.classes.length) })
    const order = nestedOrder(train, set.patients, labels, rng.split('subsets').at(fold))
    for (const [at, share] of shares.entries()) {
      elementAt(byShare, at).push(score(order.slice(0, Math.max(1, Math.round(share * train.length))), []))
      await done()
    }
    augmented.push(score(train, train))
    await done()
  }
  return { byShare, augmented }
}

/** Rows that are held out, that choose the penalty and that train, when a fold is the one that is scored. */
function partsOf(foldOf: ArrayLike<number>, fold: number, folds: number) {
  const tuningFolds = Math.max(1, Math.round(tuningShare * folds))
  const distances = Array.from(foldOf, (ofRow) => (ofRow - fold + folds) % folds)
  const rowsWhere = (holds: (distance: number) => boolean) =>
    distances.flatMap((distance, row) => (holds(distance) ? [row] : []))
  return {
    heldOut: rowsWhere((distance) => distance === 0),
    tuning: rowsWhere((distance) => distance > 0 && distance <= tuningFolds),
    train: rowsWhere((distance) => distance > tuningFolds),
  }
}

interface FoldRows {
  readonly heldOut: readonly number[]
  readonly tuning: readonly number[]
  /** Films that train. */
  readonly rows: readonly number[]
  /** Films of which copies train too. */
  readonly copies: readonly number[]
}

function scoreFold(
  features: DevelopmentFeatures,
  labels: readonly number[],
  { heldOut, tuning, rows, copies }: FoldRows,
  { config, seed, outputs }: { readonly config: Config; readonly seed: number; readonly outputs: number },
): ScoredFold {
  const labelsAt = (places: readonly number[]) => places.map((row) => elementAt(labels, row))
  const films = takeRows(features.films, rows)
  const training = {
    features: concatRows([films, takeRows(features.copies, copies)]),
    labels: labelsAt([...rows, ...copies]),
  }
  const { head } = fitHead(headSpec(config, training.labels.length, seed), training, {
    outputs,
    standardise: config.head.standardise ? standardisation(films) : null,
    tuning: { features: takeRows(features.films, tuning), labels: labelsAt(tuning) },
  })
  const scores = headScores(head, takeRows(features.films, heldOut))
  return { rows: heldOut, trained: rows.length, classes: labelsAt(rows), scores }
}

/** Folds of the cross-validation: ten, or as many as the rarest class has patients. */
export function foldsOf({ classIndices, patients, classes }: DevelopmentSet): number {
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
  for (const row of rows) {
    const patient = elementAt(patients, row)
    byPatient.set(patient, [...(byPatient.get(patient) ?? []), row])
  }
  const byClass = new Map<number, number[][]>()
  for (const rowsOfPatient of rng.shuffle([...byPatient.values()])) {
    const label = elementAt(labels, elementAt(rowsOfPatient, 0))
    byClass.set(label, [...(byClass.get(label) ?? []), rowsOfPatient])
  }
  // Each class's patients are spread evenly over the whole order.
  return [...byClass.values()]
    .flatMap((groups) => groups.map((group, i) => ({ group, place: (i + 0.5) / groups.length })))
    .sort((a, b) => a.place - b.place)
    .flatMap(({ group }) => group)
}
