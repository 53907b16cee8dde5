/**
 * Intervals of the measures where there are more than two classes and the most probable one is called: of each class
 * against the rest as for two classes (Wilson), and of their plain means. The shares that a mean is made of overlap in
 * cases and patients, so its limits come from what each patient adds to it (`estimate.ts`).
 */
import { estimateInterval } from './estimate.js'
import { oneAgainstRest } from './macro-auc.js'
import { meanOfRatios, meanOfRatiosInfluence } from './mean-of-ratios.js'
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
  const found = meanOfRatios(
    shares.map((share) => ({
      numerators: share.map((outcome) => outcome ?? 0),
      denominators: share.map((outcome) => (outcome === null ? 0 : 1)),
    })),
  )
  const { value, known } = found
  const u = meanOfRatiosInfluence(found, patients)
  if (u.every((one) => Math.abs(one) < 1e-12))
    return { value, low: null, high: null, method: 'none', reason: 'shares-without-variance' }
  const patientsPerClass = known.map(({ denominators }) => new Set(patients.filter((_, i) => denominators[i] > 0)).size)
  const repeated = u.length < patients.length
  const { low, high, method, reason } = estimateInterval({ value, u, patientsPerClass, repeated })
  return { value, low: finite(low), high: finite(high), method, ...(reason ? { reason } : {}) }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
