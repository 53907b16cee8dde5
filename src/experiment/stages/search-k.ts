/**
 * The search: every K scored on the selection cases, the stop rule, and how sure it is.
 * The whole grid is scored whatever the stop, so that the rule can be held against its null (STATISTICS 2), unless
 * `search.null: false` says that a trial is too dear for it.
 */
import { Rng } from '../../base/random.js'
import { outputsFor } from '../../head/head.js'
import { probabilities } from '../../head/probability.js'
import { macroProportions } from '../../metrics/class-proportions.js'
import { confusionAt, measures } from '../../metrics/confusion.js'
import { classMeasures, confusionMatrix, mostProbable } from '../../metrics/confusion-matrix.js'
import type { ClassScores } from '../../metrics/multi-class.js'
import { type Proportion, proportionIntervals } from '../../metrics/proportion.js'
import { varianceShares } from '../../metrics/variance-shares.js'
import type { StageName } from '../../record/events.js'
import type { SearchResult, TrialResult } from '../../record/result.js'
import { indistinguishable } from '../../search/indistinguishable.js'
import { searchNull } from '../../search/null-distribution.js'
import { applyRule, meanOf, type SearchScores } from '../../search/policy.js'
import { differenceError, repeatSpread, scoreError } from '../../search/score-error.js'
import type { Arm } from '../arms.js'
import { labelsOf, type SearchData } from '../cohort/film-set.js'
import { finite } from '../scoring/finite.js'
import { columnsOf, rankingInfluence } from '../scoring/ranking.js'
import type { RunContext } from '../stage.js'
import type { TrialOutcome } from '../work/executor.js'
import { independentGroups, type Repeat, repeatsOf } from '../work/repeats.js'
import { cutoff } from './evaluate-arms.js'
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
  const all = searchScores(data, ks, byK)
  const groups = independentGroups(repeats)
  const scores = { ...all, theta: all.theta.map((values) => groupMeans(values, groups)) }
  const means = scores.theta.map(meanOf)
  const stop = applyRule(ks, means, search, (a, b) => differenceError(scores, a, b))
  const rng = new Rng(seed).split('search-null').split(arm.name)
  const trials = ks.map(
    (k, i): TrialResult => ({
      k,
      size: byK[i][0].size,
      scores: [...all.theta[i]],
      mean: means[i],
      se: finite(scoreError(scores, i)),
      spread: repeatSpread(all.theta[i]),
      measures: measuresAt(data, byK[i]),
    }),
  )
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
      trials,
      repeats: repeats.map(({ gan, draw, head }) => ({ gan, draw, head })),
      varianceShares: varianceShares(
        repeats.map(({ gan, draw, head }, r) => ({
          gan,
          draw,
          // A logistic head on a frozen backbone is the same whatever its seed.
          head: context.config.head.kind === 'adam' || context.unfrozen ? head : 1,
          score: all.theta[ks.indexOf(stop.kOptimal)][r],
        })),
      ),
      null: search.null
        ? searchNull(scores, search, { draws: nullDraws, rng: rng.split('gain') })
        : { p: null, gain: means[ks.indexOf(stop.kOptimal)] - means[0], quantiles: {}, reason: 'not asked for' },
      indistinguishable: indistinguishable(scores, { draws: nullDraws, rng: rng.split('set') }),
    },
    chosen: byK[ks.indexOf(stop.kOptimal)],
  }
}

/** Means over repeats that share a GAN (or a draw): what is left varies independently. */
function groupMeans(values: readonly number[], groups: readonly (readonly Repeat[])[]): number[] {
  return groups.map((group) => meanOf(group.map(({ repeat }) => values[repeat - 1])))
}

/** The paper's measures of one K (its Table S1), of the model that its repeats' averaged logits make. */
function measuresAt(data: SearchData, outcomes: readonly TrialOutcome[]): TrialResult['measures'] {
  const yTrue = labelsOf(data.selection, data.positiveIndex)
  const patients = data.selection.films.map((film) => film.patientId)
  const logits = outcomes[0].selectionLogits.map((_, at) => meanOf(outcomes.map((one) => one.selectionLogits[at])))
  const outputs = outputsFor(data.classes.length)
  const scores = probabilities(logits, outputs)
  if (outputs > 1) return macroMeasuresAt(yTrue, columnsOf(scores, outputs), patients)
  const limits = proportionIntervals(yTrue, scores, cutoff, patients)
  const { f1 } = measures(confusionAt(yTrue, scores, cutoff))
  return withoutMethods(limits, f1)
}

/** The same of more than two classes: the most probable one is called, the measures are means over the classes. */
function macroMeasuresAt(
  yTrue: readonly number[],
  scores: ClassScores,
  patients: readonly string[],
): TrialResult['measures'] {
  const called = mostProbable(scores)
  const { macro } = classMeasures(confusionMatrix(yTrue, called, scores.length))
  return withoutMethods(macroProportions(yTrue, called, scores.length, patients), macro.f1)
}

function withoutMethods(limits: Record<string, Proportion>, f1: number): TrialResult['measures'] {
  const proportions = Object.entries(limits).map(([name, { value, low, high }]) => [name, { value, low, high }])
  return { ...Object.fromEntries(proportions), f1: { value: finite(f1), low: null, high: null } }
}

/** What the rules and the null work on: a score per K and repeat, and how much each patient moves it. */
function searchScores(
  data: SearchData,
  ks: readonly number[],
  byK: readonly (readonly TrialOutcome[])[],
): SearchScores {
  const yTrue = labelsOf(data.selection, data.positiveIndex)
  const patients = data.selection.films.map((film) => film.patientId)
  const influences = byK.map((outcomes) =>
    rankingInfluence(
      yTrue,
      outcomes.map((outcome) => outcome.selectionLogits),
      patients,
      outputsFor(data.classes.length),
    ),
  )
  return { ks, theta: influences.map(({ theta }) => theta), u: influences.map(({ u }) => u) }
}
