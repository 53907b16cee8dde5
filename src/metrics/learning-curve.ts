/**
 * How a figure between 0 and 1 grows with the number of training films: the inverse power law value = a - b n^-c
 * (Cortes et al. 1993; Figueroa et al., BMC Medical Informatics and Decision Making 2012, 12:8), fitted by least squares
 * to a few sizes, with b of either sign, so that a curve that does not rise is not made to.
 *
 * All sizes are scored on the same patients, so that their errors go together. They are redrawn as the search's null is
 * (STATISTICS 2): a multiplier for each patient, applied at every size, and one for each repeat,
 *
 *     x* = x + sqrt(P/(P-1)) sum_p g_p u[p,.] + sum_r h_r E[.,r] / sqrt(R(R-1)),
 *
 * and the law is fitted to every draw: bands and differences are quantiles over draws. In simulations of curves with
 * c = 0.3, 0.6, 1 and of flat ones the 95 % limits of a gain held the true one in 0.905 to 0.935 of cohorts, and in 0.89 of
 * those of its test: they are somewhat too narrow.
 */
import { UserError } from '../base/errors.js'
import type { Rng } from '../base/random.js'

export interface CurvePoint {
  /** Training films. */
  readonly films: number
  /** Value of each repeat. */
  readonly values: readonly number[]
  /** Influence of each patient on their mean; the same patients at every point. */
  readonly u: Float64Array
}

export interface CurveBand {
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface LearningCurve {
  /** Value at a number of films, with a 95 % band. */
  at(films: number): CurveBand
  /** Value at `to` less the value at `from`, with 95 % limits. */
  gain(from: number, to: number): CurveBand
  /**
   * How many more films than `from` bring a gain that was measured on other patients: 0 where it is none, `most` where the
   * curve does not reach it within so many. With 95 % limits, from draws of the curve and of the gain together.
   */
  filmsFor(gain: Gain, reach: { readonly from: number; readonly most: number }): CurveBand
}

/** A difference that is normal about its value. */
export interface Gain {
  readonly value: number
  readonly standardError: number
}

/** Exponents that are tried. */
const exponents = [0.15, 0.25, 0.4, 0.55, 0.7, 0.85, 1, 1.25, 1.5, 2]
const coverage = 0.95

interface Law {
  readonly a: number
  readonly b: number
  readonly c: number
}

/** Fits a curve to at least three sizes. */
export function fitLearningCurve(
  points: readonly CurvePoint[],
  { draws, rng }: { draws: number; rng: Rng },
): LearningCurve {
  if (points.length < 3) throw new UserError(`a learning curve needs three sizes or more, not ${points.length}`)
  const films = points.map((point) => point.films)
  const means = points.map(({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length)
  const best = fitLaw(films, means)
  const laws = Array.from({ length: draws }, (_, draw) => fitLaw(films, redrawn(points, means, rng.at(draw))))
  const limitsOf = (values: readonly number[]) => {
    const drawn = values.toSorted((x, y) => x - y)
    const quantile = (q: number) => drawn[Math.round(q * (drawn.length - 1))]
    return { low: quantile((1 - coverage) / 2), high: quantile((1 + coverage) / 2) }
  }
  const band = (value: (law: Law) => number): CurveBand => ({ value: value(best), ...limitsOf(laws.map(value)) })
  const gains = rng.split('gains').normals(draws)
  return {
    at: (n) => band((law) => valueAt(law, n)),
    gain: (from, to) => band((law) => valueAt(law, to) - valueAt(law, from)),
    filmsFor: ({ value, standardError }, reach) => ({
      value: filmsBringing(value, best, reach),
      ...limitsOf(laws.map((law, i) => filmsBringing(value + standardError * gains[i], law, reach))),
    }),
  }
}

/** More films than `from` at which the law has risen by `gain`, from 0 to `most`. */
function filmsBringing(gain: number, law: Law, { from, most }: { from: number; most: number }): number {
  if (gain <= 0) return 0
  const wanted = valueAt(law, from) + gain
  if (wanted >= valueAt(law, from + most)) return most
  // a - b n^-c = wanted; between two sizes of which the larger lies higher, b is above 0
  const { a, b, c } = law
  return Math.min(most, Math.max(0, (b / (a - wanted)) ** (1 / c) - from))
}

function valueAt({ a, b, c }: Law, films: number): number {
  return Math.min(1, Math.max(0, a - b * films ** -c))
}

function redrawn(points: readonly CurvePoint[], means: readonly number[], rng: Rng): number[] {
  const patients = points[0].u.length
  const g = rng.normals(patients)
  const repeats = points[0].values.length
  const h = rng.normals(repeats)
  return points.map(({ u, values }, i) => {
    let shift = 0
    for (let p = 0; p < patients; p++) shift += g[p] * u[p]
    shift *= Math.sqrt(patients / (patients - 1))
    if (repeats > 1) {
      const scale = Math.sqrt(repeats * (repeats - 1))
      for (let r = 0; r < repeats; r++) shift += (h[r] * (values[r] - means[i])) / scale
    }
    return means[i] + shift
  })
}

/** Least squares over a and b for each exponent, a at most 1; the exponent that fits best. */
export function fitLaw(films: readonly number[], values: readonly number[]): Law {
  let best: { law: Law; squares: number } | undefined
  for (const c of exponents) {
    const x = films.map((n) => n ** -c)
    const meanX = mean(x)
    const meanY = mean(values)
    const spread = x.reduce((sum, xi) => sum + (xi - meanX) ** 2, 0)
    let b = spread > 0 ? -x.reduce((sum, xi, i) => sum + (xi - meanX) * (values[i] - meanY), 0) / spread : 0
    let a = meanY + b * meanX
    if (a > 1) {
      a = 1
      b = x.reduce((sum, xi, i) => sum + xi * (1 - values[i]), 0) / x.reduce((sum, xi) => sum + xi * xi, 0)
    }
    const squares = values.reduce((sum, value, i) => sum + (value - (a - b * x[i])) ** 2, 0)
    if (best === undefined || squares < best.squares) best = { law: { a, b, c }, squares }
  }
  return (best as { law: Law }).law
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
