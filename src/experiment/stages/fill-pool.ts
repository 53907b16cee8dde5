/**
 * Draws the pools and extracts their features: synthetic images from the trained generator, conventionally augmented
 * ones from the originals; one pool per draw and class, as large as the largest K asks for.
 */
import path from 'node:path'
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { readJson } from '../../base/files.js'
import { readNpy } from '../../base/npy.js'
import { openSampler, type Sampler } from '../../generator/sampler.js'
import type { TrainingSummary } from '../../generator/train.js'
import type { StageName } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'
import type { ExcludedCopies, RejectedFilms } from '../../record/result.js'
import { additions, multiplesFilled } from '../../synthetic/allocation.js'
import { drawConventional, drawSynthetic } from '../../synthetic/pool.js'
import { drawSifted, type Sieve, type Sifted } from '../../synthetic/sift.js'
import { endsEarlyWords, imagesOfClasses } from '../../words/run-warnings.js'
import { classCounts, originalsOf, type SearchData } from '../cohort/film-set.js'
import { trainedGenerator } from '../config/chosen-generator.js'
import { largestTried, multiplesTried } from '../config/multiples.js'
import type { Config } from '../config/schema.js'
import { runStage, type StageContext } from '../stage.js'
import { drawsOf, ganOfDraw } from '../work/repeats.js'
import { poolName, repeatSeed } from '../work/trials.js'
import { excludedCopies, sayExcluded } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'
import { rejectedFilms, sievesOf } from './leave-out-rejected.js'

/** Images of each class that the largest K asks for. */
export function poolCounts({ config }: Pick<StageContext, 'config'>, data: SearchData): number[] {
  return additions(classCounts(data.train, data.classes), largestTried(config.search))
}

/** Fills the pools of conventional augmentation. */
export async function fillConventionalPool(
  context: StageContext,
  data: SearchData,
  cache: FeatureCache,
  stage: StageName,
): Promise<void> {
  const counts = poolCounts(context, data)
  const progress = progressOf(
    context,
    stage,
    drawsOf(context.config).length * counts.reduce((a, b) => a + b, 0),
    'images',
  )
  for (const draw of drawsOf(context.config)) {
    const seed = repeatSeed(context.config.seed, 'pool', draw)
    for (const [classIndex, count] of counts.entries()) {
      const images = () =>
        drawConventional(originalsOf(data, classIndex), {
          classIndex,
          seed,
          count,
          augmentation: context.config.augment,
        })
      await featureMatrix(context, cache, poolName('conventional', draw, classIndex), images, progress)
    }
  }
}

/** Pools from which images were left out. */
export interface SiftedPools {
  /** Suspected copies by class, over all pools; null where they may stay. */
  readonly excluded: readonly ExcludedCopies[] | null
  /** What a person has rejected; null where that is nothing. */
  readonly rejected: RejectedFilms | null
  /** The largest of the multiples asked for that every pool has images for. */
  readonly kMax: number
}

/** Fills the pools of synthetic images; null where none is left out of them. */
export async function fillSyntheticPool(
  context: StageContext,
  data: SearchData,
  gans: readonly TrainingSummary[],
  cache: FeatureCache,
): Promise<SiftedPools | null> {
  const { config, directory } = context
  return runStage(context, 'fill-pool', async () => {
    const counts = poolCounts(context, data)
    const draws = drawsOf(config)
    const progress = progressOf(context, 'fill-pool', draws.length * counts.reduce((a, b) => a + b, 0), 'images', 2)
    const sieves = await sievesOf(context, data)
    const sifted: Sifted[][] = data.classes.map(() => [])
    for (const [i, gan] of gans.entries()) {
      const sampler = await openSampler(path.join(directory.ganOf(i + 1), gan.checkpoint), {
        threads: context.threads,
        device: config.compute.device,
      })
      try {
        for (const draw of draws.filter((one) => ganOfDraw(config, one) === i + 1)) {
          const seed = repeatSeed(config.seed, 'pool', draw)
          for (const [classIndex, count] of counts.entries()) {
            const name = poolName('synthetic', draw, classIndex)
            const wanted = { name, classIndex, seed, count, keepsImages: true }
            const found = await fillFrom(context, cache, sampler, sieves?.[classIndex], wanted, progress)
            if (found) elementAt(sifted, classIndex).push(found)
          }
        }
      } finally {
        await sampler.close()
      }
    }
    if (!sieves) return null
    const rejected = rejectedFilms(context, data.classes, sifted)
    const checks = sieves.flatMap(({ copies }) => copies ?? [])
    const excluded = config.synthetic.excludeCopies
      ? checks.map((check, c) => excludedCopies(check, elementAt(sifted, c)))
      : null
    if (excluded) sayExcluded(context, data.classes, excluded)
    return { excluded, rejected, kMax: requireMultiple(context, data, sifted) }
  })
}

