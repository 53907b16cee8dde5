/**
 * The verdict (STATISTICS 4): does the chosen arm beat every comparator?
 * For comparator j, L_j is the one-sided 0.975 limit below the difference in AUC and U_j the one-sided
 * 1 - 0.025/m limit above it, m the number of distinct comparators.
 *
 * - yes: min L_j > 0. All must hold, so no adjustment is needed (Berger's intersection-union test).
 * - no: min U_j < delta: against some comparator a gain of delta is excluded. "Harm" only where U against doing nothing < 0.
 * - unclear: everything else, with the gain that is not excluded and the number of test cases that would decide.
 *
 * "Yes" wins where the gain is above 0 and yet below delta. An external set whose U lies below 0 turns yes into unclear. So
 * does a comparator that could not be compared: what is not known is not beaten.
 */

export interface VerdictComparator {
  readonly name: string
  /** AUC of the chosen arm minus that of the comparator, on the internal test set. */
  readonly difference: number
  /** L_j and U_j; not finite where the two could not be compared. */
  readonly low: number
  readonly high: number
  /** Test cases that would decide at delta (`casesToDecide`); null where that can't be said. */
  readonly casesNeeded: number | null
  /** The same difference on other hospitals' sets, with its U at 1 - 0.025/(m x sets). */
  readonly external: Readonly<Record<string, { readonly difference: number; readonly high: number }>>
}

export interface VerdictInput {
  readonly comparators: readonly VerdictComparator[]
  /** Name of the comparator that does nothing (original films only). */
  readonly nothing: string
  /** Smallest gain that would matter, fixed beforehand. */
  readonly delta: number
  readonly kChosen: number
  /** The chosen arm is the original films' own: K = 1 of classes that are balanced already. */
  readonly addsNothing?: boolean
  /** Which films chose K: none of the test films, but for `test`. */
  readonly selectOn: 'tuning' | 'inner' | 'test'
}

/** A comparator and the difference to it, with L and U. */
export interface Against {
  readonly comparator: string
  readonly difference: number
  readonly low: number
  readonly high: number
}

/**
 * What more test cases would do: `unsaid` where there is nothing that they could decide, or not all could be compared;
 * `never` where some comparator stays open with any number of them.
 */
export type MoreCases = { readonly kind: 'cases'; readonly cases: number } | { readonly kind: 'never' | 'unsaid' }

/** Why a verdict is what it is: one case each, with the numbers that a sentence needs. */
export type VerdictCase =
  /** K was chosen on the test set: no verdict. */
  | { readonly kind: 'chosen-on-test' }
  /** No comparator could be compared: no verdict. */
  | { readonly kind: 'not-comparable' }
  /** Unclear: the chosen arm holds no synthetic film. */
  | { readonly kind: 'adds-nothing' }
  /** Unclear: the search chose K = 1, the balanced classes. */
  | { readonly kind: 'balance-alone'; readonly moreCases: MoreCases }
  /** Unclear: every comparator that could be compared is beaten, these could not. */
  | { readonly kind: 'some-not-compared'; readonly notCompared: readonly string[] }
  /** Unclear: better inside, worse than this comparator on an external set. */
  | { readonly kind: 'worse-elsewhere'; readonly set: string; readonly comparator: string }
  /** Yes; against the closest comparator. `small`: the gain is below delta against some comparator. */
  | (Against & { readonly kind: 'better'; readonly small: boolean })
  /** No: worse than doing nothing. */
  | (Against & { readonly kind: 'harm' })
  /** No: a gain of delta is excluded against this comparator. */
  | (Against & { readonly kind: 'gain-excluded' })
  /** Unclear: everything else; against the comparator with the least difference. */
  | (Against & { readonly kind: 'open'; readonly moreCases: MoreCases })

export interface VerdictOutcome {
  readonly benefit: 'yes' | 'no' | 'unclear' | null
  readonly found: VerdictCase
  /** Of the comparator that decided. */
  readonly low: number | null
  readonly high: number | null
  readonly comparator: string | null
  readonly casesNeeded: number | null
}

