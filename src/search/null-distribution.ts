/**
 * What the same rule finds when K has no effect: a multiplier bootstrap in the manner of White's Reality Check (2000).
 * Every draw disturbs all K together, patient by patient and repeat by repeat, so that what trials share (one tuning set,
 * nested pools) is kept; shuffling or flipping repeats instead would count the noise of the shared cases as an effect.
 *
 *     G  = m[rule(m)] - m[1];  E[k,r] = theta[k,r] - m[k]
 *     x* = sqrt(P/(P-1)) sum_p g_p u[p,.] + sum_r h_r E[.,r] / sqrt(R(R-1))      g, h ~ N(0,1)
 *     p  = (1 + #{x*[rule(x*)] - x*[1] >= G}) / (B + 1)
 *
 * What the same patients chose before the search (`EarlierChoice`) is chosen anew in every draw.
 */
import type { Rng } from '../base/random.js'
import { disturbedBy, type EarlierChoice } from './earlier-choice.js'
import { applyRule, meanOf, type SearchPolicy, type SearchScores } from './policy.js'
import { differenceError } from './score-error.js'
import { roundingOf } from './tie.js'

/** Why there is no p: too little was drawn from, or a rule that needs scores by case has none. */
export type NullReason = 'fewer-than-two-patients' | 'one-repeat' | 'rule-needs-cases'

export interface SearchNull {
  /** Share of null searches that find at least the gain found here; at least 1 / (draws + 1). null: not to be had. */
  readonly p: number | null
  /** Gain of the chosen K over the first K, in units of the score. */
  readonly gain: number | null
  /** Quantiles of the gain under the null, by probability ("0.5", "0.95", ...). */
  readonly quantiles: Record<string, number>
  readonly reason?: NullReason
}

const shownQuantiles = [0.5, 0.9, 0.95, 0.99]

/**
 * The gain that the rule finds where K has no effect, and the p-value of the gain that it found.
 *
 * @param scores of every K, with influence values and repeats
 * @param policy the rule that chose K
 * @param options `draws` of the bootstrap, `rng`, and `earlier`: what the same patients chose before the search
 * @returns p, the gain over the first K, and quantiles of the gain by chance; null with `reason` where there is
 *   nothing to draw from
 * @source White, Econometrica 2000, 68:1097
 */
export function searchNull(
  scores: SearchScores,
  policy: SearchPolicy,
  { draws, rng, earlier = [] }: { draws: number; rng: Rng; earlier?: readonly EarlierChoice[] },
): SearchNull {
  const { ks, theta, u } = scores
  const means = theta.map(meanOf)
  const chosen = (values: ArrayLike<number>) => {
    const { kOptimal } = applyRule(ks, values, policy, (a, b) => differenceError(scores, a, b))
    return values[ks.indexOf(kOptimal)] - values[0]
  }
  const patients = u[0].length
  if (patients < 2) return { p: null, gain: null, quantiles: {}, reason: 'fewer-than-two-patients' }
  const gain = chosen(means)
  const draw = multiplierDraw(scores, means, earlier)
  const gains = Float64Array.from({ length: draws }, () => chosen(draw(rng))).sort()
  const least = gain - roundingOf(means)
  const reached = gains.reduce((count, value) => count + (value >= least ? 1 : 0), 0)
  const quantiles = shownQuantiles.map((q) => [String(q), gains[Math.min(draws - 1, Math.floor(q * draws))]] as const)
  return { p: (1 + reached) / (draws + 1), gain, quantiles: Object.fromEntries(quantiles) }
}

/** Draws one disturbance x* of all K. */
export function multiplierDraw(
  { ks, theta, u }: SearchScores,
  means: readonly number[],
  earlier: readonly EarlierChoice[] = [],
): (rng: Rng) => Float64Array {
  const patients = u[0].length
  const repeats = theta[0].length
  const patientScale = Math.sqrt(patients / (patients - 1))
  const repeatScale = repeats > 1 ? 1 / Math.sqrt(repeats * (repeats - 1)) : 0
  const choices = earlier.map(disturbedBy)
  const x = new Float64Array(ks.length)
  return (rng) => {
    const g = Float64Array.from({ length: patients }, () => rng.normal())
    const h = Float64Array.from({ length: repeats }, () => rng.normal())
    for (let i = 0; i < ks.length; i++) {
      let sum = 0
      const influence = u[i]
      for (let p = 0; p < patients; p++) sum += g[p] * influence[p]
      let repeatSum = 0
      for (let r = 0; r < repeats; r++) repeatSum += h[r] * (theta[i][r] - means[i])
      x[i] = patientScale * sum + repeatScale * repeatSum
    }
    for (const add of choices) add(x, g, patientScale)
    return x
  }
}

/**
 * Without cases (scores from a CSV) only whole repeats can be flipped: each repeat's vector theta[.,r] - theta[1,r] keeps
 * or changes its sign. It answers "given this tuning set" alone. Its smallest p is 2^-R; one repeat gives none.
 *
 * @param ks the K that were scored, ascending
 * @param theta score of ks[i] in repeat r, [i][r]
 * @param policy the rule that chose K
 * @param options `draws`: with as many or fewer ways to flip, all are taken; `rng`
 * @returns as `searchNull`
 */
export function signFlipNull(
  ks: readonly number[],
  theta: readonly (readonly number[])[],
  policy: SearchPolicy,
  { draws, rng }: { draws: number; rng: Rng },
): SearchNull {
  const repeats = theta[0].length
  if (repeats < 2) return { p: null, gain: null, quantiles: {}, reason: 'one-repeat' }
  if (policy.rule === 'one-standard-error') return { p: null, gain: null, quantiles: {}, reason: 'rule-needs-cases' }
  const chosen = (values: readonly number[]) => {
    const { kOptimal } = applyRule(ks, values, policy, () => Number.NaN)
    return values[ks.indexOf(kOptimal)] - values[0]
  }
  const gainWith = (sign: (r: number) => number) =>
    chosen(theta.map((row) => meanOf(row.map((value, r) => sign(r) * (value - theta[0][r])))))
  const gain = gainWith(() => 1)
  const all = 2 ** repeats
  const exact = all <= draws
  const gains = Array.from({ length: exact ? all : draws }, (_, draw) =>
    gainWith((r) => ((exact ? Math.floor(draw / 2 ** r) % 2 : rng.integer(2)) === 0 ? 1 : -1)),
  ).sort((a, b) => a - b)
  const reached = gains.filter((value) => value >= gain - 1e-12).length
  const p = exact ? reached / all : (1 + reached) / (draws + 1)
  const quantiles = shownQuantiles.map(
    (q) => [String(q), gains[Math.min(gains.length - 1, Math.floor(q * gains.length))]] as const,
  )
  return { p, gain, quantiles: Object.fromEntries(quantiles) }
}