interface WantedPool {
  readonly name: string
  readonly classIndex: number
  readonly seed: number
  readonly count: number
  /** Whether the images stay beside their features. */
  readonly keepsImages: boolean
}

/** One pool of a generator's images, and their features; what a sieve left out of it. */
export async function fillFrom(
  context: StageContext,
  cache: FeatureCache,
  sampler: Sampler,
  sieve: Sieve | undefined,
  { name, keepsImages, ...wanted }: WantedPool,
  progress: (more: number) => void,
): Promise<Sifted | null> {
  const { directory, seals, signal } = context
  const file = directory.poolArray(name)
  const facts = directory.poolFacts(name)
  const draw = async () => {
    if (!sieve) return drawSynthetic(sampler, wanted, progress, signal)
    const { images, ...found } = await drawSifted(sampler, sieve, wanted, progress, signal)
    seals.writeJson(facts, found)
    return images
  }
  const isSifted = !sieve || seals.holds(facts)
  if (keepsImages) {
    if (!seals.holds(file) || !isSifted) seals.writeNpy(file, await draw())
    await featureMatrix(context, cache, name, () => readNpy(file, 'uint8'), progress)
  } else {
    if (!isSifted) seals.distrust(directory.featureMatrix(name))
    await featureMatrix(context, cache, name, draw, progress)
  }
  return sieve ? readJson<Sifted>(facts) : null
}

/** The largest K for which every pool has enough images left; warns where that is less than was asked for, and throws a `UserError` where it is none. */
function requireMultiple(
  { config, emit }: Pick<StageContext, 'config' | 'emit'>,
  data: SearchData,
  sifted: readonly (readonly Sifted[])[],
): number {
  const asked = largestTried(config.search)
  const left = imagesLeft(sifted)
  const kMax = multipleLeft(config, data, left)
  if (kMax === null) {
    const images = `${imagesOfClasses(data.classes, left)} are left of the generator's images`
    const wanted = `too few for K = ${smallestWanted(config)}`
    if (!config.synthetic.excludeCopies)
      throw new UserError(
        `${images} without those that a person has rejected (${config.synthetic.rejected}), ${wanted}: it draws the same few films again and again. Train it otherwise, or reject fewer of them`,
      )
    throw new UserError(
      `${images} without suspected copies of training films, ${wanted}: its films may be its training films again. ${trainedGenerator(config).kind.againstCopies}, train it on more films, or keep the copies and see the report (synthetic.excludeCopies=false)`,
    )
  }
  if (kMax < asked)
    emit({ type: 'warning', text: endsEarlyWords({ classes: data.classes, counts: left }, kMax, asked) })
  return kMax
}

/** Of each class, in the pool that has fewest. */
export function imagesLeft(sifted: readonly (readonly Sifted[])[]): number[] {
  return sifted.map((pools) => Math.min(...pools.map(({ left }) => left)))
}

/** The largest K that so many images of each class last to; null where it is none that the search could take. */
export function multipleLeft(config: Config, data: SearchData, left: readonly number[]): number | null {
  const kMax = multiplesFilled(classCounts(data.train, data.classes), left, multiplesTried(config.search)).at(-1)
  return kMax === undefined || kMax < smallestWanted(config) ? null : kMax
}

function smallestWanted({ search }: Config): number {
  return search.fixedK ?? elementAt(multiplesTried(search), 0)
}
