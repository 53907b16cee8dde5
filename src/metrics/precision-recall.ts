/**
 * Precision and recall of generated features (Kynkäänniemi et al. 2019), density and coverage (Naeem et al. 2020), as the
 * package prdc computes them: each point's ball reaches to its k-th nearest other point of its own set, borders excluded.
 *
 *   precision  share of synthetic points inside some real point's ball: do they look real?
 *   density    the same, counted by how many balls, over k: 1 on average for the real distribution, may exceed it
 *   recall     share of real points inside some synthetic point's ball: is everything real also made?
 *   coverage   share of real points whose ball holds a synthetic point
 *
 * Recall and coverage rise with the number of synthetic points: compare at equal numbers, where samples of one
 * distribution have coverage 1 - 2^-k on average (0.97 for k = 5; Naeem et al., equation 7).
 */
import { type FeatureMatrix, featureCount, squaredDistances } from './feature-matrix.js'
import { kthNearestSquares } from './nearest.js'
import type { Reason } from './reason.js'

/** Neighbours that set a ball's radius, the point itself left out. */
export const manifoldNeighbours = 5

export interface Manifolds {
  /** All null where a set has no more than k rows: the k-th neighbour is missing. */
  readonly precision: number | null
  readonly recall: number | null
  readonly density: number | null
  readonly coverage: number | null
  readonly reason?: Reason
}

/**
 * The four measures of features [M, D] and [N, D].
 *
 * @param real features [M, D] of real images
 * @param synthetic features [N, D] of synthetic images, by the same backbone
 * @param k neighbours that a ball reaches to; default 5
 * @returns precision, recall and coverage (0..1) and density (0 and more); null with `reason` where a set has no more than k
 * @throws `InternalError` where the matrices differ in D
 * @source Kynkäänniemi et al., NeurIPS 2019; Naeem et al., ICML 2020; the package prdc
 */
export function precisionRecall(real: FeatureMatrix, synthetic: FeatureMatrix, k = manifoldNeighbours): Manifolds {
  featureCount(real, synthetic)
  const [m, n] = [real.shape[0], synthetic.shape[0]]
  if (Math.min(m, n) <= k) {
    const reason: Reason = { kind: 'too-few-images', neighbours: k }
    return { precision: null, recall: null, density: null, coverage: null, reason }
  }
  const realRadii = kthNearestSquares(real, k)
  const syntheticRadii = kthNearestSquares(synthetic, k)
  const recalled = new Uint8Array(m)
  const covered = new Uint8Array(m)
  const squared = new Float64Array(m)
  let precise = 0
  let balls = 0
  for (let i = 0; i < n; i++) {
    squaredDistances(synthetic, i, real, 0, squared)
    let inside = 0
    for (let j = 0; j < m; j++) {
      if (squared[j] < realRadii[j]) {
        inside++
        covered[j] = 1
      }
      if (squared[j] < syntheticRadii[i]) recalled[j] = 1
    }
    if (inside > 0) precise++
    balls += inside
  }
  const share = (marks: Uint8Array) => marks.reduce((sum, mark) => sum + mark, 0) / m
  return { precision: precise / n, recall: share(recalled), density: balls / (k * n), coverage: share(covered) }
}
