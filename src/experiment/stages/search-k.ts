/**
 * The search: every K scored on the selection cases, the stop rule, and how sure it is.
 * The whole grid is scored whatever the stop, so that the rule can be held against its null (STATISTICS 2).
 */
import { Rng } from '../../base/random.js'
import { patientInfluence } from '../../metrics/influence.js'
import type { StageName } from '../../record/events.js'
import type { SearchResult, TrialResult } from '../../record/result.js'
import { indistinguishable } from '../../search/indistinguishable.js'
import { searchNull } from '../../search/null-distribution.js'
import { applyRule, type SearchPolicy, type SearchScores } from '../../search/policy.js'
import type { Arm } from '../arms.js'
import { binaryLabels, type SearchData } from '../film-set.js'
import type { RunContext } from '../stage.js'
import type { TrialOutcome } from '../trial-executor.js'
import { multiplesOf, runTrials, trialsOf } from '../trials.js'

/** Draws of the null; its smallest p is 1 / 2000. */
const nullDraws = 1999

export interface ArmSearch {
  readonly search: SearchResult
  /** Outcomes of the chosen K, one per repeat. */
  readonly chosen: readonly TrialOutcome[]
}

/** Scores an arm at every multiple and chooses one. */
export async function searchArm(context: RunContext, data: SearchData, arm: Arm, stage: StageName): Promise<ArmSearch> {
  const { config } = context
  const ks = multiplesOf(arm, config.search.kMax)
  const specs = ks.flatMap((k) => trialsOf(context, data, arm, k))
  const outcomes = await runTrials(context, stage, specs)
  const byK = new Map(ks.map((k) => [k, outcomes.filter((outcome) => outcome.k === k)]))
  const scores = searchScores(data, byK)
  const policy = policyOf(context)
  const stop = applyRule(scores, policy)
  const rng = new Rng(config.seed).split('search-null').split(arm.name)
  const nullOf = searchNull(scores, policy, { draws: nullDraws, rng: rng.split('gain') })
  const trials: TrialResult[] = scores.ks.map((k, i) => ({
    k,
    size: (byK.get(k) as TrialOutcome[])[0].size,
    scores: [...scores.theta[i]],
    mean: scores.means[i],
    se: scores.errors[i],
    spread: scores.spreads[i],
  }))
  return {
    search: {
      arm: arm.name,
      rule: config.search.rule,
      metric: config.search.metric,
      windowSize: config.search.windowSize,
      selectOn: config.search.selectOn,
      selectionCases: data.selection.films.length,
      kOptimal: stop.kOptimal,
      stoppedAt: stop.stoppedAt,
      converged: stop.converged,
      trials,
      null: nullOf,
      indistinguishable: indistinguishable(scores, { draws: nullDraws, rng: rng.split('set') }),
    },
    chosen: byK.get(stop.kOptimal) as TrialOutcome[],
  }
}
