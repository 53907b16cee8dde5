/**
 * Who watches a training: the curve, the sample grid, the checkpoint, an average of weights, a score of snapshots. An observer
 * hears every step, asks for the training state at the steps where it needs it, and may have a state of its own, which is
 * kept in each checkpoint, so that a training that was stopped goes on as if it had not been.
 */
import type { NDArray } from '../base/ndarray.js'

/** Values of one step by the column of the curve: losses, shares. */
export type StepValues = Readonly<Record<string, number>>

/** An observer's own state: arrays, and finite numbers. The empty key stands for the observer's name itself. */
export type ObserverState = Readonly<Record<string, NDArray | number>>

export interface Observer<State = unknown> {
  /** Names the observer's state in a checkpoint, different from that of every other observer. */
  readonly name: string
  /**
   * Called once, before the first step: `step` steps have been made, `saved` is what `save` answered then; undefined at the
   * beginning, and where the checkpoint knows nothing of this observer.
   */
  restore?(step: number, saved: ObserverState | undefined): void
  /** Called for every step, in order. What it throws ends the training. */
  onStep?(step: number, values: StepValues): void
  /** Whether it wants the training state after this step. The last step of a training is asked about like any other. */
  isDue?(step: number): boolean
  /** Called at every due step, after all observers' `onStep`, in the order of the observers. */
  onState?(step: number, state: State): Promise<void>
  /** What a checkpoint keeps of it; called within `onState` of the checkpoint's observer, after the steps so far. */
  save?(): ObserverState
  close?(): Promise<void>
}
