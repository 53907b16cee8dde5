/** Made scores of known AUC: normal latents of equal variance, correlated within a class (as test/metrics/simulate.ts). */
import { normalQuantile } from '../../dist/metrics/distributions.js'

export const shiftOf = (auc) => Math.SQRT2 * normalQuantile(auc)

export const labelsOf = (diseased, healthy) => [...Array(diseased).fill(1), ...Array(healthy).fill(0)]

/** Scores of several classifiers of the same cases, by AUC, each pair correlated by `correlation` within a class. */
export function correlatedScores(yTrue, aucs, correlation, rng) {
  const shared = yTrue.map(() => Math.sqrt(correlation) * rng.normal())
  const own = Math.sqrt(1 - correlation)
  return aucs.map((auc) => {
    const shift = shiftOf(auc)
    return yTrue.map((label, i) => label * shift + shared[i] + own * rng.normal())
  })
}

/** A row of a Markdown table. */
export const row = (cells) => `| ${cells.join(' | ')} |`

export const share = (count, runs) => (count / runs).toFixed(count / runs < 0.0995 ? 3 : 2)
