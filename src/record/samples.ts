/** Images kept for the report's figures, as PNG data URIs, by class. `real` and `conventional` show films: private. */
export type RunSamples = {
  class: string
  real: string[]
  synthetic: string[]
  /** One film: as it is, flipped, rotated by -10 and by 10 degrees. */
  conventional: string[]
}[]
