/** What a running experiment says, as one union: written to events.jsonl, shown by the terminal, the report and the studio. */

import type { StageName } from './stage.js'

export type { StageName } from './stage.js'

/** An outer fold, or an inner one; `number` counts over all times. */
export interface FoldProgress {
  readonly number: number
  readonly of: number
  readonly inner?: true
}

/** `fold`: the fold that it happened in; absent outside of folds. */
export type RunEvent = RunEventBody & { readonly fold?: FoldProgress }

type RunEventBody =
  | { type: 'run-started'; run: string; resumed: boolean }
  | { type: 'stage-started'; stage: StageName }
  | { type: 'stage-finished'; stage: StageName; seconds: number; skipped: boolean }
  /** done of total units; `unit` in words ("steps", "films", "trials"); rate in units per second. */
  | { type: 'progress'; stage: StageName; done: number; total: number; unit: string; rate: number; secondsLeft: number }
  /** A row of the generator's curves, by the name of the column: losses, shares. */
  | { type: 'training-curve'; step: number; values: Readonly<Record<string, number>> }
  /** A score on tuning data, known before the end, by the metric that chooses K. */
  | { type: 'trial'; arm: string; k: number; repeat: number; size: number; metric: string; score: number }
  /** Seconds from here to the end of the run, and what they may lie between. */
  | { type: 'expected-time'; seconds: { value: number; low: number; high: number } }
  /** A line that a program of the user's has written; not recorded, for nobody knows what it says. */
  | { type: 'program-line'; text: string }
  | { type: 'warning'; text: string }
  | { type: 'note'; text: string }
  | { type: 'run-finished'; report: string; verdict: string }

export type EventSink = (event: RunEvent) => void
