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
  readonly selectOn: 'tuning' | 'test'
  /** What the differences are differences of; default: AUC. */
  readonly scoreName?: string
  /** How far it reaches: of the models as they were fitted, or of the procedure with other GANs. */
  readonly scope: 'model' | 'procedure'
  /** The same in words, to end the sentence "This speaks for ...". */
  readonly reach: string
  /** Plain names for the sentences, by comparator. */
  readonly proseName: (name: string) => string
}

export interface VerdictOutcome {
  readonly benefit: 'yes' | 'no' | 'unclear' | null
  readonly text: string
  /** Of the comparator that decided. */
  readonly low: number | null
  readonly high: number | null
  readonly comparator: string | null
  readonly casesNeeded: number | null
  readonly reason?: string
}

/**
 * The verdict over all comparators.
 *
 * @param input limits against each comparator, the smallest gain that matters, and the names for sentences
 * @returns the answer, in one word and as a sentence, with the limits that decided
 */
export function decideVerdict(input: VerdictInput): VerdictOutcome {
  const { comparators, delta, kChosen, addsNothing = false, selectOn } = input
  const undecided = { benefit: null, low: null, high: null, comparator: null, casesNeeded: null } as const
  if (selectOn === 'test') {
    const reason = 'K was chosen on the test set, so that the figures there are optimistic'
    return { ...undecided, text: `No verdict: ${reason}.`, reason }
  }
  if (addsNothing) {
    const why = 'K = 1 of classes that are balanced already adds none, so that there is nothing to compare'
    const text = `Unclear. The search chose no synthetic film at all (${why}); that is no proof that no amount helps.`
    return { ...undecided, benefit: 'unclear', text }
  }
  const isKnown = ({ low, high }: VerdictComparator) => Number.isFinite(low) && Number.isFinite(high)
  const known = comparators.filter(isKnown)
  const unknown = comparators.filter((one) => !isKnown(one))
  if (known.length === 0) {
    const reason = 'the test set does not allow a comparison'
    return { ...undecided, text: `No verdict: ${reason}.`, reason }
  }
  const lowest = least(known, (c) => c.low)
  const tightest = least(known, (c) => c.high)
  if (kChosen === 1) return balanceAlone(input, known, unknown)
  const outcome =
    lowest.low > 0
      ? unknown.length > 0
        ? notAllCompared(input, lowest, unknown)
        : better(input, lowest, tightest)
      : tightest.high < delta
        ? noGain(input, known, tightest)
        : unclear(input, known, unknown)
  return { ...outcome, text: `${outcome.text} This speaks for ${input.reach}.` }
}

/** K = 1: the arm is the balanced one itself. How many cases would decide is a matter of the comparators all the same. */
function balanceAlone(
  input: VerdictInput,
  known: readonly VerdictComparator[],
  unknown: readonly VerdictComparator[],
): VerdictOutcome {
  const { low, high, name } = least(known, (c) => c.low)
  const { casesNeeded, sentence } = casesLeft(input, known, unknown)
  const text = `Unclear. The search chose none beyond class balance; that is no proof that no amount helps.${sentence}`
  return { benefit: 'unclear', text, low, high, comparator: name, casesNeeded }
}

/** Better than all that could be compared is not better than all. */
function notAllCompared(
  { proseName, scope }: VerdictInput,
  { low, high, name }: VerdictComparator,
  unknown: readonly VerdictComparator[],
): VerdictOutcome {
  const subject = scope === 'model' ? 'This model' : 'The procedure'
  const reason = `${unknown.map((one) => proseName(one.name)).join(' and ')} could not be compared on these films`
  const text = `Unclear. ${subject} is better than every comparator that could be compared, but ${reason}.`
  return { benefit: 'unclear', text, low, high, comparator: name, casesNeeded: null, reason }
}

