/** One trial: the head fitted on the rows it names, scored on the selection cases. */
import { InternalError } from '../../base/errors.js'
import { concatRows, type NDArray, rowCount } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { type FittedHead, headLogits, type Standardisation, standardisation } from '../../head/head.js'
import { fitAdamHead } from '../../head/train-adam.js'
import { fitLogisticHead } from '../../head/train-logistic.js'
import { metricScore } from '../../scoring/metric.js'
import type { Contents } from './contents.js'
import type { TrialOutcome, TrialUnit } from './unit.js'

interface LabelledRows {
  /** [N, D] */
  readonly features: NDArray<'float32'>
  readonly labels: ArrayLike<number>
}

/** Fits a head of either kind. `tuning`: cases that choose the penalty of a logistic one. */
export function fitHead(
  head: TrialUnit['head'],
  { features, labels }: LabelledRows,
  { outputs, standardise, tuning }: { outputs: number; standardise: Standardisation | null; tuning: LabelledRows },
): FittedHead {
  return head.kind === 'logistic'
    ? fitLogisticHead(features, labels, { outputs, standardise, tuning })
    : fitAdamHead(features, labels, { ...head, outputs, standardise, rng: new Rng(head.seed).split('head') })
}

/** Features and labels of the rows that a trial trains on. */
export async function trainingRows(
  { id, training }: TrialUnit,
  contents: Contents,
): Promise<{ features: NDArray<'float32'>; labels: Uint8Array }> {
  if (training.length === 0) throw new InternalError(`trial ${id} has nothing to train on`)
  const parts = await Promise.all(
    training.map(async ({ label, ...rows }) => ({ label, features: await contents.rows(rows) })),
  )
  return {
    features: concatRows(parts.map(({ features }) => features)),
    labels: Uint8Array.from(parts.flatMap(({ label, features }) => Array<number>(rowCount(features)).fill(label))),
  }
}

export async function runTrial(unit: TrialUnit, contents: Contents): Promise<TrialOutcome> {
  const training = await trainingRows(unit, contents)
  const standardise = unit.standardiseBy ? standardisation(await contents.rows(unit.standardiseBy)) : null
  const selection = await contents.rows(unit.selection)
  const { outputs } = unit
  const tuning = { features: selection, labels: unit.selection.labels }
  const fitted = fitHead(unit.head, training, { outputs, standardise, tuning })
  return outcomeOf(unit, training.labels.length, fitted, headLogits(fitted.head, selection))
}

/** What a trial gives back: its head and how it does on the selection cases. */
export function outcomeOf(unit: TrialUnit, size: number, fitted: FittedHead, logits: Float64Array): TrialOutcome {
  return {
    id: unit.id,
    arm: unit.arm,
    k: unit.k,
    repeat: unit.repeat,
    size,
    score: metricScore(unit.metric, { labels: unit.selection.labels, outputs: unit.outputs }, logits),
    selectionLogits: Array.from(logits),
    weights: Array.from(fitted.head.weights),
    bias: Array.from(fitted.head.bias),
    steps: fitted.steps,
    penalty: fitted.penalty,
    ...(!fitted.converged && { unconverged: true }),
  }
}
