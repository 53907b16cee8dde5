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

export interface TrialSpec {
  /** Unique in a run: names the file of its outcome. */
  readonly id: string
  readonly arm: string
  readonly k: number
  readonly repeat: number
  readonly training: readonly (FeatureRows & { readonly label: 0 | 1 })[]
  /** Cases that score this trial and choose the head's penalty. */
  readonly selection: FeatureRows & { readonly labels: readonly number[] }
  /** Rows whose mean and deviation standardise the features (the original training films); null: raw features. */
  readonly standardiseBy: FeatureRows | null
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
  /** AUC on the selection cases. */
  readonly score: number
  /** Logit of every selection case. */
  readonly selectionLogits: readonly number[]
  /** The head in raw feature space: logit = weights . features + bias. */
  readonly weights: readonly number[]
  readonly bias: number
  /** Optimiser steps (Adam), or null. */
  readonly steps: number | null
  /** Penalty chosen (logistic), or null. */
  readonly penalty: number | null
}

export interface TrialExecutor {
  run(specs: readonly TrialSpec[], onOutcome: (outcome: TrialOutcome) => void, signal?: AbortSignal): Promise<void>
}
