/** One trial: the head fitted on the rows it names, scored on the selection cases. Pure but for reading its matrices. */
import { InternalError } from '../base/errors.js'
import { concatRows, type NDArray, takeRows } from '../base/ndarray.js'
import { readNpy } from '../base/npy.js'
import { Rng } from '../base/random.js'
import { type FittedHead, headLogits, type Standardisation, standardisation } from '../classifier/head.js'
import { fitAdamHead } from '../classifier/train-adam.js'
import { fitLogisticHead } from '../classifier/train-logistic.js'
import { rankingScore } from './ranking.js'
import type { FeatureRows, TrialOutcome, TrialSpec } from './trial-executor.js'

/** Matrices stay in memory between the trials of one process. */
export class MatrixStore {
  readonly #matrices = new Map<string, NDArray<'float32'>>()

  rows({ matrix, rows }: FeatureRows): NDArray<'float32'> {
    let whole = this.#matrices.get(matrix)
    if (!whole) {
      whole = readNpy(matrix, 'float32')
      this.#matrices.set(matrix, whole)
    }
    return takeRows(whole, rows)
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

export function runTrial(spec: TrialSpec, store: MatrixStore): TrialOutcome {
  const parts = spec.training.filter((part) => part.rows.length > 0)
  if (parts.length === 0) throw new InternalError(`trial ${spec.id} has nothing to train on`)
  const features = concatRows(parts.map((part) => store.rows(part)))
  const labels = Uint8Array.from(parts.flatMap((part) => part.rows.map(() => part.label)))
  const standardise = spec.standardiseBy ? standardisation(store.rows(spec.standardiseBy)) : null
  const selection = store.rows(spec.selection)
  const { outputs } = spec
  const tuning = { features: selection, labels: spec.selection.labels }
  const fitted = fitHead(spec.head, { features, labels }, { outputs, standardise, tuning })
  const logits = headLogits(fitted.head, selection)
  return {
    id: spec.id,
    arm: spec.arm,
    k: spec.k,
    repeat: spec.repeat,
    size: labels.length,
    score: rankingScore(spec.selection.labels, logits, outputs),
    selectionLogits: Array.from(logits),
    weights: Array.from(fitted.head.weights),
    bias: Array.from(fitted.head.bias),
    steps: fitted.steps,
    penalty: fitted.penalty,
  }
}
