/**
 * Scores behind the learning curve: heads fitted on growing parts of the films, cross-validated by patient, and where there
 * are augmented copies one at the full size that also learns from these.
 */
import { elementAt } from '../../base/element-at.js'
import { concatRows, type NDArray, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { patientFolds } from '../../dataset/patient-folds.js'
import { outputsFor, standardisation } from '../../head/head.js'
import { headScores } from '../../scoring/set-scores.js'
import { labelOf } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import { fitHead } from '../work/trial.js'
import { headSpec } from '../work/trials.js'

/** Of ten folds one is scored, two choose the penalty (the run's own proportion) and up to seven train. */
export const mostFolds = 10
export const tuningShare = 0.2
/** Shares of the training films that are tried. */
export const shares = [0.2, 0.3, 0.4, 0.55, 0.75, 1]

/** Films of the training and the tuning set: there is no place here for a test film. */
export interface LearningFilms {
  /** Class of each film, by index and by name. */
  readonly classIndices: readonly number[]
  readonly classes: readonly string[]
  readonly patients: readonly string[]
}

/** Features [N, D] of the films, and of one flipped and turned copy of each, row by row. */
export interface LearningFeatures {
  readonly films: NDArray<'float32'>
  readonly copies?: NDArray<'float32'>
}

/** More films than this are not needed to see a curve, and would take too long. */
export const mostFilms = 800

/** The films where there are not too many, else those of patients drawn until there are enough. */
export function filmsForCurve<Film extends { readonly patientId: string }>(
  films: readonly Film[],
  seed: number,
): Film[] {
  if (films.length <= mostFilms) return [...films]
  const drawn = new Set<string>()
  let count = 0
  for (const patient of new Rng(seed).split('plan-films').shuffle([...new Set(films.map((film) => film.patientId))])) {
    if (count >= mostFilms) break
    drawn.add(patient)
    count += films.filter((film) => film.patientId === patient).length
  }
  return films.filter((film) => drawn.has(film.patientId))
}

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
  /** At the full size, copies added; none where there are no copies. */
  readonly augmented: readonly ScoredFold[]
}

export function labelsOf({ classIndices }: LearningFilms, positiveIndex: number | null): number[] {
  return classIndices.map((index) => labelOf(index, positiveIndex))
}

/** A fold of one cross-validation, as row numbers. */
interface CurveFold {
  readonly heldOut: readonly number[]
  /** Films that choose the penalty. */
  readonly tuning: readonly number[]
  /** Films that train, in an order of which every beginning is a smaller training set. */
  readonly order: readonly number[]
  readonly seed: number
}

/** The folds of one cross-validation; `repeat` draws other folds and other parts. */
export function divide(
  set: LearningFilms,
  { config, positiveIndex }: Pick<CurveOptions, 'config' | 'positiveIndex'>,
  repeat: number,
): CurveFold[] {
  const labels = labelsOf(set, positiveIndex)
  const folds = foldsOf(set)
  const rng = new Rng(config.seed).split('learning-curve').at(repeat)
  const cases = set.patients.map((patient, i) => ({
    patient,
    label: elementAt(set.classes, elementAt(set.classIndices, i)),
  }))
  const foldOf = patientFolds(cases, folds, rng.split('folds'))
  return Array.from({ length: folds }, (_, fold) => {
    const { train, ...parts } = partsOf(foldOf, fold, folds)
    const order = nestedOrder(train, set.patients, labels, rng.split('subsets').at(fold))
    return { ...parts, order, seed: rng.at(fold).uint32() }
  })
}

/** The training films of a fold at a share of them. */
export function trainedAt({ order }: Pick<CurveFold, 'order'>, share: number): readonly number[] {
  return order.slice(0, Math.max(1, Math.round(share * order.length)))
}

/** One cross-validation, at the shares that are `wanted`. */
export async function crossValidate(
  set: LearningFilms,
  features: LearningFeatures,
  folds: readonly CurveFold[],
  wanted: readonly number[],
  { config, positiveIndex, onFit, signal }: CurveOptions,
): Promise<ScoredRepeat> {
  const labels = labelsOf(set, positiveIndex)
  const outputs = outputsFor(set.classes.length)
  const byShare: ScoredFold[][] = shares.map(() => [])
  const augmented: ScoredFold[] = []
  const done = async () => {
    await new Promise(setImmediate)
    signal?.throwIfAborted()
    onFit?.(1)
  }
  for (const fold of folds) {
    const score = (rows: readonly number[], copies?: NDArray<'float32'>) =>
      scoreFold(features.films, labels, { ...fold, rows, copies }, { config, outputs })
    for (const [at, share] of shares.entries()) {
      if (!wanted.includes(share)) continue
      elementAt(byShare, at).push(score(trainedAt(fold, share)))
      await done()
    }
    if (!features.copies) continue
    // In the order of the rows, as a run takes them.
    augmented.push(
      score(
        fold.order.toSorted((a, b) => a - b),
        features.copies,
      ),
    )
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

interface FoldRows extends Omit<CurveFold, 'order'> {
  /** Films that train. */
  readonly rows: readonly number[]
  /** Of all films; those of the ones that train then train too. */
  readonly copies: NDArray<'float32'> | undefined
}

function scoreFold(
  allFilms: NDArray<'float32'>,
  labels: readonly number[],
  { heldOut, tuning, rows, copies, seed }: FoldRows,
  { config, outputs }: { readonly config: Config; readonly outputs: number },
): ScoredFold {
  const labelsAt = (places: readonly number[]) => places.map((row) => elementAt(labels, row))
  const films = takeRows(allFilms, rows)
  const training = copies
    ? { features: concatRows([films, takeRows(copies, rows)]), labels: labelsAt([...rows, ...rows]) }
    : { features: films, labels: labelsAt(rows) }
  const { head } = fitHead(headSpec(config, training.labels.length, seed), training, {
    outputs,
    standardise: config.head.standardise ? standardisation(films) : null,
    tuning: { features: takeRows(allFilms, tuning), labels: labelsAt(tuning) },
  })
  const scores = headScores(head, takeRows(allFilms, heldOut))
  return { rows: heldOut, trained: rows.length, classes: labelsAt(rows), scores }
}

/** Folds of the cross-validation: ten, or as many as the rarest class has patients. */
function foldsOf({ classIndices, patients, classes }: LearningFilms): number {
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
