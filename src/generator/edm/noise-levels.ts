/**
 * Noise levels (standard deviations) in units in which the films' own deviation is 1/2.
 * Source: Karras et al. 2022, table 1 (column "Ours").
 */
import type { Rng } from '../../base/random.js'

/** Standard deviation of the films' grey levels, in the units of the noise. */
export const filmDeviation = 0.5

/** ln(level) in training: normal with this mean and deviation. */
const logMean = -1.2
const logDeviation = 1.2

/** Drawing begins here, with what the normal part alone says of films at that level, and ends at the smallest. */
const largest = 5
const smallest = 0.01
/** Exponent of the schedule: the larger, the more of its levels are small. */
const exponent = 7

/** float32 [count]: logarithms of noise levels to train at. */
export function drawLogLevels(rng: Rng, count: number): Float32Array {
  return rng.normals(count).map((value) => logMean + logDeviation * value)
}

/** Levels that an image is drawn over, falling: eq. 5 of the source. */
export function levelSchedule(count: number): number[] {
  const root = (level: number) => level ** (1 / exponent)
  return Array.from(
    { length: count },
    (_, i) => (root(largest) + (i / (count - 1)) * (root(smallest) - root(largest))) ** exponent,
  )
}
