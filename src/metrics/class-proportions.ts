/**
 * Intervals of the measures where there are more than two classes and the most probable one is called: of each class
 * against the rest as for two classes (Wilson), and of their plain means. The shares that a mean is made of overlap in
 * cases and patients, so its limits come from what each patient adds to it (`estimate.ts`).
 */
import { estimateInterval } from './estimate.js'
import { oneAgainstRest } from './multi-class.js'
import { type MeasureName, type Proportion, proportionIntervals } from './proportion.js'

/** Limits of one class's measures against the rest. `called`: class indices. */
export function classProportions(
  yTrue: readonly number[],
  called: readonly number[],
  classIndex: number,
  patients: readonly string[],
): Record<MeasureName, Proportion> {
  return proportionIntervals(oneAgainstRest(yTrue, classIndex), oneAgainstRest(called, classIndex), 0.5, patients)
}

/** Limits of the accuracy, and of the classes' mean sensitivity, specificity, PPV and NPV. */
export function macroProportions(
  yTrue: readonly number[],
  called: readonly number[],
  classes: number,
  patients: readonly string[],
): Record<MeasureName, Proportion> {
  const right = called.map((call, i) => (call === yTrue[i] ? 1 : 0))
  const { accuracy } = proportionIntervals(
    right,
    right.map(() => 1),
    0.5,
    patients,
  )
  const ofClasses = Array.from({ length: classes }, (_, c) => c)
  const macro = (among: (i: number, c: number) => boolean, outcome: (i: number, c: number) => boolean) =>
    meanOfShares(
      ofClasses.map((c) => yTrue.map((_, i) => (among(i, c) ? Number(outcome(i, c)) : null))),
      patients,
    )
  return {
    accuracy,
    sensitivity: macro(
      (i, c) => yTrue[i] === c,
      (i, c) => called[i] === c,
    ),
    specificity: macro(
      (i, c) => yTrue[i] !== c,
      (i, c) => called[i] !== c,
    ),
    ppv: macro(
      (i, c) => called[i] === c,
      (i, c) => yTrue[i] === c,
    ),
    npv: macro(
      (i, c) => called[i] !== c,
      (i, c) => yTrue[i] !== c,
    ),
  }
}

/** Mean of shares; each lists the outcome of every case that it is made of, null for the others. A share of no case is left out. */
function meanOfShares(shares: readonly (readonly (number | null)[])[], patients: readonly string[]): Proportion {
  const position = new Map([...new Set(patients)].map((name, p) => [name, p]))
  const u = new Float64Array(position.size)
  const known = shares.filter((share) => share.some((outcome) => outcome !== null))
  const values = known.map((share) => {
    const outcomes = share.filter((outcome) => outcome !== null)
    const value = outcomes.reduce((a, b) => a + b, 0) / outcomes.length
    share.forEach((outcome, i) => {
      if (outcome === null) return
      u[position.get(patients[i]) as number] += (outcome - value) / (outcomes.length * known.length)
    })
    return value
  })
  const value = values.reduce((a, b) => a + b, 0) / values.length
  if (u.every((one) => Math.abs(one) < 1e-12))
    return { value, low: null, high: null, method: 'none', reason: 'shares-without-variance' }
  const patientsPerClass = known.map((share) => new Set(patients.filter((_, i) => share[i] !== null)).size)
  const repeated = position.size < patients.length
  const { low, high, method, reason } = estimateInterval({ value, u, patientsPerClass, repeated })
  return { value, low: finite(low), high: finite(high), method, ...(reason ? { reason } : {}) }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
