/**
 * The search: every K scored on the selection cases, the stop rule, and how sure it is.
 * The whole grid is scored whatever the stop, so that the rule can be held against its null (STATISTICS 2), unless
 * `search.null: false` says that a trial is too dear for it. Rules and null work where larger is better; what is recorded is
 * the metric itself.
 */
import { elementAt } from '../../base/element-at.js'
import { Rng } from '../../base/random.js'
import { outputsFor } from '../../head/head.js'
import { varianceShares } from '../../metrics/variance-shares.js'
import type { StageName } from '../../record/events.js'
import type { SearchResult, TrialResult } from '../../record/result.js'
import {
  directedMetric,
  metricFacts,
  recordedMetric,
  risingValue,
  type SearchMetric,
} from '../../record/search-metric.js'
import { finite } from '../../scoring/finite.js'
import { metricInfluence } from '../../scoring/metric.js'
import { type SelectionCases, trialMeasures } from '../../scoring/trial-measures.js'
import type { EarlierChoice } from '../../search/earlier-choice.js'
import { indistinguishable } from '../../search/indistinguishable.js'
import { type SearchNull, searchNull } from '../../search/null-distribution.js'
import { applyRule, meanOf, type SearchPolicy, type SearchScores, type Stop } from '../../search/policy.js'
import { differenceError, repeatSpread, scoreError } from '../../search/score-error.js'
import { nullReasonWords, shareReasonWords } from '../../words/reasons.js'
import { type Arm, drawsOnGenerator } from '../arms.js'
import { labelsOf, patientsOf, type SearchData } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import { independentGroups, type Repeat, repeatsOf } from '../work/repeats.js'
import type { RunContext } from '../work/run-context.js'
import { trialMetric } from '../work/trial-metric.js'
import type { TrialOutcome } from '../work/unit.js'
import { type ChosenSnapshot, comparableScores } from './choose-snapshot.js'
import { scoreMultiples } from './score-multiples.js'

/** Draws of the null; its smallest p is 1 / 2000. */
const nullDraws = 1999

/** Metrics whose choice is shown beside the one that was made. */
const shownBeside: readonly SearchMetric[] = ['auc', 'log-loss']

export interface ArmSearch {
  readonly search: SearchResult
  /** Outcomes of the chosen K, one per repeat. */
  readonly chosen: readonly TrialOutcome[]
}

/**
 * Scores an arm at every multiple and chooses one. `snapshots`: those that the same films have chosen, one of each generator; null
 * where none were.
 */
