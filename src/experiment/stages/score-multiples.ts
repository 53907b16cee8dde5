/**
 * Which multiples of an arm are scored: the whole grid, or, where a trial is dear and the null is not asked for
 * (`search.null: false`), a sliding window no further than its stop.
 */
import { elementAt } from '../../base/element-at.js'
import type { StageName } from '../../record/events.js'
import { metricFacts, risingValue } from '../../record/search-metric.js'
import { meanOf } from '../../search/policy.js'
import { slidingWindow } from '../../search/sliding-window.js'
import { isBetter } from '../../search/tie.js'
import type { Arm } from '../arms.js'
import type { SearchData } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import type { RunContext } from '../work/run-context.js'
import { multiplesOf, runTrials, trialsOf } from '../work/trials.js'
import type { TrialOutcome, TrialUnit } from '../work/unit.js'

/** Outcomes of every multiple that is scored, repeat by repeat. */
export async function scoreMultiples(
  context: RunContext,
  data: SearchData,
  arm: Arm,
  stage: StageName,
): Promise<Map<number, TrialOutcome[]>> {
  const { search } = context.config
  const all = multiplesOf(arm, search)
  const byK = new Map<number, TrialOutcome[]>()
  const score = async (ks: readonly number[]) => {
    const outcomes = await runTrials(
      context,
      stage,
      ks.flatMap((k) => trialsOf(context, data, arm, k)),
    )
    for (const k of ks)
      byK.set(
        k,
        outcomes.filter((outcome) => outcome.k === k),
      )
  }
  if (scoresWholeGrid(search)) {
    await score(all)
    return byK
  }
  const policy = { windowSize: search.windowSize, multiples: all }
  const { better } = metricFacts(search.metric)
  for (;;) {
    const rising = (outcome: TrialOutcome) => risingValue(better, outcome.score)
    const means = new Map([...byK].map(([k, outcomes]) => [k, meanOf(outcomes.map(rising))]))
    const state = slidingWindow(means, policy)
    if (state.state === 'stopped') return byK
    // The rule wants these whatever they score: a window after the best so far.
    const best = bestSoFar([...means.values()])
    await score(all.slice(all.indexOf(state.next), best + search.windowSize + 1))
  }
}

/** Position of the mean that no other is better than; 0 before any is there. */
function bestSoFar(means: readonly number[]): number {
  return means.reduce((best, mean, at) => (isBetter(mean, elementAt(means, best)) ? at : best), 0)
}

/** Whether every K is scored whatever the stop. */
export function scoresWholeGrid({ rule, null: wanted }: Config['search']): boolean {
  return wanted || rule !== 'sliding-window'
}

/** Trials of arms that will be run whatever any of them scores. */
export function knownTrials(context: RunContext, data: SearchData, arms: readonly Arm[]): TrialUnit[] {
  const { search } = context.config
  return arms
    .filter((arm) => arm.multiplyWith === undefined || scoresWholeGrid(search))
    .flatMap((arm) => multiplesOf(arm, search).flatMap((k) => trialsOf(context, data, arm, k)))
}
