/**
 * A choice that the same patients made before the search and that went into every K, such as the snapshot that films are drawn
 * from. It is made anew in every draw of the null, from scores that are disturbed by the same multipliers.
 *
 *     z*[s] = sqrt(P/(P-1)) sum_p g_p v[s,p];   s* = what the rule takes of z*
 *     x*[k] becomes x*[k] + w b[k] (z*[s*] - z*[chosen])
 *
 * What the K would have scored with another choice is not known, for the search was made with the one that was chosen. It is
 * taken to move with that choice's score as the scores here move with the chosen one's: b[k] is the regression, over patients, of
 * u[k,.] on what is the chosen one's alone, v[chosen,.] less the mean of all. Whether the choice was lucky and whether the K
 * profits from it are then seen by the same patients, as they were in the run.
 */
import { oneStandardError } from './one-standard-error.js'
import type { SearchScores } from './policy.js'
import { differenceError } from './score-error.js'

/** Made by the one-standard-error rule. */
export interface EarlierChoice {
  /** Scores of what was chosen from, in its order (`ks`), by the same patients. */
  readonly among: SearchScores
  /** The one of `among.ks` that was chosen. */
  readonly chosen: number
  /** u[i][p]: influence of patient p on the score of the search's ks[i] in the repeats that the choice went into (their mean). */
  readonly u: readonly Float64Array[]
  /** Share of the repeats that it went into: w. */
  readonly share: number
}

/** Adds to disturbed scores `x` of all K what the choice does in the draw of multipliers `g`. */
export function disturbedBy({
  among,
  chosen,
  u,
  share,
}: EarlierChoice): (x: Float64Array, g: Float64Array, patientScale: number) => void {
  const { ks, u: v } = among
  const at = ks.indexOf(chosen)
  const alone = v[at].map((value, p) => value - v.reduce((sum, of) => sum + of[p], 0) / v.length)
  const squares = product(alone, alone)
  // What is left of equal influences is rounding.
  const isAlone = squares > 1e-24 * product(v[at], v[at])
  const carried = u.map((of) => (isAlone ? product(of, alone) / squares : 0))
  const errors = ks.map((_, a) => ks.map((_, b) => differenceError(among, a, b)))
  return (x, g, patientScale) => {
    const z = v.map((of) => patientScale * product(of, g))
    const again = ks.indexOf(oneStandardError(ks, z, (a, b) => errors[a][b]))
    for (let i = 0; i < x.length; i++) x[i] += share * carried[i] * (z[again] - z[at])
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
