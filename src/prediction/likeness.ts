/**
 * Whether a film is like those that a run trained on. A classifier answers for anything it is shown; for what is unlike its
 * training films (another view, another body part, another machine) its answer says nothing.
 *
 * Measured is the distance of a film's features, scaled as the head scales them, to those of its nearest training film,
 * against the same distance of each training film to the nearest film of another patient. Of n + 1 patients of one kind each is
 * as likely as any other to be the furthest, whatever the distribution of the features: so the share of training films at least
 * as far, the film itself counted among them, is at most a given value with about that probability (a conformal p-value,
 * Vovk et al., Algorithmic Learning in a Random World, 2005). It is a little more where a patient has several films, and where
 * few films scale their own features: 40 films of one kind called others of it unlike in 0.03 to 0.04, where 0.024 was meant.
 */

import { exists } from '../base/files.js'
import { type NDArray, ndarray, rowCount } from '../base/ndarray.js'
import { readNpy } from '../base/npy.js'
import { patientsInTraining } from '../experiment/cohort/film-record.js'
import { storedConfig } from '../experiment/config/stored.js'
import { type Standardisation, standardisation, standardised } from '../head/head.js'
import { nearestOthers, nearestRows } from '../metrics/nearest.js'
import type { RunDirectory } from '../record/run-directory.js'
import { requireWhole } from '../record/seals.js'

/** A film of the same kind as the training films is called unlike them with at most this probability, or 1 / (n + 1) where that is more. */
const unlikeLevel = 0.01

export interface Likeness {
  /** Share of training films that are as far from the others as the film is from them, the film itself counted: 1 / (n + 1) to 1. */
  readonly share: number
  readonly unlike: boolean
}

/** Features of films, [N, D], against those of the training films. */
export type LikenessJudge = (features: NDArray<'float32'>) => Likeness[]

/**
 * Of the training films that a run has kept the features of; undefined where it has kept none, trained the backbone's top
 * (its features are other ones for every arm), or trained on films of one patient alone.
 */
export function likenessOf(run: RunDirectory): LikenessJudge | undefined {
  const file = run.featureMatrix('train')
  const config = storedConfig(run, 'to say which films are unlike its own')
  if (!exists(file) || config.backbone.unfreeze !== 'none') return undefined
  const patients = patientsInTraining(run)
  requireWhole(run, file)
  const train = readNpy(file, 'float32')
  if (patients?.length !== rowCount(train)) return undefined
  return likenessTo(train, patients, config.head.standardise ? standardisation(train) : null)
}

/** @param train features of the training films, [n, D], with the patient of each */
export function likenessTo(
  train: NDArray<'float32'>,
  patients: readonly string[],
  scaling: Standardisation | null,
): LikenessJudge | undefined {
  const scaled = (features: NDArray<'float32'>) => ndarray('float32', features.shape, standardised(features, scaling))
  const films = scaled(train)
  const usual = nearestOthers(films, patients)
  if (!usual.every(Number.isFinite)) return undefined
  const n = usual.length
  const level = Math.max(unlikeLevel, 1 / (n + 1))
  return (features) =>
    Array.from(nearestRows(scaled(features), films).distance, (distance) => {
      const share = (1 + usual.filter((each) => each >= distance).length) / (n + 1)
      return { share, unlike: share <= level }
    })
}
