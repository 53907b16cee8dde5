/** Made scores with a known AUC: normal, equal variances, of which the classes' shift follows. */
import type { Rng } from '../../src/base/random.js'
import { normalQuantile } from '../../src/metrics/distributions.js'

/** Distance between the classes, in standard deviations, that makes an AUC. */
export function shiftOf(auc: number): number {
  return Math.SQRT2 * normalQuantile(auc)
}

export function labelsOf(diseased: number, healthy: number): number[] {
  return [...Array<number>(diseased).fill(1), ...Array<number>(healthy).fill(0)]
}

/** Scores of several classifiers of the same cases, by AUC, each pair correlated by `correlation` within a class. */
export function correlatedScores(
  yTrue: readonly number[],
  aucs: readonly number[],
  correlation: number,
  rng: Rng,
): number[][] {
  const shared = yTrue.map(() => Math.sqrt(correlation) * rng.normal())
  const own = Math.sqrt(1 - correlation)
  return aucs.map((auc) => {
    const shift = shiftOf(auc)
    return yTrue.map((label, i) => label * shift + shared[i] + own * rng.normal())
  })
}
