/**
 * Variances from influence values. What a case adds to an estimate is its influence; the cases of a patient are not
 * independent, so theirs are added up first: `var = P/(P-1) sum_p (sum of p's influences)^2`, P patients (the infinitesimal
 * jackknife with clusters; Obuchowski 1998, Rao and Scott 1992 have the same for a proportion). Influences sum to 0.
 */

/** Each patient's sum of its cases' values, patients in order of appearance; without patients each case is its own. */
export function patientSums(values: ArrayLike<number>, patients?: readonly string[]): Float64Array {
  if (!patients) return Float64Array.from(values)
  const position = new Map<string, number>()
  for (const patient of patients) if (!position.has(patient)) position.set(patient, position.size)
  const sums = new Float64Array(position.size)
  for (let i = 0; i < values.length; i++) sums[position.get(patients[i]) as number] += values[i]
  return sums
}

/** Covariance of two estimates from their influence values, case by case; with `b` = `a` a variance. NaN below two patients. */
export function clusteredCovariance(a: ArrayLike<number>, b: ArrayLike<number>, patients?: readonly string[]): number {
  const [sumsA, sumsB] = [patientSums(a, patients), patientSums(b, patients)]
  const units = sumsA.length
  if (units < 2) return Number.NaN
  return (units / (units - 1)) * sumsA.reduce((sum, value, i) => sum + value * sumsB[i], 0)
}

/** Patients, or cases where there are none: what is independent. */
export function unitsOf(cases: number, patients?: readonly string[]): number {
  return patients ? new Set(patients).size : cases
}

/** The patients where one of them has several cases, else undefined: cases are then independent. */
export function repeatedPatients(patients?: readonly string[]): readonly string[] | undefined {
  return patients && new Set(patients).size < patients.length ? patients : undefined
}
