/**
 * Which synthetic images of a class pass a selection: those whose features lie in the range of the class's training films, and
 * which a teacher takes for their class with a probability above a threshold.
 *
 * The range is one of distance: an image is in it where its nearest training film is no further than the nearest film of another
 * patient is from any training film. Of hundreds of features some lie outside their least and largest value for nearly every
 * film, also for real ones; the distances of the films themselves say what is usual in that many. A film of one more patient of
 * the class would be the furthest of n + 1, and fall, with a probability of about 1 / (n + 1), whatever the features' distribution.
 */
import { elementAt } from '../base/element-at.js'
import type { FeatureMatrix } from '../metrics/feature-matrix.js'
import { nearestOthers } from '../metrics/nearest.js'

/** What a teacher's probability must lie above, ascending; 0: the range alone. */
export const selectionThresholds = [0, 0.5, 0.8] as const

/** How far from a training film the range of a class reaches; null where its films [N, D] are all of one patient. `patients`: of each film. */
export function featureRange(films: FeatureMatrix, patients: readonly string[]): number | null {
  const largest = nearestOthers(films, patients).reduce((most, distance) => Math.max(most, distance), 0)
  return Number.isFinite(largest) && patients.length > 0 ? largest : null
}

/**
 * How many of the thresholds each image passes; none where it is out of range.
 * @param images distance to the nearest training film of its class, and the teacher's probability of that class, image by image
 */
export function thresholdsPassed(
  images: { readonly distances: ArrayLike<number>; readonly probabilities: ArrayLike<number> },
  range: number,
): number[] {
  return Array.from(images.distances, (distance, i) => {
    if (!(distance <= range)) return 0
    const probability = elementAt(images.probabilities, i)
    return selectionThresholds.filter((threshold) => threshold === 0 || probability > threshold).length
  })
}

/** Rows that pass a threshold, by its place among them, in their order. */
export function rowsPassing(passed: readonly number[], place: number): number[] {
  return passed.flatMap((thresholds, row) => (thresholds > place ? [row] : []))
}
