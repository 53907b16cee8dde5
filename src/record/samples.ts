/** Images kept for the report's figures, as PNG data URIs, by class. `real` and `conventional` show films: private. */
export type RunSamples = {
  class: string
  real: string[]
  synthetic: string[]
  /** A film as it is (`original`), and once for each change that is on, as large as it may be: word to picture. */
  conventional: Record<string, string>[]
}[]

/** The closest pairs of a synthetic image and a training film by class, as PNG data URIs: private, both of each. */
export type ClosestPairs = {
  class: string
  pairs: {
    synthetic: string
    real: string
    /** Of the synthetic image in its pool, from 1. */
    number: number
    /** The film's id. */
    film: string
    by: 'features' | 'image'
    /** Feature distance as a share of the threshold below which copies are suspected, or the correlation. */
    value: number
    suspected: boolean
  }[]
}[]
