/**
 * The films that a plan may look at: those of the training and the tuning set. There is no place here for a test film:
 * of the test sets a plan knows how many films and patients they have, and nothing else.
 */
import type { Backbone } from '../../backbone/backbone.js'
import { type NDArray, rowCount } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import type { AuditedFilm } from '../../dataset/audit.js'
import { loadPixels } from '../../dataset/load.js'
import { drawConventional } from '../../synthetic/pool.js'
import type { ReadCohorts } from '../cohort/read-cohorts.js'
import type { Config } from '../config/schema.js'

export interface DevelopmentSet {
  /** Common pixel path, uint8 [N, H, W, C]. */
  readonly pixels: NDArray<'uint8'>
  /** Class of each film, by index and by name. */
  readonly classIndices: readonly number[]
  readonly classes: readonly string[]
  /** Shown names. */
  readonly patients: readonly string[]
}

/** Features of the films, and of one flipped and turned copy of each, row by row. */
export interface DevelopmentFeatures {
  readonly films: NDArray<'float32'>
  readonly copies: NDArray<'float32'>
}

/** More films than this are not needed to see a curve, and would take too long. */
const mostFilms = 800

/** Loads the training and tuning films, or of very many a random part. */
export async function loadDevelopmentSet(
  { opened: { classes }, audited, division: { split }, channels }: ReadCohorts,
  { image, seed }: Config,
  signal?: AbortSignal,
): Promise<DevelopmentSet> {
  const films = somePatients([...split.train, ...split.tuning], seed)
  const [height, width] = image.size
  const target = { height, width, channels, maxValue: audited.internal.maxValue }
  return {
    pixels: await loadPixels(films, target, undefined, signal),
    classes,
    classIndices: films.map((film) => classes.indexOf(film.label)),
    patients: films.map((film) => film.patientId),
  }
}

/** The films where there are not too many, else those of patients drawn until there are enough. */
function somePatients(films: readonly AuditedFilm[], seed: number): AuditedFilm[] {
  if (films.length <= mostFilms) return [...films]
  const drawn = new Set<string>()
  let count = 0
  for (const patient of new Rng(seed).split('plan-films').shuffle([...new Set(films.map((film) => film.patientId))])) {
    if (count >= mostFilms) break
    drawn.add(patient)
    count += films.filter((film) => film.patientId === patient).length
  }
  return films.filter((film) => drawn.has(film.patientId))
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
): Promise<DevelopmentFeatures> {
  const count = rowCount(pixels)
  const copies = drawConventional(pixels, { classIndex: 0, seed, count, augmentation: augment })
  return { films: await backbone.extract(pixels, options), copies: await backbone.extract(copies, options) }
}
