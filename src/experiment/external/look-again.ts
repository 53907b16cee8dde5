/** What a finished run says of its own sets, said of one more: the figures with the run's cutoffs, and a second look at its verdict. */
import { knownValue } from '../../base/own-value.js'
import type { ExternalSet } from '../../record/external-set.js'
import type { ArmResult, Result } from '../../record/result.js'
import { figuresOnSets, type ScoredArm } from '../../scoring/figures.js'
import { secondLook } from '../../scoring/second-look.js'
import type { SetScores } from '../../scoring/set-scores.js'
import { armInSentence } from '../../words/names.js'

export type SetFigures = Pick<ExternalSet, 'arms' | 'comparisons' | 'accuracyComparisons' | 'secondLook' | 'text'>

/**
 * Figures of the run's arms on a set.
 * @param prevalence of the population that is meant; null: that of the films
 * @param setsBefore sets of other hospitals that the run has met before this one
 */
export function figuresOnNewSet(
  result: Result,
  scores: SetScores,
  { prevalence, setsBefore }: { readonly prevalence: number | null; readonly setsBefore: number },
): SetFigures {
  const { set: name } = scores
  const { arms, ...comparisons } = figuresOnSets([scores], result.arms.map(scoredArm), prevalence)
  const comparators = result.verdict.comparators.map((comparator) => comparator.name)
  const look = secondLook(scores, comparators, setsBefore + 1)
  return {
    arms: arms.map(({ name: arm, evaluations, cutoffs, calibration, decision, byPatient }) => ({
      name: arm,
      evaluation: knownValue(evaluations, name),
      ...(cutoffs && {
        cutoffs: cutoffs.map((cutoff) => cutoff.evaluations[name] ?? null),
        calibration: calibration?.[name],
        decision: decision?.[name],
        byPatient: byPatient?.[name],
      }),
    })),
    ...comparisons,
    secondLook: look,
    text: secondLookInWords(result, name, look),
  }
}

/** An arm with the cutoffs and priors that the run found for it. */
function scoredArm({ name, cutoffs, calibration }: ArmResult): ScoredArm {
  const priors = Object.values(calibration ?? {})[0]?.prior
  return cutoffs && priors ? { name, clinical: { cutoffs, priors } } : { name }
}

function secondLookInWords({ verdict, search }: Result, name: string, look: ExternalSet['secondLook']): string {
  const before = `These films were added after the run: K = ${search.kOptimal}, every penalty, cutoff and arm had been chosen before they were opened, and result.json stands as it was.`
  const worse = look.find(({ high }) => high !== null && high < 0)
  if (worse === undefined) return before
  const reading = verdict.benefit === 'yes' ? ` Read the verdict’s yes as unclear.` : ''
  return `${before} On ${name} the model with the chosen K is worse than ${armInSentence(worse.comparator)}.${reading}`
}
