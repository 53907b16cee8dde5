/**
 * Draws the pools and extracts their features: synthetic images from the trained generator, conventionally augmented
 * ones from the originals; one pool per repeat and class, as large as the largest K asks for.
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
    context.config.search.repeats * counts.reduce((a, b) => a + b, 0),
    'images',
  )
  for (let repeat = 1; repeat <= context.config.search.repeats; repeat++) {
    const seed = repeatSeed(context.config.seed, 'pool', repeat)
    for (const [classIndex, count] of counts.entries()) {
      const images = drawConventional(originalsOf(data, classIndex), { classIndex, seed, count })
      await featureMatrix(context, cache, poolName('conventional', repeat, classIndex), images, progress)
    }
  }
}

/** Fills the pools of synthetic images. */
export async function fillSyntheticPool(
  context: RunContext,
  data: SearchData,
  gan: AcganSummary,
  cache: FeatureCache,
): Promise<void> {
  const { config, directory, signal } = context
  await runStage(context, 'fill-pool', async () => {
    const counts = poolCounts(context, data)
    const total = config.search.repeats * counts.reduce((a, b) => a + b, 0)
    const progress = progressOf(context, 'fill-pool', 2 * total, 'images')
    const sampler = await openSampler(path.join(directory.gan, path.basename(gan.checkpoint)), {
      threads: context.threads,
      device: config.compute.device,
    })
    try {
      for (let repeat = 1; repeat <= config.search.repeats; repeat++) {
        const seed = repeatSeed(config.seed, 'pool', repeat)
        for (const [classIndex, count] of counts.entries()) {
          const file = directory.poolArray(poolName('synthetic', repeat, classIndex))
          if (!exists(file)) writeNpy(file, await drawSynthetic(sampler, { classIndex, seed, count }, progress, signal))
          const images = readNpy(file, 'uint8')
          await featureMatrix(context, cache, poolName('synthetic', repeat, classIndex), images, progress)
        }
      }
    } finally {
      await sampler.close()
    }
    return null
  })
}