export async function searchArm(
  context: RunContext,
  data: SearchData,
  arm: Arm,
  stage: StageName,
  snapshots: readonly ChosenSnapshot[] | null = null,
): Promise<ArmSearch> {
  const { search, seed } = context.config
  const repeats = repeatsOf(context.config)
  const scored = await scoreMultiples(context, data, arm, stage)
  const ks = [...scored.keys()]
  const cases = selectionCases(data)
  /** `counts`: whether an outcome's repeat counts. */
  const scoresBy = (name: SearchMetric, counts: (repeat: Repeat) => boolean = () => true): SearchScores => {
    const influences = [...scored].map(([k, outcomes]) =>
      metricInfluence(
        trialMetric(context.config, data, { arm, k }, name),
        {
          labels: cases.yTrue,
          patients: cases.patients,
          outputs: outputsFor(cases.classes),
          folds: data.selection.folds,
        },
        outcomes.filter((_, r) => counts(elementAt(repeats, r))).map((outcome) => outcome.selectionLogits),
      ),
    )
    return { ks, theta: influences.map(({ theta }) => theta), u: influences.map(({ u }) => u) }
  }
  const groups = independentGroups(repeats)
  const all = scoresBy(search.metric)
  const scores = overGroups(all, groups)
  const rising = risingScores(search.metric, scores)
  const stop = stopOf(rising, search)
  const at = ks.indexOf(stop.kOptimal)
  const chosen = elementAt([...scored.values()], at)
  const rng = new Rng(seed).split('search-null').split(arm.name)
  const earlier = (drawsOnGenerator(arm) ? (snapshots ?? []) : []).map(
    ({ gan, step, scores: ofSnapshots }): EarlierChoice => ({
      among: comparableScores(search.metric, ofSnapshots),
      chosen: step,
      u: risingScores(
        search.metric,
        scoresBy(search.metric, (repeat) => repeat.gan === gan),
      ).u,
      share: repeats.filter((repeat) => repeat.gan === gan).length / repeats.length,
    }),
  )
  const alike = indistinguishable(rising, { draws: nullDraws, rng: rng.split('set') })
  const severalClasses = data.classes.length > 2
  const trials = [...scored].map(([k, outcomes], i): TrialResult => {
    const theta = elementAt(all.theta, i)
    return {
      k,
      size: elementAt(outcomes, 0).size,
      scores: [...theta],
      mean: meanOf(elementAt(scores.theta, i)),
      se: finite(scoreError(scores, i)),
      spread: repeatSpread(theta),
      measures: trialMeasures(cases, averagedLogits(outcomes)),
    }
  })
  return {
    search: {
      arm: arm.name,
      rule: search.rule,
      ...directedMetric(search, severalClasses),
      windowSize: search.windowSize,
      selectOn: search.selectOn,
      ...(context.innerRounds && { innerFolds: context.innerRounds.length }),
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
          ? searchNull(rising, search, {
              draws: nullDraws,
              rng: rng.split('gain'),
              earlier: earlier.filter(({ among }) => among.ks.length > 0),
            })
          : { p: null, gain: gainOf(rising, at), quantiles: {}, reason: 'not-asked' },
      ),
      indistinguishable: alike,
      byMetric: metricsShown(search).flatMap((name) => {
        const others = name === search.metric ? rising : risingScores(name, overGroups(scoresBy(name), groups))
        // Cases of one class have no AUC to choose by.
        if (others.theta.flat().some(Number.isNaN)) return []
        const { kOptimal, converged } = stopOf(others, search)
        const metric = recordedMetric(name, severalClasses)
        return [{ metric, kOptimal, converged, indistinguishable: alike.includes(kOptimal) }]
      }),
    },
    chosen,
  }
}

/** By how much the K at a place is better than the first. */
function gainOf({ theta }: SearchScores, at: number): number {
  return meanOf(elementAt(theta, at)) - meanOf(elementAt(theta, 0))
}

function recordedNull({
  reason,
  ...found
}: Omit<SearchNull, 'reason'> & { reason?: SearchNull['reason'] | 'not-asked' }): SearchResult['null'] {
  return reason ? { ...found, reason: nullReasonWords(reason) } : found
}

/** The metrics whose choices are compared, the one that chose first; none where K was fixed. */
function metricsShown({ rule, metric }: Pick<Config['search'], 'rule' | 'metric'>): SearchMetric[] {
  return rule === 'fixed' ? [] : [...new Set([metric, ...shownBeside])]
}

function stopOf(rising: SearchScores, policy: SearchPolicy): Stop {
  return applyRule(rising.ks, rising.theta.map(meanOf), policy, (a, b) => differenceError(rising, a, b))
}

/** Scores and influences where larger is better. */
function risingScores(metric: SearchMetric, { ks, theta, u }: SearchScores): SearchScores {
  const { better } = metricFacts(metric)
  const rising = (value: number) => risingValue(better, value)
  return { ks, theta: theta.map((values) => values.map(rising)), u: u.map((values) => values.map(rising)) }
}

/** Means over the repeats of each group. */
function overGroups(scores: SearchScores, groups: readonly (readonly Repeat[])[]): SearchScores {
  return { ...scores, theta: scores.theta.map((values) => groupMeans(values, groups)) }
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
