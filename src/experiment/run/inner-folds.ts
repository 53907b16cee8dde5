/**
 * The inner folds of a round whose K they choose: each has a generator of its own, trained on the other folds' films alone, and
 * pools of its own. A film of the fold is in none of them: a generator that had seen it would pass it on to the heads that are
 * trained on its images. Nothing is scored here; that a trial does in all folds at once, with the heads of the whole round.
 */
import type { Backbone } from '../../backbone/backbone.js'
import { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { runStages, secondsInAll } from '../../record/stage.js'
import type { SealedTestSets, SearchData } from '../cohort/film-set.js'
import { largestTried } from '../config/multiples.js'
import { runStage, stageSeconds } from '../stage.js'
import { extractFilmFeatures } from '../stages/extract-features.js'
import { fillConventionalPool } from '../stages/fill-pool.js'
import { trainGansOfFolds } from '../stages/train-gan.js'
import { FilmFeatures } from '../work/film-features.js'
import { together } from '../work/lanes.js'
import type { InnerRound, RunContext } from '../work/run-context.js'
import { fillPools, type Generated, generate } from './generated.js'
import { fillRivalPools } from './rivals.js'

export interface MadeInnerRounds {
  readonly rounds: readonly InnerRound[]
  /** That all of them took, now or before a stop. */
  readonly seconds: number
}

/** Makes what every fold scores K with. `data`: the round's own films, of which these folds are made. */
export async function makeInnerRounds(
  context: RunContext,
  backbone: Backbone,
  { data, sealed, folds }: { data: SearchData; sealed: SealedTestSets; folds: readonly (() => SearchData)[] },
): Promise<MadeInnerRounds> {
  await extractFilmFeatures(context, data, new FeatureCache(context.directory.features, backbone))
  const runFilms = new FilmFeatures(context.directory, data)
  const each = folds.map((assemble, i) => {
    const fold = { number: i + 1, of: folds.length, inner: true } as const
    const directory = context.directory.inner(fold.number)
    const inner: RunContext = { ...context, directory, runFilms, emit: (event) => context.emit({ ...event, fold }) }
    return { context: inner, data: assemble }
  })
  const trainingSeconds = await trainGansOfFolds(context, each)
  const rounds: InnerRound[] = []
  let seconds = 0
  for (const [i, fold] of each.entries()) {
    rounds.push(await makeRound(fold.context, backbone, fold.data(), sealed))
    const { 'train-gan': alone, ...others } = stageSeconds(fold.context, runStages)
    // Of two that trained side by side, half of what they took.
    const training = elementAt(trainingSeconds, i) || (alone ?? 0)
    seconds += secondsInAll(Object.entries({ ...others, 'train-gan': training }))
  }
  return { rounds, seconds }
}

async function makeRound(
  context: RunContext,
  backbone: Backbone,
  data: SearchData,
  sealed: SealedTestSets,
): Promise<InnerRound> {
  const cache = new FeatureCache(context.directory.features, backbone)
  const [generated, rivals] = await together<[Generated, InnerRound['rivals']]>(
    context.signal,
    (signal) => generate({ ...context, signal }, data, sealed),
    (signal) => fillOtherPools({ ...context, signal }, data, cache),
  )
  const pools = await fillPools(context, generated, data, cache)
  const kMax = pools?.kMax ?? generated.called?.kMax ?? largestTried(context.config.search)
  // What it has remembered stands in the matrices.
  cache.discard()
  return { directory: context.directory, data, kMax, rivals }
}

const stageOfPools = 'other-pools'

/** What needs none of the generator's images. */
async function fillOtherPools(
  context: RunContext,
  data: SearchData,
  cache: FeatureCache,
): Promise<InnerRound['rivals']> {
  await extractFilmFeatures(context, data, cache)
  return runStage(context, stageOfPools, async () => {
    await fillConventionalPool(context, data, cache, stageOfPools)
    return fillRivalPools(context, data, cache, stageOfPools)
  })
}
