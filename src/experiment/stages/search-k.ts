/**
 * The search: every K scored on the selection cases, the stop rule, and how sure it is.
 * The whole grid is scored whatever the stop, so that the rule can be held against its null (STATISTICS 2), unless
 * `search.null: false` says that a trial is too dear for it.
 */
import { elementAt } from '../../base/element-at.js'
import { Rng } from '../../base/random.js'
import { outputsFor } from '../../head/head.js'
import { varianceShares } from '../../metrics/variance-shares.js'
import type { StageName } from '../../record/events.js'
import type { SearchResult, TrialResult } from '../../record/result.js'
import { finite } from '../../scoring/finite.js'
import { rankingInfluence } from '../../scoring/ranking.js'
import { type SelectionCases, trialMeasures } from '../../scoring/trial-measures.js'
import { indistinguishable } from '../../search/indistinguishable.js'
import { type SearchNull, searchNull } from '../../search/null-distribution.js'
import { applyRule, meanOf, type SearchScores } from '../../search/policy.js'
import { differenceError, repeatSpread, scoreError } from '../../search/score-error.js'
import { nullReasonWords, shareReasonWords } from '../../words/reasons.js'
import type { Arm } from '../arms.js'
import { labelsOf, patientsOf, type SearchData } from '../cohort/film-set.js'
import { independentGroups, type Repeat, repeatsOf } from '../work/repeats.js'
import type { RunContext } from '../work/run-context.js'
import type { TrialOutcome } from '../work/unit.js'
import { scoreMultiples } from './score-multiples.js'

/** Draws of the null; its smallest p is 1 / 2000. */
const nullDraws = 1999

export interface ArmSearch {
  readonly search: SearchResult
  /** Outcomes of the chosen K, one per repeat. */
  readonly chosen: readonly TrialOutcome[]
}

/** Scores an arm at every multiple and chooses one. */
export async function searchArm(context: RunContext, data: SearchData, arm: Arm, stage: StageName): Promise<ArmSearch> {
  const { search, seed } = context.config
  const repeats = repeatsOf(context.config)
  const scored = await scoreMultiples(context, data, arm, stage)
  const [ks, byK] = [[...scored.keys()], [...scored.values()]]
  const cases = selectionCases(data)
  const all = searchScores(cases, ks, byK)
  const groups = independentGroups(repeats)
  const scores = { ...all, theta: all.theta.map((values) => groupMeans(values, groups)) }
  const means = scores.theta.map(meanOf)
  const stop = applyRule(ks, means, search, (a, b) => differenceError(scores, a, b))
  const at = ks.indexOf(stop.kOptimal)
  const chosen = elementAt(byK, at)
  const rng = new Rng(seed).split('search-null').split(arm.name)
  const trials = [...scored].map(([k, outcomes], i): TrialResult => {
    const theta = elementAt(all.theta, i)
    return {
      k,
      size: elementAt(outcomes, 0).size,
      scores: [...theta],
      mean: elementAt(means, i),
      se: finite(scoreError(scores, i)),
      spread: repeatSpread(theta),
      measures: trialMeasures(cases, averagedLogits(outcomes)),
    }
  })
  return {
    search: {
      arm: arm.name,
      rule: search.rule,
      // With more than two classes the same metric is a mean over them.
      metric: data.classes.length > 2 ? `macro-${search.metric}` : search.metric,
      windowSize: search.windowSize,
      selectOn: search.selectOn,
      selectionCases: data.selection.films.length,
      ...stop,
      position: at + 1,
      trials,
      repeats: repeats.map(({ gan, draw, head }) => ({ gan, draw, head })),
      varianceShares: varianceShares(
        repeats.map(({ gan, draw, head }, r) => ({
          gan,
          draw,
          // A logistic head on a frozen backbone is the same whatever its seed.
          head: context.config.head.kind === 'adam' || context.top ? head : 1,
          score: elementAt(elementAt(all.theta, at), r),
        })),
      ).map(({ reason, ...part }) => (reason ? { ...part, reason: shareReasonWords(reason) } : part)),
      null: recordedNull(
        search.null
          ? searchNull(scores, search, { draws: nullDraws, rng: rng.split('gain') })
          : { p: null, gain: elementAt(means, at) - elementAt(means, 0), quantiles: {}, reason: 'not-asked' },
      ),
      indistinguishable: indistinguishable(scores, { draws: nullDraws, rng: rng.split('set') }),
    },
    chosen,
  }
}

function recordedNull({
  reason,
  ...found
}: Omit<SearchNull, 'reason'> & { reason?: SearchNull['reason'] | 'not-asked' }): SearchResult['null'] {
  return reason ? { ...found, reason: nullReasonWords(reason) } : found
}

/** Means over repeats that share a GAN (or a draw): what is left varies independently. */
function groupMeans(values: readonly number[], groups: readonly (readonly Repeat[])[]): number[] {
  return groups.map((group) => meanOf(group.map(({ repeat }) => elementAt(values, repeat - 1))))
}

function selectionCases({ selection, positiveIndex, classes }: SearchData): SelectionCases {
  return { yTrue: labelsOf(selection, positiveIndex), patients: patientsOf(selection), classes: classes.length }
}

/** Logits of the model that the repeats of one K make together. */
function averagedLogits(outcomes: readonly TrialOutcome[]): number[] {
  return elementAt(outcomes, 0).selectionLogits.map((_, at) =>
    meanOf(outcomes.map(({ selectionLogits }) => elementAt(selectionLogits, at))),
  )
}

/** What the rules and the null work on: a score per K and repeat, and how much each patient moves it. */
function searchScores(
  { yTrue, patients, classes }: SelectionCases,
  ks: readonly number[],
  byK: readonly (readonly TrialOutcome[])[],
): SearchScores {
  const influences = byK.map((outcomes) =>
    rankingInfluence(
      yTrue,
      outcomes.map((outcome) => outcome.selectionLogits),
      patients,
      outputsFor(classes),
    ),
  )
  return { ks, theta: influences.map(({ theta }) => theta), u: influences.map(({ u }) => u) }
}
