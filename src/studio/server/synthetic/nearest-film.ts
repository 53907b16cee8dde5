/** The training film that a synthetic image is closest to, by the features that the classifiers saw. */
import { elementAt } from '../../../base/element-at.js'
import { exists } from '../../../base/files.js'
import { type NDArray, ndarray, rows, takeRows } from '../../../base/ndarray.js'
import { readNpy } from '../../../base/npy.js'
import type { KeptFilm } from '../../../experiment/external/run-images.js'
import { standardisation, standardised } from '../../../head/head.js'
import { nearestOthers, nearestRows } from '../../../metrics/nearest.js'
import type { RunDirectory } from '../../../record/run-directory.js'
import { requireWhole } from '../../../record/seals.js'

export interface NearestFilm {
  /** Row among the run's films. */
  readonly row: number
  /** Its distance, in half of what lies between a training film of the class and the nearest one of another patient (their median). */
  readonly ratio: number
}

export type NearestFinder = (draw: number, classIndex: number, row: number) => NearestFilm | null

/** Null where the run has kept no features of its films. */
export function nearestFinder(directory: RunDirectory, films: readonly KeptFilm[]): NearestFinder | null {
  const file = directory.featureMatrix('train')
  if (!exists(file)) return null
  requireWhole(directory, file)
  const train = readNpy(file, 'float32')
  const trainRows = films.flatMap(({ set }, row) => (set === 'train' ? [row] : []))
  if (trainRows.length !== train.shape[0]) return null
  const scaling = standardisation(train)
  const scaled = (features: NDArray<'float32'>) => ndarray('float32', features.shape, standardised(features, scaling))
  const ofClass = (classIndex: number) =>
    trainRows.flatMap((row, at) => (elementAt(films, row).classIndex === classIndex ? [at] : []))
  return (draw, classIndex, row) => {
    const pool = directory.featureMatrix(`synthetic-r${draw}-c${classIndex}`)
    if (!exists(pool)) return null
    const among = ofClass(classIndex)
    const own = scaled(takeRows(train, among))
    const { index, distance } = nearestRows(scaled(rows(readNpy(pool, 'float32'), row, row + 1)), own)
    const patients = among.map((at) => elementAt(films, elementAt(trainRows, at)).patientId)
    const usual = [...nearestOthers(own, patients)].sort((a, b) => a - b)
    const typical = usual[Math.floor(usual.length / 2)] ?? Number.NaN
    return { row: elementAt(trainRows, elementAt(among, elementAt(index, 0))), ratio: elementAt(distance, 0) / typical }
  }
}
