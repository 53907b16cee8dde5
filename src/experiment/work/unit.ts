/**
 * A unit of work of a run, as plain data: numbers, and the names of contents. It holds no path and writes no file, so that it
 * can cross a process, a network or a queue; what it gives back is plain data too, and whoever handed it out keeps that.
 * A unit has no place for a test set.
 */
import type { TopInput } from '../../backbone/trainable-top.js'
import type { Metric } from '../../scoring/metric.js'

/** Rows of a matrix: all of them, one run, or these in this order, in which a row may come more than once. */
export type Rows = 'all' | { readonly from: number; readonly count: number } | readonly number[]

/** Rows of a feature matrix. */
export interface MatrixRows {
  /** SHA-256 (hex) of the matrix as a .npy file, float32 [N, D]: its name, wherever it lies. */
  readonly matrix: string
  readonly rows: Rows
}

/** The backbone's top trained with the head: the matrices hold what the network below it gives. */
export interface FineTuneSpec {
  /** Which top, such as `densenet121.block4`. */
  readonly top: string
  /** SHA-256 (hex) of its weights as loaded, a safetensors file. */
  readonly weights: string
  /** Rows, columns and channels of what it takes; a row of a matrix is these, flat. */
  readonly input: TopInput
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
}

/** What a head is fitted to. */
export interface TrainingRows {
  /** Labels are 1 for the positive class, else 0; with more than two classes, class indices. */
  readonly training: readonly (MatrixRows & { readonly label: number })[]
  /** Rows whose mean and deviation standardise the features (the original training films); null: raw features. */
  readonly standardiseBy: MatrixRows | null
  readonly head: HeadSpec
}

/** How a head is fitted. */
export type HeadSpec =
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

/** An inner fold: a training of its own, that scores the cases it has not seen. */
export interface UnitFold extends TrainingRows {
  /** How many of the selection cases it scores. */
  readonly cases: number
}

/** One training of a head, scored on the cases that it is chosen by. */
export interface TrialUnit extends TrainingRows {
  readonly kind: 'trial'
  /** For messages, and to tell the units of one call apart. */
  readonly id: string
  readonly arm: string
  readonly k: number
  readonly repeat: number
  /** Outputs of the head: 1 for two classes, else one per class. */
  readonly outputs: number
  /** Cases that score this trial and choose the head's penalty. */
  readonly selection: MatrixRows & { readonly labels: readonly number[] }
  /** Where these cases are among the training films: the folds that score them, the first fold the first cases, and so on. */
  readonly folds?: readonly UnitFold[]
  /** What the trial is scored by on these cases. */
  readonly metric: Metric
  readonly fineTune?: FineTuneSpec
}

/** A unit of work; today each is a trial. */
export type Unit = TrialUnit

/** What a trial found. */
export interface TrialOutcome {
  readonly id: string
  readonly arm: string
  readonly k: number
  readonly repeat: number
  /** Images that the head was trained on. */
  readonly size: number
  /** Metric on the selection cases, in its own direction; of more than two classes a macro form, or the metric's own for them. */
  readonly score: number
  /** Logits of the selection cases [N, outputs], case by case. */
  readonly selectionLogits: readonly number[]
  /** The head in raw feature space: logit = weights . features + bias; weights [outputs, D], one bias per output. */
  readonly weights: readonly number[]
  readonly bias: readonly number[]
  /** Optimiser steps (Adam), or null. */
  readonly steps: number | null
  /** Penalty chosen (logistic), or null. */
  readonly penalty: number | null
  /** The head's fit ended at its largest number of steps, before it had settled. */
  readonly unconverged?: true
  /** The head stands on a top that this trial has trained. */
  readonly tuned?: true
}

/** What a unit gives back. */
export interface UnitOutcome {
  /** Of its unit. */
  readonly id: string
  readonly trial: TrialOutcome
  /** The top that the trial has trained, as a safetensors file. */
  readonly top?: Uint8Array
}

/** Rows in the shortest form that says the same. */
export function rowsOf(indices: readonly number[]): Rows {
  const [from = 0] = indices
  return indices.every((row, at) => row === from + at) ? { from, count: indices.length } : indices
}
