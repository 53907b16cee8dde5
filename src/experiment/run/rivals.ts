/**
 * The rivals of one round: arms that need no training, in the generator's place. They are searched as the chosen arm is, over
 * the same multiples on the same films, at first while the generator trains; they meet the test sets with all other arms, and
 * are no comparator of the verdict.
 */
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { knownValue } from '../../base/own-value.js'
import type { SearchResult } from '../../record/result.js'
import { earlyRivalWords, withoutRivalWords } from '../../words/rivals.js'
import { type Arm, rivalArm } from '../arms.js'
import type { SearchData } from '../cohort/film-set.js'
import { chosenRivals, type LeftOutRival } from '../config/chosen-rivals.js'
import { upToMultiple } from '../config/multiples.js'
import { runStage } from '../stage.js'
import { fillRivalPools } from '../stages/fill-rival-pools.js'
import { knownTrials } from '../stages/score-multiples.js'
import { searchArm } from '../stages/search-k.js'
import { type DeliveredArm, deliver } from '../work/delivered-arm.js'
import type { RunContext } from '../work/run-context.js'
import { runTrials } from '../work/trials.js'

/** Arms at the K that each was given or found. */
export interface ArmSearches {
  readonly delivered: DeliveredArm[]
  /** Of those that have multiples, by arm. */
  readonly searches: Record<string, SearchResult>
}

interface BegunRival {
  readonly arm: Arm
  /** In a sentence. */
  readonly label: string
  /** The largest K that its pools last to. */
  readonly kMax: number
}

export interface BegunRivals {
  readonly ready: readonly BegunRival[]
  readonly leftOut: readonly LeftOutRival[]
}

export interface RivalsOutcome extends ArmSearches {
  /** What the training set of each arm is filled up with, by arm, in a sentence. */
  readonly labels: Readonly<Record<string, string>>
  readonly leftOut: readonly LeftOutRival[]
}

/** Fills the rivals' pools, scores all that is known to be scored, and says what it shows. */
export async function beginRivals(context: RunContext, data: SearchData, cache: FeatureCache): Promise<BegunRivals> {
  const { taken, leftOut } = chosenRivals(context.config)
  if (taken.length === 0) return { ready: [], leftOut }
  return runStage(context, 'rivals', async () => {
    const largest = await fillRivalPools(context, data, taken, cache, 'rivals')
    const each = taken.map((rival, i) => ({ arm: rivalArm(rival), label: rival.label, kMax: largest[i] }))
    const ready = each.filter((rival): rival is BegunRival => rival.kMax !== null)
    const tooFew = each.filter(({ kMax }) => kMax === null)
    const units = ready.flatMap(({ arm, kMax }) => knownTrials(upToMultiple(context, kMax), data, [arm]))
    await runTrials(context, 'rivals', units)
    const { searches } = await searched(context, data, ready)
    // Those of the folds would say the same again and again.
    if (!context.runFilms)
      for (const text of earlyRivalWords(
        ready.map(({ arm, label }) => ({ label, search: knownValue(searches, arm.name) })),
      ))
        context.emit({ type: 'note', text })
    const reason = withoutRivalWords('too-few-images')
    return { ready, leftOut: [...leftOut, ...tooFew.map(({ arm, label }) => ({ name: arm.name, label, reason }))] }
  })
}

/** Every rival at its K, of those that the generator's images last to as well. */
export async function searchRivals(
  context: RunContext,
  data: SearchData,
  { ready, leftOut }: BegunRivals,
): Promise<RivalsOutcome> {
  const labels = Object.fromEntries(ready.map(({ arm, label }) => [arm.name, label]))
  return { ...(await searched(context, data, ready)), labels, leftOut }
}

async function searched(context: RunContext, data: SearchData, rivals: readonly BegunRival[]): Promise<ArmSearches> {
  const delivered: DeliveredArm[] = []
  const searches: Record<string, SearchResult> = {}
  for (const { arm, kMax } of rivals) {
    const { search, chosen } = await searchArm(upToMultiple(context, kMax), data, arm, 'rivals')
    searches[arm.name] = search
    delivered.push(deliver(context, arm, chosen))
  }
  return { delivered, searches }
}
