/** One trial: the head fitted on the rows it names, scored on the selection cases. Pure but for reading its matrices. */
import { InternalError } from '../../base/errors.js'
import { concatRows, type NDArray, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { Rng } from '../../base/random.js'
import { type FittedHead, headLogits, type Standardisation, standardisation } from '../../head/head.js'
import { fitAdamHead } from '../../head/train-adam.js'
import { fitLogisticHead } from '../../head/train-logistic.js'
import { rankingScore } from '../../scoring/ranking.js'
import type { FeatureRows, TrialOutcome, TrialSpec } from './executor.js'

/** Matrices stay in memory between the trials of one process. */
export class MatrixStore {
  readonly #matrices = new Map<string, NDArray<'float32'>>()

  rows({ matrix, rows }: FeatureRows): NDArray<'float32'> {
    return takeRows(this.whole(matrix), rows)
  }

  whole(matrix: string): NDArray<'float32'> {
    let whole = this.#matrices.get(matrix)
    if (!whole) {
      whole = readNpy(matrix, 'float32')
      this.#matrices.set(matrix, whole)
    }
    return whole
  }
}

interface LabelledRows {
  /** [N, D] */
  readonly features: NDArray<'float32'>
  readonly labels: ArrayLike<number>
}

/** Fits a head of either kind. `tuning`: cases that choose the penalty of a logistic one. */
export function fitHead(
  head: TrialSpec['head'],
  { features, labels }: LabelledRows,
  { outputs, standardise, tuning }: { outputs: number; standardise: Standardisation | null; tuning: LabelledRows },
): FittedHead {
  return head.kind === 'logistic'
    ? fitLogisticHead(features, labels, { outputs, standardise, tuning })
    : fitAdamHead(features, labels, { ...head, outputs, standardise, rng: new Rng(head.seed).split('head') })
}

/** Features and labels of the rows that a trial trains on. */
export function trainingRows(
  spec: TrialSpec,
  store: MatrixStore,
): { features: NDArray<'float32'>; labels: Uint8Array } {
  const parts = spec.training.filter((part) => part.rows.length > 0)
  if (parts.length === 0) throw new InternalError(`trial ${spec.id} has nothing to train on`)
  return {
    features: concatRows(parts.map((part) => store.rows(part))),
    labels: Uint8Array.from(parts.flatMap((part) => part.rows.map(() => part.label))),
  }
}

export function runTrial(spec: TrialSpec, store: MatrixStore): TrialOutcome {
  const training = trainingRows(spec, store)
  const standardise = spec.standardiseBy ? standardisation(store.rows(spec.standardiseBy)) : null
  const selection = store.rows(spec.selection)
  const { outputs } = spec
  const tuning = { features: selection, labels: spec.selection.labels }
  const fitted = fitHead(spec.head, training, { outputs, standardise, tuning })
  return outcomeOf(spec, training.labels.length, fitted, headLogits(fitted.head, selection))
}

/** What a trial leaves: its head and how it does on the selection cases. */
export function outcomeOf(spec: TrialSpec, size: number, fitted: FittedHead, logits: Float64Array): TrialOutcome {
  return {
    id: spec.id,
    arm: spec.arm,
    k: spec.k,
    repeat: spec.repeat,
    size,
    score: rankingScore(spec.selection.labels, logits, spec.outputs),
    selectionLogits: Array.from(logits),
    weights: Array.from(fitted.head.weights),
    bias: Array.from(fitted.head.bias),
    steps: fitted.steps,
    penalty: fitted.penalty,
    ...(!fitted.converged && { unconverged: true }),
  }
}
