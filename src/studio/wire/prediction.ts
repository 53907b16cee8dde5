/** What the classifier of a run says of films, as a page shows it. */

export interface FilmPrediction {
  /** As it was dropped, with the folders that it lay in; or its path. */
  readonly file: string
  readonly probabilities: Readonly<Record<string, number>>
  /** The set of the run that holds the film; null where none does. */
  readonly seen: string | null
  /** Unlike the training films; null where that is not known. */
  readonly unlike: boolean | null
}

export interface PredictionView {
  readonly arm: string
  readonly k: number
  readonly classes: readonly string[]
  readonly positive: string | null
  /** Probability of the positive class from which the run called a film positive; null where it has none. */
  readonly cutoff: number | null
  readonly films: readonly FilmPrediction[]
  /** Films that could not be judged, and why: completes "NAME ...". */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
  /** The same as `kopt predict --csv` prints. */
  readonly csv: string
  /** What types the same. */
  readonly command: string
}
