/** One trial: the head fitted on the rows it names, scored on the selection cases. */
import { elementAt } from '../../base/element-at.js'
import { InternalError } from '../../base/errors.js'
import { concatRows, type NDArray, rowCount, rows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { type FittedHead, headLogits, type Standardisation, standardisation } from '../../head/head.js'
import { fitAdamHead } from '../../head/train-adam.js'
import {
  type FoldedHead,
  fitLogisticHead,
  fitLogisticOverFolds,
  type HeadFold,
  type HeadTraining,
} from '../../head/train-logistic.js'
import { type LabelledCases, metricScore } from '../../scoring/metric.js'
import type { Contents } from './contents.js'
import type { HeadSpec, TrainingRows, TrialOutcome, TrialUnit, UnitFold } from './unit.js'

interface LabelledRows {
  /** [N, D] */
  readonly features: NDArray<'float32'>
  readonly labels: ArrayLike<number>
}

/** Fits a head of either kind. `tuning`: cases that choose the penalty of a logistic one. */
export function fitHead(
  head: HeadSpec,
  { features, labels }: LabelledRows,
  { outputs, standardise, tuning }: { outputs: number; standardise: Standardisation | null; tuning: LabelledRows },
): FittedHead {
  return head.kind === 'logistic'
    ? fitLogisticHead(features, labels, { outputs, standardise, tuning })
    : fitBySteps(head, { features, labels, standardise }, outputs)
}

function fitBySteps(
  head: Extract<HeadSpec, { kind: 'adam' }>,
  { features, labels, standardise }: HeadTraining,
  outputs: number,
): FittedHead {
  return fitAdamHead(features, labels, { ...head, outputs, standardise, rng: new Rng(head.seed).split('head') })
}

/** Features and labels of rows to train on. */
export async function trainingRows(
  { training }: Pick<TrainingRows, 'training'>,
  contents: Contents,
): Promise<{ features: NDArray<'float32'>; labels: Uint8Array }> {
  if (training.length === 0) throw new InternalError('a trial has nothing to train on')
  const parts = await Promise.all(
    training.map(async ({ label, ...rows }) => ({ label, features: await contents.rows(rows) })),
  )
  return {
    features: concatRows(parts.map(({ features }) => features)),
    labels: Uint8Array.from(parts.flatMap(({ label, features }) => Array<number>(rowCount(features)).fill(label))),
  }
}

export async function runTrial(unit: TrialUnit, contents: Contents): Promise<TrialOutcome> {
  if (unit.folds) return runOverFolds(unit, unit.folds, contents)
  const { standardise, ...training } = await trainingOf(unit, contents)
  const selection = await contents.rows(unit.selection)
  const { outputs } = unit
  const tuning = { features: selection, labels: unit.selection.labels }
  const fitted = fitHead(unit.head, training, { outputs, standardise, tuning })
  return outcomeOf(unit, training.labels.length, fitted, headLogits(fitted.head, selection))
}

/** A head of all training films, each of which is scored by a head of the folds that lack it. */
async function runOverFolds(unit: TrialUnit, folds: readonly UnitFold[], contents: Contents): Promise<TrialOutcome> {
  const selection = await contents.rows(unit.selection)
  const training = await trainingOf(unit, contents)
  const each: HeadFold[] = []
  let from = 0
  for (const fold of folds) {
    const to = from + fold.cases
    const heldOut = { features: rows(selection, from, to), labels: unit.selection.labels.slice(from, to) }
    each.push({ training: await trainingOf(fold, contents), heldOut })
    from = to
  }
  const { heads, fitted } = fitOverFolds(unit, folds, training, each)
  const logits = each.flatMap(({ heldOut }, f) => [...headLogits(elementAt(heads, f), heldOut.features)])
  return outcomeOf(unit, training.labels.length, fitted, Float64Array.from(logits))
}

function fitOverFolds(
  { head, outputs }: Pick<TrialUnit, 'head' | 'outputs'>,
  folds: readonly UnitFold[],
  training: HeadTraining,
  each: readonly HeadFold[],
): FoldedHead {
  if (head.kind === 'logistic') return fitLogisticOverFolds(training, each, { outputs })
  const heads = each.map((fold, f) => {
    const spec = elementAt(folds, f).head
    if (spec.kind !== 'adam') throw new InternalError('a fold of a trial trains a head of another kind')
    return fitBySteps(spec, fold.training, outputs).head
  })
  return { heads, fitted: fitBySteps(head, training, outputs) }
}

/** What a head is fitted to, and how its features are scaled. */
async function trainingOf(rows: TrainingRows, contents: Contents) {
  const training = await trainingRows(rows, contents)
  const standardise = rows.standardiseBy ? standardisation(await contents.rows(rows.standardiseBy)) : null
  return { ...training, standardise }
}

/** What a trial gives back: its head and how it does on the selection cases. */
export function outcomeOf(unit: TrialUnit, size: number, fitted: FittedHead, logits: Float64Array): TrialOutcome {
  return {
    id: unit.id,
    arm: unit.arm,
    k: unit.k,
    repeat: unit.repeat,
    size,
    score: metricScore(unit.metric, casesOf(unit), logits),
    selectionLogits: Array.from(logits),
    weights: Array.from(fitted.head.weights),
    bias: Array.from(fitted.head.bias),
    steps: fitted.steps,
    penalty: fitted.penalty,
    ...(!fitted.converged && { unconverged: true }),
  }
}

function casesOf({ selection, outputs, folds }: TrialUnit): LabelledCases {
  const { labels } = selection
  if (!folds) return { labels, outputs }
  return { labels, outputs, folds: folds.flatMap(({ cases }, fold) => Array<number>(cases).fill(fold)) }
}
