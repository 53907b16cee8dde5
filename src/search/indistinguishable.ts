/**
 * The K that these cases can't tell from the best: a model confidence set (Hansen, Lunde, Nason 2011) by the multiplier
 * bootstrap of `null-distribution.ts`. K are left out one by one, the worst first, for as long as the hypothesis
 * "those that remain are equally good" is rejected.
 */
import type { Rng } from '../base/random.js'
import { multiplierDraw } from './null-distribution.js'
import { meanOf, type SearchScores } from './policy.js'
import { roundingOf } from './tie.js'

/**
 * K of the set, ascending; it holds the best K with probability 1 - alpha (default 0.05).
 *
 * @param scores of every K, with influence values
 * @param options `draws` of the bootstrap, `rng`, and `alpha` (default 0.05)
 * @returns K values, ascending
 * @source Hansen, Lunde, Nason, Econometrica 2011, 79:453
 */
export function indistinguishable(
  scores: SearchScores,
  { draws, rng, alpha = 0.05 }: { draws: number; rng: Rng; alpha?: number },
): number[] {
  const { ks, theta } = scores
  const means = theta.map(meanOf)
  if (scores.u[0].length < 2) return [...ks]
  const draw = multiplierDraw(scores, means)
  const disturbances = Array.from({ length: draws }, () => draw(rng).slice())
  let remaining = ks.map((_, i) => i)
  while (remaining.length > 1) {
    const { statistics, worst, nullMaxima } = equalityTest(remaining, means, disturbances)
    const observed = Math.max(...statistics)
    const p = (1 + nullMaxima.filter((value) => value >= observed - 1e-12).length) / (draws + 1)
    if (p > alpha) break
    remaining = remaining.filter((i) => i !== worst)
  }
  return remaining.map((i) => ks[i])
}

/** T_max: the largest studentised shortfall of one K from the mean of those that remain. */
function equalityTest(remaining: readonly number[], means: readonly number[], disturbances: readonly Float64Array[]) {
  const centred = (values: ArrayLike<number>) => {
    const mean = remaining.reduce((sum, i) => sum + values[i], 0) / remaining.length
    return remaining.map((i) => mean - values[i])
  }
  const nulls = disturbances.map(centred)
  const errors = remaining.map((_, at) => Math.sqrt(nulls.reduce((sum, row) => sum + row[at] ** 2, 0) / nulls.length))
  // Two K with the same score on every case have no error between them and no shortfall either.
  const rounding = roundingOf(means)
  const studentise = (value: number, error: number) =>
    error > rounding ? value / error : value > rounding ? Number.POSITIVE_INFINITY : 0
  const statistics = centred(means).map((value, at) => studentise(value, errors[at]))
  const nullMaxima = nulls.map((row) => Math.max(...row.map((value, at) => studentise(value, errors[at]))))
  const worst = remaining[statistics.indexOf(Math.max(...statistics))]
  return { statistics, worst, nullMaxima }
}