/**
 * The verdict over all comparators.
 *
 * @param input limits against each comparator, and the smallest gain that matters
 * @returns the answer in one word, the case that it is with its numbers, and the limits that decided
 */
export function decideVerdict(input: VerdictInput): VerdictOutcome {
  const { comparators, delta, kChosen, addsNothing = false, selectOn } = input
  const none = { low: null, high: null, comparator: null, casesNeeded: null }
  if (selectOn === 'test') return { ...none, benefit: null, found: { kind: 'chosen-on-test' } }
  if (addsNothing) return { ...none, benefit: 'unclear', found: { kind: 'adds-nothing' } }
  const isKnown = ({ low, high }: VerdictComparator) => Number.isFinite(low) && Number.isFinite(high)
  const known = comparators.filter(isKnown)
  const unknown = comparators.filter((one) => !isKnown(one))
  if (known.length === 0) return { ...none, benefit: null, found: { kind: 'not-comparable' } }
  const lowest = least(known, (c) => c.low)
  const tightest = least(known, (c) => c.high)
  if (kChosen === 1) {
    const moreCases = casesLeft(input, known, unknown)
    return decidedBy(lowest, 'unclear', { kind: 'balance-alone', moreCases })
  }
  if (lowest.low > 0) {
    if (unknown.length === 0) return better(input, lowest, tightest)
    // Better than all that could be compared is not better than all.
    return decidedBy(lowest, 'unclear', { kind: 'some-not-compared', notCompared: unknown.map(({ name }) => name) })
  }
  if (tightest.high < delta) return noGain(input, known, tightest)
  const hardest = least(known, (c) => c.difference)
  const moreCases = casesLeft(input, known, unknown)
  return decidedBy(hardest, 'unclear', { kind: 'open', ...against(hardest), moreCases })
}

function better({ comparators, delta }: VerdictInput, lowest: VerdictComparator, tightest: VerdictComparator) {
  const contradicted = comparators.flatMap(({ name, external }) =>
    Object.entries(external).flatMap(([set, { high }]) => (high < 0 ? [{ set, comparator: name }] : [])),
  )
  if (contradicted.length > 0) return decidedBy(lowest, 'unclear', { kind: 'worse-elsewhere', ...contradicted[0] })
  return decidedBy(lowest, 'yes', { kind: 'better', ...against(lowest), small: tightest.high < delta })
}

function noGain({ nothing }: VerdictInput, known: readonly VerdictComparator[], tightest: VerdictComparator) {
  const doingNothing = known.find((c) => c.name === nothing)
  if (doingNothing && doingNothing.high < 0)
    return decidedBy(doingNothing, 'no', { kind: 'harm', ...against(doingNothing) })
  return decidedBy(tightest, 'no', { kind: 'gain-excluded', ...against(tightest) })
}

function decidedBy(
  { name, low, high }: VerdictComparator,
  benefit: VerdictOutcome['benefit'],
  found: VerdictCase,
): VerdictOutcome {
  const casesNeeded = 'moreCases' in found && found.moreCases.kind === 'cases' ? found.moreCases.cases : null
  return { benefit, found, low, high, comparator: name, casesNeeded }
}

function against({ name, difference, low, high }: VerdictComparator): Against {
  return { comparator: name, difference, low, high }
}

/** Test cases with which every comparator that is neither beaten nor within delta would be so. */
function casesLeft(
  { delta }: VerdictInput,
  known: readonly VerdictComparator[],
  unknown: readonly VerdictComparator[],
): MoreCases {
  const open = known.filter((c) => c.low <= 0 && c.high >= delta)
  if (unknown.length > 0 || open.length === 0) return { kind: 'unsaid' }
  // One of them that no number of cases decides leaves the whole undecided.
  const cases = open.reduce<number | null>(
    (most, c) => (most === null || c.casesNeeded === null ? null : Math.max(most, c.casesNeeded)),
    0,
  )
  return cases === null ? { kind: 'never' } : { kind: 'cases', cases }
}

function least<T>(items: readonly T[], value: (item: T) => number): T {
  return items.reduce((best, item) => (value(item) < value(best) ? item : best))
}
