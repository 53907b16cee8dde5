/** Images kept for the report's figures, as PNG data URIs, by class. `real` and `conventional` show films: private. */
export type RunSamples = {
  class: string
  real: string[]
  synthetic: string[]
  /** A film as it is (`original`), and once for each change that is on, as large as it may be: word to picture. */
  conventional: Record<string, string>[]
}[]
