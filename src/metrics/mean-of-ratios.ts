/**
 * Figures that are a ratio of two sums over cases, or a mean of such ratios: a mean loss, the accuracy, the sensitivity, the
 * mean of the classes' F1. What a patient adds to one follows in closed form, by linearising the ratio (Woodruff 1971,
 * Journal of the American Statistical Association 66:411):
 * `u[p] = sum over p's cases of (numerator - ratio denominator) / (sum of denominators)`.
 */

/** One sum over cases by another. A case that has no part in it has 0 for both. */
export interface CaseRatio {
  readonly numerators: readonly number[]
  readonly denominators: readonly number[]
}

interface KnownRatio extends CaseRatio {
  readonly total: number
  readonly value: number
}

export interface MeanOfRatios {
  /** NaN where no ratio has a denominator. */
  readonly value: number
  /** The ratios that it is the mean of: those with a denominator. */
  readonly known: readonly KnownRatio[]
}

/** The mean of the ratios whose denominators don't add up to 0; all are over the same cases. */
export function meanOfRatios(ratios: readonly CaseRatio[]): MeanOfRatios {
  const known = ratios.flatMap((ratio) => {
    const total = sum(ratio.denominators)
    return total > 0 ? [{ ...ratio, total, value: sum(ratio.numerators) / total }] : []
  })
  return { value: sum(known.map(({ value }) => value)) / known.length, known }
}

/** How much each patient moves the mean, in the order of their first cases. `patients`: of every case. */
export function meanOfRatiosInfluence({ known }: MeanOfRatios, patients: readonly string[]): Float64Array {
  const position = new Map([...new Set(patients)].map((name, p) => [name, p]))
  const u = new Float64Array(position.size)
  for (const { numerators, denominators, total, value } of known) {
    patients.forEach((patient, i) => {
      u[position.get(patient) as number] += (numerators[i] - value * denominators[i]) / (total * known.length)
    })
  }
  return u
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
