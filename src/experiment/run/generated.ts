/** The synthetic images of one round, from training films to pools with features: of a run, of an outer fold or of an inner one. */
import type { FeatureCache } from '../../backbone/feature-cache.js'
import type { TrainingSummary } from '../../generator/train.js'
import type { SealedTestSets, SearchData } from '../cohort/film-set.js'
import { calledLine, givenImages, isTrained } from '../config/chosen-generator.js'
import { type CalledPools, callGenerator, extractCalledFeatures } from '../stages/call-generator.js'
import { fillSyntheticPool, type SiftedPools } from '../stages/fill-pool.js'
import { fillGivenPool } from '../stages/given-images.js'
import { trainGans } from '../stages/train-gan.js'
import type { RunContext } from '../work/run-context.js'

export interface Generated {
  /** None where no generator is trained. */
  readonly gans: readonly TrainingSummary[]
  /** What the calls of a generator that is called have left; null for every other. */
  readonly called: CalledPools | null
}

/** Trains the generators, or calls the one that is called; of images made elsewhere nothing is left to make. */
export async function generate(context: RunContext, data: SearchData, sealed: SealedTestSets): Promise<Generated> {
  const { config } = context
  return {
    gans: isTrained(config) ? await trainGans(context, data) : [],
    called: calledLine(config) === null ? null : await callGenerator(context, data, sealed),
  }
}

/** What was left out of a trained generator's pools; null where suspected copies may stay, and of every other generator. */
export async function fillPools(
  context: RunContext,
  { gans, called }: Generated,
  data: SearchData,
  cache: FeatureCache,
): Promise<SiftedPools | null> {
  const given = givenImages(context.config)
  if (given) await fillGivenPool(context, given, data, cache)
  else if (called) await extractCalledFeatures(context, data, cache)
  else return fillSyntheticPool(context, data, gans, cache)
  return null
}
