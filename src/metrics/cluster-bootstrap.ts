/**
 * Bootstrap of patients: a patient is drawn with all of its cases, within the strata of patients with diseased cases only,
 * with healthy cases only, and with both, so that every draw has as many of each as the data (STATISTICS 3). It needs no
 * formula for a variance, so it checks those that have one, and serves what has none, such as a chosen cutoff.
 */
import { UserError } from '../base/errors.js'
import type { Rng } from '../base/random.js'
import { requireCases } from './cases.js'
import type { Reason } from './reason.js'

export interface BootstrapInterval {
  /** On the cases themselves. */
  readonly value: number
  /** Percentiles of the draws. */
  readonly low: number
  readonly high: number
  /** Standard deviation of the draws. */
  readonly se: number
  /** Draws on which the statistic was a number. */
  readonly draws: number
  readonly reason?: Reason
}

/** Draws of patients as positions of their cases; without patients each case is its own. */
export function patientDraws(
  yTrue: ArrayLike<number>,
  patients: readonly string[] | undefined,
  { draws, rng }: { draws: number; rng: Rng },
): number[][] {
  const cases = new Map<string, number[]>()
  for (let i = 0; i < yTrue.length; i++) {
    const patient = patients ? patients[i] : String(i)
    cases.set(patient, [...(cases.get(patient) ?? []), i])
  }
  const strata = new Map<string, number[][]>()
  for (const own of cases.values()) {
    const kind = [...new Set(own.map((i) => yTrue[i]))].sort().join('+')
    strata.set(kind, [...(strata.get(kind) ?? []), own])
  }
  return Array.from({ length: draws }, () =>
    [...strata.values()].flatMap((stratum) => stratum.flatMap(() => stratum[rng.integer(stratum.length)])),
  )
}

/**
 * Percentile interval of a statistic of labels and scores.
 *
 * @param yTrue label of every case: 1 diseased, 0 healthy; they make the strata
 * @param statistic of the cases at these positions (a position may stand several times); NaN where it has none
 * @param options `draws` (99 or more), `rng`, `level` (default 0.95), and `patients`: patient of every case, drawn
 *   with all of its cases
 * @returns the statistic on the cases themselves, percentiles and standard deviation of the draws
 * @throws `UserError` for fewer than 99 draws
 */
export function clusterBootstrap(
  yTrue: ArrayLike<number>,
  statistic: (positions: readonly number[]) => number,
  { patients, draws, rng, level = 0.95 }: { patients?: readonly string[]; draws: number; rng: Rng; level?: number },
): BootstrapInterval {
  requireCases(yTrue, yTrue, patients)
  if (!Number.isInteger(draws) || draws < 99)
    throw new UserError(`${draws} draws are too few for limits; take 99 or more`)
  const value = statistic(Array.from({ length: yTrue.length }, (_, i) => i))
  const found = patientDraws(yTrue, patients, { draws, rng }).map(statistic).filter(Number.isFinite)
  if (found.length < draws / 2) {
    const nan = Number.NaN
    return { value, low: nan, high: nan, se: nan, draws: found.length, reason: 'draws-without-figure' }
  }
  found.sort((a, b) => a - b)
  const tail = (1 - level) / 2
  const at = (share: number) => found[Math.min(found.length, Math.max(1, Math.round(share * (found.length + 1)))) - 1]
  const mean = found.reduce((sum, x) => sum + x, 0) / found.length
  const se = Math.sqrt(found.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (found.length - 1))
  return { value, low: at(tail), high: at(1 - tail), se, draws: found.length }
}
