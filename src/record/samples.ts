/** Images kept for the report's figures, as PNG data URIs, by class. `real` and `conventional` show films: private. */
export type RunSamples = {
  class: string
  real: string[]
  synthetic: string[]
  /** A film as it is, mirrored, and rotated. */
  conventional: { original: string; flipped: string; rotated: string }[]
}[]
