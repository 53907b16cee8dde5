/** Synthetic films as a page shows them. */

export interface SyntheticView {
  /** Each with how many of its films there are. */
  readonly classes: readonly { readonly name: string; readonly films: number }[]
}

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
