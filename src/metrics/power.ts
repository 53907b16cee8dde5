/**
 * What a test set could show, before it is opened. Scores are taken as binormal with equal spread: healthy N(0, 1),
 * diseased N(mu, 1), AUC = Phi(mu / sqrt 2), every pair of arms correlated rho within a class. DeLong's variance then has
 * a closed form: with placements V10 = Phi(X),
 *
 *     cov(V10_a, V10_b) = E_g[ Phi((mu_a + sqrt(rho) g) / sqrt(2 - rho)) Phi((mu_b + sqrt(rho) g) / sqrt(2 - rho)) ] - A B,
 *
 * g standard normal, and the same for the healthy by symmetry; rho = 1 gives a variance. The verdict's own limits say how
 * large a difference must be seen, and the difference's normal distribution how often it is.
 */
import { scoreLimits, twoFigures } from './difference-limits.js'
import { normalCdf, normalQuantile } from './distributions.js'

export interface TestSetDesign {
  /** Diseased and healthy cases. */
  readonly positives: number
  readonly negatives: number
  /** AUC of the comparators. */
  readonly auc: number
  /** Correlation of two arms' scores within a class, 0..1. */
  readonly correlation: number
  /** Comparators that the chosen arm must all be shown to be better than, each as good as the others. */
  readonly comparators: number
  /** Variance relative to independent cases, above 1 where patients have several films; 1 by default. */
  readonly designEffect?: number
  /** Degrees of freedom of the verdict's limits; by default the cases of the smaller class less 1 (one film a patient). */
  readonly degreesOfFreedom?: number
}

/** Probability of missing each lower limit, as in the verdict. */
const lowTail = 0.025

/**
 * Probability that the verdict is "yes" where the chosen arm's true AUC is `auc + gain` and every comparator's is `auc`.
 * Three comparators at 0.90, scores correlated 0.9: 0.73 for +0.05 with 50 + 50 cases, 0.37 for +0.02 with 150 + 150.
 */
export function powerToShow(design: TestSetDesign, gain: number): number {
  if (!(design.auc > 0 && design.auc + gain < 1)) return Number.NaN
  const { varianceA, varianceB, between } = pairAt(design, gain)
  const variance = varianceA + varianceB - 2 * between
  if (variance <= 1e-12) return gain > 0 ? 1 : 0
  const surplus = (gain - leastSeen(design)) / Math.sqrt(variance)
  // Differences from several comparators share the chosen arm; the comparators resemble each other as they resemble it.
  const shared = (varianceA - 2 * between + pairAt(design, 0).between) / variance
  return allAbove(surplus, Math.min(1, Math.max(0, shared)), design.comparators)
}

/** The observed difference at which the verdict's lower limit leaves 0: whatever parts the arms plays no part there. */
function leastSeen(design: TestSetDesign): number {
  return bisect(0, 0.9999 - design.auc, (difference) => {
    const { varianceA, varianceB, between } = pairAt(design, difference)
    const pair = {
      a: design.auc + difference,
      b: design.auc,
      variance: Math.max(0, varianceA + varianceB - 2 * between),
      parted: { sum: 0, squares: 0 },
      units: [design.positives, design.negatives] as const,
      degreesOfFreedom: degreesOf(design),
    }
    return scoreLimits(pair, { lowTail, highTail: lowTail }).low > 0
  })
}

function degreesOf({ positives, negatives, degreesOfFreedom }: TestSetDesign): number {
  return degreesOfFreedom ?? Math.min(positives, negatives) - 1
}

/** DeLong's variances of an arm with a gain and of a comparator, and their covariance. */
function pairAt(design: TestSetDesign, gain: number) {
  const scale = (design.designEffect ?? 1) * (1 / design.positives + 1 / design.negatives)
  const covariance = (a: number, b: number, rho: number) => scale * placementCovariance(a, b, rho)
  const better = design.auc + gain
  return {
    varianceA: covariance(better, better, 1),
    varianceB: covariance(design.auc, design.auc, 1),
    between: covariance(better, design.auc, design.correlation),
  }
}

/** The smallest gain shown with this probability, at three decimals; null where not even an AUC near 1 would be. */
export function smallestGainShown(design: TestSetDesign, probability = 0.8): number | null {
  const most = 0.999 - design.auc
  if (!(most > 0) || !(powerToShow(design, most) >= probability)) return null
  const gain = bisect(0, most, (g) => powerToShow(design, g) >= probability)
  return Math.ceil(gain * 1000) / 1000
}

/** Cases, in the proportion of the design, with which a gain is shown with this probability; two figures. */
export function casesToShow(design: TestSetDesign, gain: number, probability = 0.8): number | null {
  const cases = design.positives + design.negatives
  const multiplied = (factor: number): TestSetDesign => ({
    ...design,
    positives: factor * design.positives,
    negatives: factor * design.negatives,
    degreesOfFreedom: (degreesOf(design) + 1) * factor - 1,
  })
  const shows = (logFactor: number) => powerToShow(multiplied(Math.exp(logFactor)), gain) >= probability
  const [fewest, most] = [Math.log(4 / cases), Math.log(1e7 / cases)]
  if (!shows(most)) return null
  return twoFigures(cases * Math.exp(bisect(fewest, most, shows)))
}

/** Covariance of two arms' placements; with rho = 1 and a = b the variance of one. */
function placementCovariance(a: number, b: number, rho: number): number {
  const [muA, muB] = [a, b].map((value) => Math.SQRT2 * normalQuantile(value))
  const root = Math.sqrt(2 - rho)
  const share = Math.sqrt(rho)
  const product = overNormal((g) => normalCdf((muA + share * g) / root) * normalCdf((muB + share * g) / root))
  return product - a * b
}

/** P(all of m standard normal variables with mean `surplus`, any two correlated `shared`, are above 0). */
function allAbove(surplus: number, shared: number, m: number): number {
  if (shared >= 1 - 1e-9) return normalCdf(surplus)
  const [common, own] = [Math.sqrt(shared), Math.sqrt(1 - shared)]
  return overNormal((g) => normalCdf((surplus + common * g) / own) ** m)
}

/** Expectation over a standard normal variable, by the trapezoid rule, which is exact to rounding for such functions. */
function overNormal(value: (g: number) => number): number {
  const step = 0.1
  let sum = 0
  for (let i = -85; i <= 85; i++) {
    const g = i * step
    sum += Math.exp(-0.5 * g * g) * value(g)
  }
  return (sum * step) / Math.sqrt(2 * Math.PI)
}

/** The least x in [low, high] at which a condition that stays true once it is true holds. */
function bisect(low: number, high: number, holds: (x: number) => boolean): number {
  let [from, to] = [low, high]
  for (let i = 0; i < 30; i++) {
    const middle = (from + to) / 2
    if (holds(middle)) to = middle
    else from = middle
  }
  return to
}
