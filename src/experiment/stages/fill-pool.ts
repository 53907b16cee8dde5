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
import { openSampler } from '../../generator/sampler.js'
import type { TrainingSummary } from '../../generator/train.js'
import type { StageName } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'
import type { ExcludedCopies } from '../../record/result.js'
import { additions, multiplesFilled } from '../../synthetic/allocation.js'
import { drawConventional, drawSynthetic } from '../../synthetic/pool.js'
import { drawSifted, type Sifted } from '../../synthetic/sift.js'
import { endsEarlyWords, imagesOfClasses } from '../../words/run-warnings.js'
import { classCounts, originalsOf, type SearchData } from '../cohort/film-set.js'
import { trainedGenerator } from '../config/chosen-generator.js'
import { largestTried, multiplesTried } from '../config/multiples.js'
import { runStage, type StageContext } from '../stage.js'
import { drawsOf, ganOfDraw } from '../work/repeats.js'
import { poolName, repeatSeed } from '../work/trials.js'
import { copyChecks, excludedCopies, sayExcluded } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'

function poolCounts({ config }: Pick<StageContext, 'config'>, data: SearchData): number[] {
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

/** Pools from which suspected copies were left out. */
export interface SiftedPools {
  /** By class, over all pools. */
  readonly excluded: readonly ExcludedCopies[]
  /** The largest of the multiples asked for that every pool has images for. */
  readonly kMax: number
}

/** Fills the pools of synthetic images; null where suspected copies may stay in them. */
export async function fillSyntheticPool(
  context: StageContext,
  data: SearchData,
  gans: readonly TrainingSummary[],
  cache: FeatureCache,
): Promise<SiftedPools | null> {
  const { config, directory, seals, signal } = context
  return runStage(context, 'fill-pool', async () => {
    const counts = poolCounts(context, data)
    const draws = drawsOf(config)
    const progress = progressOf(context, 'fill-pool', draws.length * counts.reduce((a, b) => a + b, 0), 'images', 2)
    const checks = await copyChecks(context, data)
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
            const file = directory.poolArray(name)
            const facts = directory.poolFacts(name)
            if (!seals.holds(file) || (checks && !seals.holds(facts))) {
              const wanted = { classIndex, seed, count }
              if (checks) {
                const { images, ...found } = await drawSifted(
                  sampler,
                  elementAt(checks, classIndex),
                  wanted,
                  progress,
                  signal,
                )
                seals.writeJson(facts, found)
                seals.writeNpy(file, images)
              } else seals.writeNpy(file, await drawSynthetic(sampler, wanted, progress, signal))
            }
            if (checks) elementAt(sifted, classIndex).push(readJson<Sifted>(facts))
            await featureMatrix(context, cache, name, () => readNpy(file, 'uint8'), progress)
          }
        }
      } finally {
        await sampler.close()
      }
    }
    if (!checks) return null
    const excluded = checks.map((check, c) => excludedCopies(check, elementAt(sifted, c)))
    sayExcluded(context, data.classes, excluded)
    return { excluded, kMax: multipleLeft(context, data, sifted) }
  })
}

/** The largest K for which every pool has enough images left. Throws a `UserError` where that is none. */
function multipleLeft(
  { config, emit }: Pick<StageContext, 'config' | 'emit'>,
  data: SearchData,
  sifted: readonly (readonly Sifted[])[],
): number {
  const tried = multiplesTried(config.search)
  const asked = largestTried(config.search)
  const originals = classCounts(data.train, data.classes)
  const left = sifted.map((pools) => Math.min(...pools.map(({ checked, excluded }) => checked - excluded)))
  const kMax = multiplesFilled(originals, left, tried).at(-1)
  const wanted = config.search.fixedK ?? elementAt(tried, 0)
  if (kMax === undefined || kMax < wanted) {
    throw new UserError(
      `${imagesOfClasses(data.classes, left)} are left of the generator's images without suspected copies of training films, too few for K = ${wanted}: its films may be its training films again. ${trainedGenerator(config).kind.againstCopies}, train it on more films, or keep the copies and see the report (synthetic.excludeCopies=false)`,
    )
  }
  if (kMax < asked)
    emit({ type: 'warning', text: endsEarlyWords({ classes: data.classes, counts: left }, kMax, asked) })
  return kMax
}
