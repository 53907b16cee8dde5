/** The verdict in sentences: what was decided, by how much, what more films would do, and how far it reaches. */
import { capitalised } from '../base/capitalised.js'
import { asGiven, count, fixed, signed, signedLimits } from '../base/format.js'
import type { MoreCases, VerdictCase } from '../metrics/verdict.js'
import type { Verdict } from '../record/result.js'
import { armInSentence } from './names.js'
import { reach } from './reach.js'

export interface VerdictFacts extends Pick<Verdict, 'scope' | 'basis' | 'delta'> {
  /** What the differences are differences of: `AUC`, `macro AUC`. */
  readonly scoreName: string
}

export interface VerdictWords {
  readonly text: string
  /** Why there is no verdict, or why not a better one. */
  readonly reason?: string
}

export function verdictWords(found: VerdictCase, facts: VerdictFacts): VerdictWords {
  const { scope, delta, scoreName } = facts
  const speaksFor = ` This holds for ${reach(facts)}.`
  const subject = scope === 'model' ? 'this model' : 'the procedure'
  switch (found.kind) {
    case 'chosen-on-test':
      return noVerdict('K was chosen on the test films, so the figures on them look better than they are')
    case 'not-comparable':
      return noVerdict('the test set does not allow a comparison')
    case 'adds-nothing':
      return {
        text: 'Unclear. The search chose K = 1, and since the classes are balanced already, this adds no synthetic film: there is nothing to compare. That does not prove that no amount helps.',
      }
    case 'balance-alone':
      return {
        text: `Unclear. The search chose K = 1: only as many synthetic films as balance the classes. That does not prove that no larger amount helps.${moreCasesWords(found.moreCases, facts)}`,
      }
    case 'some-not-compared': {
      const reason = `${found.notCompared.map(armInSentence).join(' and ')} could not be compared on these films`
      return {
        text: `Unclear. ${capitalised(subject)} is better than every comparator that could be compared, but ${reason}.${speaksFor}`,
        reason,
      }
    }
    case 'worse-elsewhere':
      return {
        text: `Unclear. On the internal films ${subject} is better than every comparator, but on ${found.set} the model is worse than ${armInSentence(found.comparator)}.${speaksFor}`,
      }
    case 'better': {
      const what =
        scope === 'model'
          ? 'Yes, on these test films: this model is better than every comparator.'
          : 'Yes: adding synthetic films helps; the procedure is better than every comparator.'
      const size = found.small
        ? ` That gain is below ${asGiven(delta)} in ${scoreName}, which was set beforehand as the smallest that matters.`
        : ''
      return {
        text: `${what} The closest is ${armInSentence(found.comparator)}: difference in ${scoreName} ${interval(found)}.${size}${speaksFor}`,
      }
    }
    case 'harm':
      return {
        text: `No. On these test films the synthetic films did harm: against ${armInSentence(found.comparator)} the difference in ${scoreName} is ${interval(found)}.${speaksFor}`,
      }
    case 'gain-excluded':
      return {
        text: `No. Against ${armInSentence(found.comparator)} a gain of ${asGiven(delta)} in ${scoreName} is excluded on these test films: difference ${interval(found)}.${speaksFor}`,
      }
    case 'open':
      return {
        text: `Unclear. Against ${armInSentence(found.comparator)} the difference in ${scoreName} is ${interval(found)}; a gain of up to ${fixed(Math.max(0, found.high))} is not excluded.${moreCasesWords(found.moreCases, facts)}${speaksFor}`,
      }
  }
}

function noVerdict(reason: string): VerdictWords {
  return { text: `No verdict: ${reason}.`, reason }
}

function moreCasesWords(moreCases: MoreCases, { delta, scope }: VerdictFacts): string {
  switch (moreCases.kind) {
    case 'cases':
      return ` About ${count(moreCases.cases)} test films like these would be needed to decide about a gain of ${asGiven(delta)}.`
    case 'never':
      return scope === 'procedure'
        ? ` More test films alone would not decide about a gain of ${asGiven(delta)}: the generators differ too much.`
        : ''
    case 'unsaid':
      return ''
  }
}

function interval({ difference, low, high }: { difference: number; low: number; high: number }): string {
  return `${signed(difference)} (${signedLimits(low, high)})`
}
