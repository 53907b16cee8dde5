/**
 * Frozen features of films and pools as matrices on disk, a row an image: the backbone sees each image once,
 * whatever the number of K, repeats, arms and folds that train on it.
 */

import type { Backbone } from '../../backbone/backbone.js'
import type { FeatureCache } from '../../backbone/feature-cache.js'
import type { NDArray } from '../../base/ndarray.js'
import { loadPixels } from '../../dataset/load.js'
import { progressOf } from '../../record/progress.js'
import { type FilmSet, namedForUser, type SearchData } from '../cohort/film-set.js'
import { runStage, type StageContext } from '../stage.js'
import { filmMatrix, type PixelPath, setsWithMatrix } from '../work/film-features.js'
import type { RunContext } from '../work/run-context.js'

export type FeatureContext = StageContext & Pick<RunContext, 'runFilms'>

/** Matrices of the films that the search may see. */
export async function extractFilmFeatures(
  context: FeatureContext,
  data: SearchData,
  cache: FeatureCache,
): Promise<void> {
  await runStage(context, 'extract-features', async () => {
    const sets = setsWithMatrix(data)
    const films = sets.reduce((sum, { set }) => sum + set.films.length, 0)
    const progress = progressOf(context, 'extract-features', films, 'films', 2)
    for (const { name, set } of sets) {
      for (const path of ['common', 'native'] as const) {
        await filmFeatures(context, cache, filmMatrix(name, path), { set, path }, progress)
      }
    }
    return null
  })
}

/** Leaves the matrix of a set of films (once) and answers its path; of a fold's films as rows of what the run has extracted. */
export async function filmFeatures(
  context: FeatureContext,
  cache: FeatureCache,
  name: string,
  { set, path }: { set: FilmSet; path: PixelPath },
  onFilms: (more: number) => void,
): Promise<string> {
  const { directory, seals, runFilms } = context
  const file = directory.featureMatrix(name)
  if (!runFilms) {
    const pixels = () => (path === 'native' ? nativePixels(context, set, cache.backbone) : set.pixels)
    return featureMatrix(context, cache, name, pixels, onFilms)
  }
  if (!seals.holds(file)) seals.writeNpy(file, runFilms.of(set, path))
  onFilms(set.films.length)
  return file
}

/** Computes one matrix (once) and returns its path; the images are asked for only where it is computed. */
export async function featureMatrix(
  { directory, seals, signal }: Pick<StageContext, 'directory' | 'seals' | 'signal'>,
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
  { signal }: Pick<StageContext, 'signal'>,
  set: FilmSet,
  backbone: Pick<Backbone, 'contract'>,
): Promise<NDArray<'uint8'>> {
  const [height, width] = backbone.contract.inputSize
  const channels = set.pixels.shape[3] as 1 | 3
  return loadPixels(set.films.map(namedForUser), { height, width, channels, maxValue: set.maxValue }, () => {}, signal)
}
