/** Synthetic films as a page shows them, and what a person has decided of them. */

/** What a film is to be: accepted or rejected; null: nothing was decided. */
export type Decision = 'accepted' | 'rejected' | null

export interface SyntheticView {
  /** Draws of the run, from 1, each with films of its own. */
  readonly draws: readonly {
    /** Each with how many of its films there are. */
    readonly classes: readonly { readonly name: string; readonly films: number }[]
  }[]
  /** Films of all draws that were decided, those of earlier runs among them. */
  readonly accepted: number
  readonly rejected: number
  /** Films that this run was made without, because they were rejected before. */
  readonly leftOut: number
  /** Whether the run has its result, so that its test scores can be seen. */
  readonly finished: boolean
  /** Whether folds draw films of their own, which can't be looked at. */
  readonly inFolds: boolean
  /** Makes the run again without what was rejected. */
  readonly command: string
}

/** Of the films of a class in a draw, in their order. */
export type Decisions = readonly Decision[]

/** One film, with the training film that it is closest to. */
export interface SyntheticFilm {
  readonly class: string
  /** In its class, from 1. */
  readonly number: number
  /** Null where the run has kept no features. */
  readonly nearest: {
    readonly film: string
    /** Of the run's films, for its picture. */
    readonly row: number
    /** Its distance over that of a typical training film to the nearest one of another patient. */
    readonly ratio: number
  } | null
}
