/**
 * Frozen features of films and pools as matrices on disk, a row an image: the backbone sees each image once,
 * whatever the number of K, repeats and arms that train on it.
 */
import { exists } from '../../base/files.js'
import type { NDArray } from '../../base/ndarray.js'
import { writeNpy } from '../../base/npy.js'
import type { Backbone } from '../../classifier/backbone.js'
import type { FeatureCache } from '../../classifier/feature-cache.js'
import { loadPixels } from '../../dataset/load.js'
import type { FilmSet, SearchData } from '../film-set.js'
import { progressOf, type RunContext, runStage } from '../stage.js'

/** Matrices of the films that the search may see. */
export async function extractFilmFeatures(context: RunContext, data: SearchData, cache: FeatureCache): Promise<void> {
  await runStage(context, 'extract-features', async () => {
    const sets = { train: data.train, selection: data.selection }
    const progress = progressOf(
      context,
      'extract-features',
      data.train.films.length + data.selection.films.length,
      'films',
      2,
    )
    for (const [name, set] of Object.entries(sets)) {
      await featureMatrix(context, cache, name, set.pixels, progress)
      await featureMatrix(
        context,
        cache,
        `${name}-native`,
        await nativePixels(set, cache.backbone, context.signal),
        progress,
      )
    }
    return null
  })
}

/** Computes one matrix (once) and returns its path. */
export async function featureMatrix(
  context: RunContext,
  cache: FeatureCache,
  name: string,
  images: NDArray<'uint8'>,
  onImages: (more: number) => void,
): Promise<string> {
  const file = context.directory.featureMatrix(name)
  if (!exists(file)) {
    writeNpy(file, await cache.features(images, onImages, context.signal))
  }
  return file
}

/** Films at the size the backbone was made for, straight from their files: what a user without a generator would feed it. */
export async function nativePixels(set: FilmSet, backbone: Backbone, signal?: AbortSignal): Promise<NDArray<'uint8'>> {
  const [height, width] = backbone.contract.inputSize
  const channels = set.pixels.shape[3] as 1 | 3
  return loadPixels(set.films, { height, width, channels, maxValue: set.maxValue }, () => {}, signal)
}
