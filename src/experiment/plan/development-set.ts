/**
 * The films that a plan may look at: those of the training and the tuning set. There is no place here for a test film:
 * of the test sets a plan knows how many films and patients they have, and nothing else.
 */
import type { Backbone } from '../../backbone/backbone.js'
import { type NDArray, rowCount } from '../../base/ndarray.js'
import { loadPixels } from '../../dataset/load.js'
import { drawConventional } from '../../synthetic/pool.js'
import type { ReadCohorts } from '../cohort/read-cohorts.js'
import type { Config } from '../config/schema.js'
import { filmsForCurve, type LearningFeatures, type LearningFilms } from '../learning/curve-scores.js'

export interface DevelopmentSet extends LearningFilms {
  /** Common pixel path, uint8 [N, H, W, C]. */
  readonly pixels: NDArray<'uint8'>
}

/** Loads the training and tuning films, or of very many a random part. */
export async function loadDevelopmentSet(
  { opened: { classes }, audited, division: { split }, channels }: ReadCohorts,
  { image, seed }: Config,
  signal?: AbortSignal,
): Promise<DevelopmentSet> {
  const films = filmsForCurve([...split.train, ...split.tuning], seed)
  const [height, width] = image.size
  const target = { height, width, channels, maxValue: audited.internal.maxValue }
  return {
    pixels: await loadPixels(films, target, undefined, signal),
    classes,
    classIndices: films.map((film) => classes.indexOf(film.label)),
    patients: films.map((film) => film.patientId),
  }
}

/** Images that `extractDevelopmentFeatures` puts through the backbone: the films, and as many augmented copies of them. */
export function imagesToExtract({ pixels }: DevelopmentSet): number {
  return 2 * rowCount(pixels)
}

/** Features of films and copies. `onImages` is called with the number done since the last call. */
export async function extractDevelopmentFeatures(
  { pixels }: DevelopmentSet,
  backbone: Backbone,
  { seed, augment }: Config,
  options: { readonly onImages: (more: number) => void; readonly signal?: AbortSignal },
): Promise<LearningFeatures> {
  const count = rowCount(pixels)
  const copies = drawConventional(pixels, { classIndex: 0, seed, count, augmentation: augment })
  return { films: await backbone.extract(pixels, options), copies: await backbone.extract(copies, options) }
}
