/**
 * The rivals of one round: arms that need no training, in the generator's place. They are searched as the chosen arm is, over
 * the same multiples on the same films, at first while the generator trains; they meet the test sets with all other arms, and
 * are no comparator of the verdict.
 */
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { knownValue } from '../../base/own-value.js'
import type { StageName } from '../../record/events.js'
import type { SearchResult } from '../../record/result.js'
import type { Rival } from '../../rivals/rival.js'
import { earlyRivalWords, leftOutRivalWords, moreOfRivalsWords, withoutRivalWords } from '../../words/rivals.js'
import { rivalArm } from '../arms.js'
import type { SearchData } from '../cohort/film-set.js'
import { chosenRivals, type LeftOutRival } from '../config/chosen-rivals.js'
import { upToMultiple } from '../config/multiples.js'
import { runStage } from '../stage.js'
import { fillRivalPool } from '../stages/fill-rival-pool.js'
import { searchArm } from '../stages/search-k.js'
import { type DeliveredArm, deliver } from '../work/delivered-arm.js'
import type { RunContext } from '../work/run-context.js'

/** Arms at the K that each was given or found. */
export interface ArmSearches {
  readonly delivered: DeliveredArm[]
  /** Of those that have multiples, by arm. */
  readonly searches: Record<string, SearchResult>
}

interface BegunRival {
  readonly rival: RivalFacts
  /** The largest K that its pools last to. */
  readonly kMax: number
}

type RivalFacts = Pick<Rival, 'name' | 'label' | 'makes'>

export interface BegunRivals {
  /** Those that are searched. */
  readonly ready: readonly BegunRival[]
  readonly leftOut: readonly LeftOutRival[]
}

export interface RivalsOutcome extends ArmSearches {
  /** Of the arms, in their order. */
  readonly rivals: readonly RivalFacts[]
  readonly leftOut: readonly LeftOutRival[]
}

/** Fills the pools of all rivals of an inner fold, and answers how far each lasts. */
export async function fillRivalPools(
  context: RunContext,
  data: SearchData,
  cache: FeatureCache,
  stage: StageName,
): Promise<Record<string, number | null>> {
  const lastTo: Record<string, number | null> = {}
  for (const rival of chosenRivals(context.config).taken)
    lastTo[rival.name] = await fillRivalPool(context, data, rival, cache, stage)
  return lastTo
}

/** Fills the pools of one rival after the other, scores each at every K that is known to be scored, and says what it shows. */
export async function beginRivals(context: RunContext, data: SearchData, cache: FeatureCache): Promise<BegunRivals> {
  const { taken, leftOut: refused } = chosenRivals(context.config)
  if (taken.length === 0) return { ready: [], leftOut: refused }
  return runStage(context, 'rivals', async () => {
    // Those of the folds would say the same again and again.
    const say = (text: string) => !context.runFilms && context.emit({ type: 'note', text })
    const ready: BegunRival[] = []
    const leftOut = [...refused]
    const searches: SearchResult[] = []
    for (const rival of refused) say(leftOutRivalWords(rival))
    for (const rival of taken) {
      const { name, label, makes } = rival
      const inFolds = (context.innerRounds ?? []).map((round) => knownValue(round.rivals, name))
      const kMax = leastOf([await fillRivalPool(context, data, rival, cache, 'rivals'), ...inFolds])
      if (kMax === null) {
        const left = { name, label, reason: withoutRivalWords('too-few-images') }
        leftOut.push(left)
        say(leftOutRivalWords(left))
        continue
      }
      const begun = { rival: { name, label, makes }, kMax }
      ready.push(begun)
      const { search } = await searchRival(context, data, begun)
      searches.push(search)
      say(earlyRivalWords(label, search))
    }
    if (searches.length > 0)
      say(
        moreOfRivalsWords(
          ready.map(({ rival }) => rival.label),
          searches,
        ),
      )
    return { ready, leftOut }
  })
}

/** Every rival at its K, of those that the generator's images last to as well. */
export async function searchRivals(
  context: RunContext,
  data: SearchData,
  { ready, leftOut }: BegunRivals,
): Promise<RivalsOutcome> {
  const delivered: DeliveredArm[] = []
  const searches: Record<string, SearchResult> = {}
  for (const begun of ready) {
    const { arm, search, chosen } = await searchRival(context, data, begun)
    searches[arm.name] = search
    delivered.push(deliver(context, arm, chosen))
  }
  return { delivered, searches, rivals: ready.map(({ rival }) => rival), leftOut }
}

async function searchRival(context: RunContext, data: SearchData, { rival, kMax }: BegunRival) {
  const arm = rivalArm(rival)
  return { arm, ...(await searchArm(upToMultiple(context, kMax), data, arm, 'rivals')) }
}

/** Null where one of them is. */
function leastOf(multiples: readonly (number | null)[]): number | null {
  const known = multiples.filter((k) => k !== null)
  return known.length < multiples.length ? null : Math.min(...known)
}
