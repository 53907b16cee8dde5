/** What a run folder holds, kind by kind, and what of it may go. */

/** In the order in which they are shown. */
export const contentKinds = [
  'report',
  'result',
  'model',
  'generator',
  'private',
  'trials',
  'folds',
  'state',
  'snapshots',
  'pools',
  'features',
  'inner-folds',
  'fold-generators',
  'other',
] as const
export type ContentKind = (typeof contentKinds)[number]

export interface RunContent {
  readonly kind: ContentKind
  readonly files: number
  readonly bytes: number
  /** Paths within the run's folder that may go, in the order of their names. */
  readonly spare: readonly string[]
  readonly spareBytes: number
}

export interface ContentFacts {
  readonly finished: boolean
  /** Step of the checkpoint that each generator draws from, from the first on, where one was chosen. */
  readonly chosen: readonly (number | undefined)[]
}
