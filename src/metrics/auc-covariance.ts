/**
 * Covariance of AUCs scored on the same cases.
 * Independent cases: DeLong et al. 1988, `S10/M + S01/N`.
 * Patients with several images: Obuchowski 1997 (Biometrics 53:567), `S10/M + S01/N + 2 S11/(MN)` over patients, where S11
 * carries what a patient's diseased and healthy images share; it is negative as often as not. With one image a patient
 * it is DeLong's.
 */
import type { Placements } from './placements.js'

export interface Design {
  /** Patient of every case, where some patient has more than one; undefined: cases are independent. */
  readonly patients?: readonly string[]
  /** Independent units with a diseased and with a healthy case: cases, or patients where they repeat. */
  readonly withPositive: number
  readonly withNegative: number
  /** Degrees of freedom for a t quantile: the smaller of these two less 1; Infinity for independent cases. */
  readonly degreesOfFreedom: number
}

/** Whether patients repeat, and what the sizes then are. */
export function designOf(yTrue: ArrayLike<number>, patients?: readonly string[]): Design {
  const labels = Array.from(yTrue)
  if (!patients || new Set(patients).size === patients.length) {
    const withPositive = labels.filter((label) => label === 1).length
    const withNegative = labels.length - withPositive
    return { withPositive, withNegative, degreesOfFreedom: Number.POSITIVE_INFINITY }
  }
  const having = (label: number) => new Set(patients.filter((_, i) => labels[i] === label)).size
  const [withPositive, withNegative] = [having(1), having(0)]
  return { patients, withPositive, withNegative, degreesOfFreedom: Math.min(withPositive, withNegative) - 1 }
}

/** Covariance of two AUCs; of an AUC with itself: its variance. NaN where a class has fewer than two (patients or cases). */
export function aucCovariance(a: Placements, b: Placements, design: Design): number {
  const { patients, withPositive, withNegative } = design
  const m = a.positive.length
  const n = a.negative.length
  if (!patients) return sampleCovariance(a.positive, b.positive) / m + sampleCovariance(a.negative, b.negative) / n
  const residuals = (p: Placements) => ({
    positive: sumByPatient(p.positive, p.positiveIndex, patients, p.auc),
    negative: sumByPatient(p.negative, p.negativeIndex, patients, p.auc),
  })
  const ra = residuals(a)
  const rb = residuals(b)
  const all = new Set(patients).size
  const s10 = (withPositive / ((withPositive - 1) * m)) * product(ra.positive, rb.positive)
  const s01 = (withNegative / ((withNegative - 1) * n)) * product(ra.negative, rb.negative)
  const s11 = (all / (all - 1)) * (product(ra.positive, rb.negative) + product(rb.positive, ra.negative))
  return s10 / m + s01 / n + s11 / (m * n)
}

function sampleCovariance(x: Float64Array, y: Float64Array): number {
  const meanX = x.reduce((s, v) => s + v, 0) / x.length
  const meanY = y.reduce((s, v) => s + v, 0) / y.length
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] - meanX) * (y[i] - meanY)
  return sum / (x.length - 1)
}

/** Per patient: the sum of placements less what the AUC would make of them. */
function sumByPatient(
  values: Float64Array,
  index: readonly number[],
  patients: readonly string[],
  auc: number,
): Map<string, number> {
  const sums = new Map<string, number>()
  values.forEach((value, at) => {
    const patient = patients[index[at]]
    sums.set(patient, (sums.get(patient) ?? 0) + value - auc)
  })
  return sums
}

function product(a: Map<string, number>, b: Map<string, number>): number {
  let sum = 0
  for (const [patient, value] of a) sum += value * (b.get(patient) ?? 0)
  return sum
}