function better(input: VerdictInput, lowest: VerdictComparator, tightest: VerdictComparator): VerdictOutcome {
  const { delta, proseName, scope, scoreName = 'AUC' } = input
  const { low, high, name } = lowest
  const base = { low, high, comparator: name, casesNeeded: null }
  const contradicted = input.comparators.flatMap((c) =>
    Object.entries(c.external).flatMap(([set, { high: u }]) => (u < 0 ? [{ set, name: c.name }] : [])),
  )
  if (contradicted.length > 0) {
    const { set, name: other } = contradicted[0]
    const text = `Unclear. On the internal films ${scope === 'model' ? 'this model' : 'the procedure'} is better than every comparator, but on ${set} the model is worse than ${proseName(other)}.`
    return { ...base, benefit: 'unclear', text }
  }
  const size =
    tightest.high < delta
      ? ` The gain is smaller than ${delta} in ${scoreName}, the least that was said to matter.`
      : ''
  const what =
    scope === 'model'
      ? 'Yes, on these cases: this model is better than every comparator.'
      : 'Yes: adding synthetic films helps; the procedure is better than every comparator.'
  const text = `${what} The closest is ${proseName(name)}: difference in ${scoreName} ${signed(lowest.difference)} (${signed(low)} to ${signed(high)}).${size}`
  return { ...base, benefit: 'yes', text }
}

function noGain(input: VerdictInput, known: readonly VerdictComparator[], tightest: VerdictComparator): VerdictOutcome {
  const { delta, nothing, proseName, scoreName = 'AUC' } = input
  const against = known.find((c) => c.name === nothing)
  const { low, high, name } = against && against.high < 0 ? against : tightest
  const harm = against !== undefined && against.high < 0
  const text = harm
    ? `No. On these cases the synthetic films did harm: against ${proseName(name)} the difference in ${scoreName} is ${signed(against.difference)} (${signed(low)} to ${signed(high)}).`
    : `No. Against ${proseName(name)} a gain of ${delta} in ${scoreName} is excluded on these cases: difference ${signed(tightest.difference)} (${signed(low)} to ${signed(high)}).`
  return { benefit: 'no', text, low, high, comparator: name, casesNeeded: null }
}

function unclear(
  input: VerdictInput,
  known: readonly VerdictComparator[],
  unknown: readonly VerdictComparator[],
): VerdictOutcome {
  const { proseName, scoreName = 'AUC' } = input
  const hardest = least(known, (c) => c.difference)
  const { low, high, name, difference } = hardest
  const { casesNeeded, sentence } = casesLeft(input, known, unknown)
  const text = `Unclear. Against ${proseName(name)} the difference in ${scoreName} is ${signed(difference)} (${signed(low)} to ${signed(high)}); a gain of up to ${Math.max(0, high).toFixed(3)} is not excluded.${sentence}`
  return { benefit: 'unclear', text, low, high, comparator: name, casesNeeded }
}

/** Test cases with which every comparator that is neither beaten nor within delta would be so; null where none would do. */
function casesLeft(
  { delta, scope }: VerdictInput,
  known: readonly VerdictComparator[],
  unknown: readonly VerdictComparator[],
): { casesNeeded: number | null; sentence: string } {
  const open = known.filter((c) => c.low <= 0 && c.high >= delta)
  if (unknown.length > 0 || open.length === 0) return { casesNeeded: null, sentence: '' }
  // One of them that no number of cases decides leaves the whole undecided.
  const casesNeeded = open.reduce<number | null>(
    (most, c) => (most === null || c.casesNeeded === null ? null : Math.max(most, c.casesNeeded)),
    0,
  )
  if (casesNeeded !== null)
    return {
      casesNeeded,
      sentence: ` About ${casesNeeded.toLocaleString('en')} test cases like these would decide at a gain of ${delta}.`,
    }
  const alone = ` More test cases alone would not decide at a gain of ${delta}: the GANs differ too much.`
  return { casesNeeded, sentence: scope === 'procedure' ? alone : '' }
}

function least<T>(items: readonly T[], value: (item: T) => number): T {
  return items.reduce((best, item) => (value(item) < value(best) ? item : best))
}

function signed(value: number): string {
  const digits = Math.abs(value).toFixed(3)
  return Number(digits) === 0 ? digits : `${value < 0 ? '\u2212' : '+'}${digits}`
}
