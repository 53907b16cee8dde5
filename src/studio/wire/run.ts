/** Runs as a page shows them. A run is named by an id; its folder stands where people type it. */

import type { RunStatus } from '../../record/run-status.js'
import type { KCurveTrial } from '../../report/figures/k-curve.js'
import type { CurveLabel, TrainingCurveRow } from '../../report/figures/training-curves.js'

/** A line of the list of runs. */
export interface RunSummary {
  readonly id: string
  readonly name: string
  readonly state: RunStatus['state']
  /** ISO 8601; null where the run left no event yet. */
  readonly begun: string | null
  /** Its main figure, or how far it is. */
  readonly brief: string
  readonly benefit: 'yes' | 'no' | 'unclear' | null
  /** Limits of the difference in AUC to the strongest comparator; null where there are none. */
  readonly gain: { readonly low: number; readonly high: number } | null
}

export interface ListedRun extends RunSummary {
  /** Whether its folder was there at the last look; what is told is as it was when it was. */
  readonly reachable: boolean
}

/** A stage of a run, in the order of work. */
export interface StageView {
  readonly name: string
  readonly words: string
  readonly state: 'done' | 'at work'
  /** Null while it is at work. */
  readonly seconds: number | null
}

/** One arm's search as far as it has come. */
export interface SearchView {
  readonly arm: string
  /** In prose. */
  readonly name: string
  /** Whether its films come without the run's generator, whose place they take: it is scored while that is trained. */
  readonly rival: boolean
  /** What the scores are: `AUC`. */
  readonly title: string
  /** What the metric can reach. */
  readonly bounds: readonly [least: number, most: number]
  readonly trials: readonly KCurveTrial[]
  /** Of those scored so far. */
  readonly bestK: number
}

/** One run, as far as its folder tells. */
export interface RunView extends RunSummary {
  /** What it does or what it found, in sentences. */
  readonly lines: readonly string[]
  /** What types the same on the command line. */
  readonly command: string
  readonly stages: readonly StageView[]
  /** From 0 to 1; null where nothing is known of it. */
  readonly share: number | null
  /** Seconds to the end of the whole run; null where nothing is known of it. */
  readonly secondsLeft: number | null
  /** Seconds since whoever is at work gave a sign of life; null where nobody is. */
  readonly silentFor: number | null
  readonly training: {
    readonly noun: string
    readonly rows: readonly TrainingCurveRow[]
    readonly losses: readonly CurveLabel[]
    readonly shares: readonly CurveLabel[]
  } | null
  readonly searches: readonly SearchView[]
  /** Steps at which images of the same latents were drawn, ascending. */
  readonly grids: readonly number[]
  /** Remarks and warnings of the run, in the order in which they came. */
  readonly remarks: readonly { readonly type: 'warning' | 'note'; readonly text: string }[]
  readonly report: boolean
}

export interface HandOnView {
  /** What writes the page that judges films. */
  readonly pageCommand: string
}

/** A model that was written with its papers. */
export interface ExportAnswer {
  readonly folder: string
  readonly files: readonly { readonly name: string; readonly bytes: number }[]
  /** Why there is no generator among them; null where there is one. */
  readonly noGenerator: string | null
  readonly command: string
}
