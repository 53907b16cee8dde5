/**
 * Agreement of two readers beyond chance: Cohen's kappa (1960), unweighted.
 *
 *     kappa = (po - pe) / (1 - pe),   po: share of equal labels,   pe: that expected by chance from each reader's shares
 *
 * Variance by the patients' influence, `P/(P-1) sum_p u_p^2`: where each item is of a patient of its own, that is Fleiss, Cohen
 * and Everitt's (Psychol Bull 1969, 72:323) times n/(n-1). Limits: Student's t with P - 1 degrees of freedom, held within -1..1.
 */
import { InternalError } from '../base/errors.js'
import { tQuantile } from './distributions.js'
import type { Reason } from './reason.js'

export interface Kappa {
  /** Items that both have labelled. */
  readonly n: number
  /** Share of equal labels; NaN without items. */
  readonly agreement: number
  /** -1..1; NaN where both give one and the same label to all items: there is nothing beyond chance to agree in. */
  readonly value: number
  /** 95 % limits; NaN where there is no variance. */
  readonly low: number
  readonly high: number
  readonly se: number
  readonly reason?: Reason
}

/**
 * Cohen's kappa of two rows of labels.
 *
 * @param first labels of one reader, one an item
 * @param second labels of the other, of the same items in the same order
 * @param patients of each item; without, each item is of its own
 * @returns kappa with 95 % limits and the share of equal labels
 * @throws `InternalError` where the rows differ in length
 * @source Fleiss, Cohen, Everitt, Psychol Bull 1969, 72:323
 */
export function cohensKappa(
  first: readonly string[],
  second: readonly string[],
  patients: readonly string[] = first.map((_, i) => String(i)),
): Kappa {
  const n = first.length
  if (second.length !== n || patients.length !== n)
    throw new InternalError(`${n} labels can't be compared with ${second.length}, of ${patients.length} patients`)
  const none = { value: Number.NaN, low: Number.NaN, high: Number.NaN, se: Number.NaN }
  if (n === 0) return { n, agreement: Number.NaN, ...none, reason: 'no-case' }
  const [sharesOfFirst, sharesOfSecond] = [sharesOf(first), sharesOf(second)]
  const po = first.filter((label, i) => label === second[i]).length / n
  let pe = 0
  for (const [label, share] of sharesOfFirst) pe += share * (sharesOfSecond.get(label) ?? 0)
  if (pe === 1) return { n, agreement: po, ...none, reason: 'one-class' }
  const value = (po - pe) / (1 - pe)

  const ofPatients = new Map<string, number>()
  first.forEach((a, i) => {
    const b = second[i] as string
    const agrees = (a === b ? 1 : 0) - po
    const expected = (sharesOfSecond.get(a) ?? 0) + (sharesOfFirst.get(b) ?? 0) - 2 * pe
    const influence = (agrees * (1 - pe) - expected * (1 - po)) / (1 - pe) ** 2 / n
    const patient = patients[i] as string
    ofPatients.set(patient, (ofPatients.get(patient) ?? 0) + influence)
  })
  const count = ofPatients.size
  if (count < 2) return { n, agreement: po, ...none, value, reason: 'one-patient' }
  const squares = [...ofPatients.values()].reduce((sum, u) => sum + u * u, 0)
  const se = Math.sqrt((count / (count - 1)) * squares)
  // Two readers who never differ leave nothing to estimate a variance from.
  if (po === 1 || !(se > 1e-12)) return { n, agreement: po, ...none, value, reason: 'equal-calls' }
  const reach = tQuantile(0.975, count - 1) * se
  return { n, agreement: po, value, low: Math.max(-1, value - reach), high: Math.min(1, value + reach), se }
}

function sharesOf(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return new Map([...counts].map(([label, count]) => [label, count / labels.length]))
}
