/**
 * The contract of an executor: run these trials, tell me as they finish. A trial is plain data (paths and numbers),
 * so that it can cross a process or a network; an executor knows no test set, for a trial has no place for one.
 * An executor may run trials in any order and side by side; each outcome depends on its trial alone.
 */

/** Rows of a feature matrix (.npy, float32 [N, D]) and their labels. */
export interface FeatureRows {
  readonly matrix: string
  readonly rows: readonly number[]
}

/** The last block trained with the head: the matrices hold what the trunk below it gives. */
export interface FineTuneSpec {
  /** Weights of the block as loaded (safetensors). */
  readonly block: string
  /** Rows and columns of what the trunk gives; a row of a matrix is that times 512. */
  readonly size: readonly [number, number]
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
  /** Where the trained block is left. */
  readonly output: string
}

export interface TrialSpec {
  /** Unique in a run: names the file of its outcome. */
  readonly id: string
  readonly arm: string
  readonly k: number
  readonly repeat: number
  /** Outputs of the head: 1 for two classes (labels are 1 for the positive class, else 0), else one per class (labels are class indices). */
  readonly outputs: number
  readonly training: readonly (FeatureRows & { readonly label: number })[]
  /** Cases that score this trial and choose the head's penalty. */
  readonly selection: FeatureRows & { readonly labels: readonly number[] }
  /** Rows whose mean and deviation standardise the features (the original training films); null: raw features. */
  readonly standardiseBy: FeatureRows | null
  readonly fineTune?: FineTuneSpec
  readonly head:
    | { readonly kind: 'logistic' }
    | {
        readonly kind: 'adam'
        readonly learningRate: number
        readonly batchSize: number
        readonly epochs: number
        /** Optimiser steps in all. */
        readonly steps: number
        readonly seed: number
      }
}

export interface TrialOutcome {
  readonly id: string
  readonly arm: string
  readonly k: number
  readonly repeat: number
  readonly size: number
  /** AUC on the selection cases; of more than two classes the macro AUC, one class against the rest. */
  readonly score: number
  /** Logits of the selection cases [N, outputs], case by case. */
  readonly selectionLogits: readonly number[]
  /** The head in raw feature space: logit = weights . features + bias; weights [outputs, D], one bias per output. */
  readonly weights: readonly number[]
  readonly bias: readonly number[]
  /** The head stands on a block of its own, which the trial has left. */
  readonly tuned?: true
  /** Optimiser steps (Adam), or null. */
  readonly steps: number | null
  /** Penalty chosen (logistic), or null. */
  readonly penalty: number | null
  /** The head's fit ended at its largest number of steps, before it had settled. */
  readonly unconverged?: true
}

export interface TrialExecutor {
  /**
   * Resolves when every trial's outcome was told, once. The first failure (of a trial, or of `onOutcome` itself) stops all
   * others and is what it rejects with; on the signal it rejects with `Interrupted`. When it has settled, nothing of it
   * runs any more and nothing more is told.
   */
  run(specs: readonly TrialSpec[], onOutcome: (outcome: TrialOutcome) => void, signal?: AbortSignal): Promise<void>
}
