/**
 * Whether a procedure is better, not only the models that it once made: another GAN, another draw would give other models.
 * Repeats are the readers of a reader study (Obuchowski and Rockette 1995) with the degrees of freedom of Hillis (2007):
 *
 *     var(d) = S + C,  S = var_r(d_r) / R,  C = mean over r != s of cov(d_r, d_s), at least 0
 *     degrees of freedom = var(d)^2 (R - 1) / S^2
 *
 * for the differences d_r of two arms in each repeat: what `obuchowskiRockette` tests by F, here as the limits of
 * `difference-limits.ts`, with that variance and that t, or the t of the smaller class where it has fewer degrees of freedom.
 */
import { scoreLimits, scoreTest, type Tails, twoFigures, twoSided95 } from './difference-limits.js'
import {
  covarianceOf,
  type Estimate,
  type EstimateDifference,
  estimateDifference,
  meanEstimate,
  pairOf,
} from './estimate.js'

/** Two arms in one repeat, on the same patients. */
export interface RepeatedPair {
  readonly a: Estimate
  readonly b: Estimate
}

/** Two arms over the folds of one cross-validation. */
export interface FoldedPair extends RepeatedPair {
  /** Difference of each fold, each on cases of its own. */
  readonly differences: readonly number[]
}

export interface ProcedureDifference extends EstimateDifference {
  readonly repeats: number
  /** Hillis' degrees of freedom, or those of clustered patients where fewer. */
  readonly degreesOfFreedom: number
}

/** Over repeats that met the same cases, each with a GAN of its own; at least two. */
export function differenceOverRepeats(pairs: readonly RepeatedPair[], tails: Tails = twoSided95): ProcedureDifference {
  const repeats = pairs.length
  const [a, b] = [meanEstimate(pairs.map((pair) => pair.a)), meanEstimate(pairs.map((pair) => pair.b))]
  const influences = pairs.map((pair) => pair.a.u.map((value, p) => value - pair.b.u[p]))
  let shared = 0
  for (let r = 0; r < repeats; r++)
    for (let s = 0; s < r; s++) shared += covarianceOf(influences[r], influences[s]) / ((repeats * (repeats - 1)) / 2)
  const spread = varianceOf(pairs.map((pair) => pair.a.value - pair.b.value)) / repeats
  return widened(a, b, { variance: spread + Math.max(0, shared), spread, repeats }, tails)
}

/**
 * Over the folds of one cross-validation or of several (`times`). Folds have no case in common, so that the spread of their
 * differences holds the cases' part too; it can only add to what the patients' influence gives, never take away. GANs are
 * independent over all folds of all times, cases are the same in each time.
 */
export function differenceOverFolds(times: readonly FoldedPair[], tails: Tails = twoSided95): ProcedureDifference {
  const [a, b] = [meanEstimate(times.map((time) => time.a)), meanEstimate(times.map((time) => time.b))]
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const spread = mean(times.map(({ differences }) => varianceOf(differences) / differences.length))
  const cases = mean(times.map((time) => differenceVariance(time.a, time.b)))
  const more = Math.max(0, spread - cases) / times.length
  const variance = differenceVariance(a, b) + more
  return widened(a, b, { variance, spread, repeats: Math.min(...times.map((t) => t.differences.length)) }, tails)
}

/**
 * Cases that would decide at `delta` where `cases` would by patients alone: of the squared distance of the limits only the
 * patients' part shrinks with cases, what GANs or folds add stays. Two figures; null where that is `delta` or more by itself,
 * so that only more GANs would decide.
 */
export function casesBesideRepeats(
  cases: number,
  distances: { readonly byPatients: number; readonly whole: number },
  delta: number,
): number | null {
  const added = Math.max(0, distances.whole ** 2 - distances.byPatients ** 2)
  const left = delta ** 2 - added
  return left > 0 ? twoFigures((cases * delta ** 2) / left) : null
}

interface Spread {
  readonly variance: number
  readonly spread: number
  readonly repeats: number
}

function widened(a: Estimate, b: Estimate, { variance, spread, repeats }: Spread, tails: Tails): ProcedureDifference {
  const plain = pairOf(a, b)
  const own = spread > 0 ? (variance ** 2 * (repeats - 1)) / spread ** 2 : Number.POSITIVE_INFINITY
  const degreesOfFreedom = Math.min(own, plain.degreesOfFreedom)
  // Without a variance of patients there is none to add to.
  const pair = { ...plain, degreesOfFreedom, variance: Number.isNaN(plain.variance) ? Number.NaN : variance }
  return {
    ...estimateDifference(a, b),
    ...scoreLimits(pair, tails),
    ...scoreTest(pair),
    se: Math.sqrt(variance),
    method: 'score limits, repeats as readers (Obuchowski-Rockette, Hillis)',
    repeats,
    degreesOfFreedom,
  }
}

function differenceVariance(a: Estimate, b: Estimate): number {
  const u = a.u.map((value, p) => value - b.u[p])
  return covarianceOf(u, u)
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
