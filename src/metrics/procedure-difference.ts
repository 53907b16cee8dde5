/**
 * Whether a procedure is better, not only the models that it once made: another GAN, another draw would give other models.
 * Repeats are the readers of a reader study (Obuchowski and Rockette 1995) with the degrees of freedom of Hillis (2007):
 *
 *     var(d) = S + C,  S = var_r(d_r) / R,  C = mean over r != s of cov(d_r, d_s), at least 0
 *     degrees of freedom = var(d)^2 (R - 1) / S^2
 *
 * for the differences d_r of two arms in each repeat: what `obuchowskiRockette` tests by F, here as limits. They are the
 * MOVER limits of the two mean AUCs, which miss equally on both sides, with that t for the normal and with the variance that
 * repeats add to the patients' shared out between the arms. GANs of two arms have nothing in common, so that the arms are
 * less correlated by it; wider limits at the patients' own correlation would make asymmetry of the limit of each arm count
 * for error of their difference.
 */
import { normalQuantile, tQuantile, twoSidedT } from './distributions.js'
import {
  alike,
  covarianceOf,
  type Estimate,
  type EstimateDifference,
  estimateDifference,
  meanEstimate,
  pairOf,
  type Tails,
  twoSided95,
} from './estimate.js'
import { type BoundedPair, isRegular, moverLimits, moverZ, twoFigures } from './limits.js'

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
  const plain = estimateDifference(a, b, tails)
  const method = 'MOVER, repeats as readers (Obuchowski-Rockette, Hillis)'
  const own = spread > 0 ? (variance ** 2 * (repeats - 1)) / spread ** 2 : Number.POSITIVE_INFINITY
  const pair = pairOf(a, b)
  const degreesOfFreedom = Math.min(own, pair.a.degreesOfFreedom)
  const common = { ...plain, se: Math.sqrt(variance), method, repeats, degreesOfFreedom }
  if (Number.isNaN(plain.difference) || alike(a, b)) return common
  const t = (tail: number) =>
    Number.isFinite(degreesOfFreedom) ? -tQuantile(tail, degreesOfFreedom) : normalQuantile(1 - tail)
  const cases = differenceVariance(a, b)
  if (!(cases > 0)) {
    const [down, up] = [t(tails.lowTail) * common.se, t(tails.highTail) * common.se]
    const z = common.se > 0 ? plain.difference / common.se : 0
    return {
      ...common,
      low: plain.difference - down,
      high: plain.difference + up,
      z,
      p: tailOf(z, degreesOfFreedom),
    }
  }
  const whole = withVariance(pair, cases, variance)
  const { low, high } = moverLimits(whole, t(tails.lowTail), t(tails.highTail))
  const z = moverZ(whole)
  return { ...common, low, high, z, p: tailOf(z, degreesOfFreedom) }
}

/**
 * The pair with another variance of its difference. What is more goes to both arms in equal parts (to one alone where the
 * other has no variance), their covariance stays; what is less takes from all in proportion. Limits are normal: the t of
 * `widened` is in place of the one for clustered patients.
 */
function withVariance({ a, b, correlation }: BoundedPair, before: number, variance: number): BoundedPair {
  const more = Math.max(0, variance - before)
  const scale = Math.min(1, variance / before)
  const share = more / Math.max(1, [a, b].filter(isRegular).length)
  const own = (one: BoundedPair['a']) => ({
    ...one,
    variance: isRegular(one) ? scale * one.variance + share : one.variance,
    degreesOfFreedom: Number.POSITIVE_INFINITY,
  })
  const [wideA, wideB] = [own(a), own(b)]
  const covariance = scale * correlation * Math.sqrt(a.variance * b.variance)
  const root = Math.sqrt(wideA.variance * wideB.variance)
  return { a: wideA, b: wideB, correlation: root > 0 ? covariance / root : 0 }
}

function tailOf(t: number, degreesOfFreedom: number): number {
  return twoSidedT(t, Number.isFinite(degreesOfFreedom) ? degreesOfFreedom : 1e9)
}

function differenceVariance(a: Estimate, b: Estimate): number {
  const u = a.u.map((value, p) => value - b.u[p])
  return covarianceOf(u, u)
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
