/**
 * Draws the pools and extracts their features: synthetic images from the trained generator, conventionally augmented
 * ones from the originals; one pool per draw and class, as large as the largest K asks for.
 */
import path from 'node:path'
import { exists } from '../../base/files.js'
import { type NDArray, takeRows } from '../../base/ndarray.js'
import { readNpy, writeNpy } from '../../base/npy.js'
import type { FeatureCache } from '../../classifier/feature-cache.js'
import { openSampler } from '../../gan/sampler.js'
import type { AcganSummary } from '../../gan/train.js'
import type { StageName } from '../../record/events.js'
import { additions } from '../../synthetic/allocation.js'
import { drawConventional, drawSynthetic } from '../../synthetic/pool.js'
import { classCounts, type SearchData } from '../film-set.js'
import { drawsOf, ganOfDraw } from '../repeats.js'
import { progressOf, type RunContext, runStage } from '../stage.js'
import { poolName, repeatSeed } from '../trials.js'
import { featureMatrix } from './extract-features.js'

function poolCounts(context: RunContext, data: SearchData): number[] {
  return additions(classCounts(data.train, data.classes), context.config.search.kMax)
}

/** Originals of one class on the common pixel path. */
export function originalsOf(data: SearchData, classIndex: number): NDArray<'uint8'> {
  const rows = data.train.films.flatMap((film, row) => (film.classIndex === classIndex ? [row] : []))
  return takeRows(data.train.pixels, rows)
}

/** Fills the pools of conventional augmentation. */
export async function fillConventionalPool(
  context: RunContext,
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
      const images = drawConventional(originalsOf(data, classIndex), {
        classIndex,
        seed,
        count,
        augmentation: context.config.augment,
      })
      await featureMatrix(context, cache, poolName('conventional', draw, classIndex), images, progress)
    }
  }
}

/** Fills the pools of synthetic images. */
export async function fillSyntheticPool(
  context: RunContext,
  data: SearchData,
  gans: readonly AcganSummary[],
  cache: FeatureCache,
): Promise<void> {
  const { config, directory, signal } = context
  await runStage(context, 'fill-pool', async () => {
    const counts = poolCounts(context, data)
    const draws = drawsOf(config)
    const progress = progressOf(context, 'fill-pool', 2 * draws.length * counts.reduce((a, b) => a + b, 0), 'images')
    for (const [i, gan] of gans.entries()) {
      const sampler = await openSampler(path.join(directory.ganOf(i + 1), path.basename(gan.checkpoint)), {
        threads: context.threads,
        device: config.compute.device,
      })
      try {
        for (const draw of draws.filter((one) => ganOfDraw(config, one) === i + 1)) {
          const seed = repeatSeed(config.seed, 'pool', draw)
          for (const [classIndex, count] of counts.entries()) {
            const name = poolName('synthetic', draw, classIndex)
            const file = directory.poolArray(name)
            if (!exists(file))
              writeNpy(file, await drawSynthetic(sampler, { classIndex, seed, count }, progress, signal))
            const images = readNpy(file, 'uint8')
            await featureMatrix(context, cache, name, images, progress)
          }
        }
      } finally {
        await sampler.close()
      }
    }
    return null
  })
}
