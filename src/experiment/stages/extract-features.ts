/**
 * Frozen features of films and pools as matrices on disk, a row an image: the backbone sees each image once,
 * whatever the number of K, repeats and arms that train on it.
 */

import type { Backbone } from '../../backbone/backbone.js'
import type { FeatureCache } from '../../backbone/feature-cache.js'
import type { NDArray } from '../../base/ndarray.js'
import { loadPixels } from '../../dataset/load.js'
import { type FilmSet, namedForUser, type SearchData } from '../cohort/film-set.js'
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
      await featureMatrix(context, cache, name, () => set.pixels, progress)
      await featureMatrix(context, cache, `${name}-native`, () => nativePixels(context, set, cache.backbone), progress)
    }
    return null
  })
}

/** Computes one matrix (once) and returns its path; the images are asked for only where it is computed. */
export async function featureMatrix(
  { directory, seals, signal }: RunContext,
  cache: FeatureCache,
  name: string,
  images: () => NDArray<'uint8'> | Promise<NDArray<'uint8'>>,
  onImages: (more: number) => void,
): Promise<string> {
  const file = directory.featureMatrix(name)
  if (!seals.holds(file)) seals.writeNpy(file, await cache.features(await images(), onImages, signal))
  return file
}

/** Films at the size the backbone was made for, straight from their files: what a user without a generator would feed it. */
export async function nativePixels(
  { signal }: Pick<RunContext, 'signal'>,
  set: FilmSet,
  backbone: Pick<Backbone, 'contract'>,
): Promise<NDArray<'uint8'>> {
  const [height, width] = backbone.contract.inputSize
  const channels = set.pixels.shape[3] as 1 | 3
  return loadPixels(set.films.map(namedForUser), { height, width, channels, maxValue: set.maxValue }, () => {}, signal)
}
