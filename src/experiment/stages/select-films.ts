/**
 * Which images of the synthetic pools pass a selection: all that have been drawn are judged, by their features alone. The
 * teacher is a classifier that has been fitted on training films alone; distances are those of the features as the head sees them.
 */
import { elementAt } from '../../base/element-at.js'
import { type NDArray, ndarray, rowCount, rows, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { type Head, headLogits, standardisation, standardised } from '../../head/head.js'
import { classProbabilities } from '../../head/probability.js'
import { nearestRows } from '../../metrics/nearest.js'
import { progressOf } from '../../record/progress.js'
import { featureRange, thresholdsPassed } from '../../synthetic/selection.js'
import type { SearchData } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'
import { drawsOf } from '../work/repeats.js'
import { poolName } from '../work/trials.js'
import { poolCounts } from './fill-pool.js'

/** Images that are judged between two looks at whether to go on. */
const chunk = 256

/** Of each draw and class: how many of the thresholds each image of the pool passes. */
export type JudgedPools = readonly (readonly (readonly number[])[])[]

/** Judges every synthetic pool; null where the training films of a class are all of one patient, and nothing says how far apart films lie. */
export async function judgePools(context: StageContext, data: SearchData, teacher: Head): Promise<JudgedPools | null> {
  const { config, directory, signal } = context
  const draws = drawsOf(config)
  const images = draws.length * poolCounts(context, data).reduce((sum, count) => sum + count, 0)
  const progress = progressOf(context, 'select-films', images, 'images')
  const train = readNpy(directory.featureMatrix('train'), 'float32')
  const scaling = config.head.standardise ? standardisation(train) : null
  const scaled = (features: NDArray<'float32'>) => ndarray('float32', features.shape, standardised(features, scaling))
  const classes = data.classes.map((_, c) => {
    const ofClass = data.train.films.flatMap(({ classIndex }, row) => (classIndex === c ? [row] : []))
    const films = scaled(takeRows(train, ofClass))
    return {
      films,
      range: featureRange(
        films,
        ofClass.map((row) => elementAt(data.train.films, row).patientId),
      ),
    }
  })
  const judged: number[][][] = []
  for (const draw of draws) {
    const ofDraw: number[][] = []
    for (const [classIndex, { films, range }] of classes.entries()) {
      if (range === null) return null
      const pool = readNpy(directory.featureMatrix(poolName('synthetic', draw, classIndex)), 'float32')
      const passed: number[] = []
      for (let start = 0; start < rowCount(pool); start += chunk) {
        signal?.throwIfAborted()
        const some = rows(pool, start, Math.min(start + chunk, rowCount(pool)))
        const { distance } = nearestRows(scaled(some), films)
        const probabilities = probabilitiesOf(teacher, some, classIndex, data.positiveIndex)
        passed.push(...thresholdsPassed({ distances: distance, probabilities }, range))
        progress(rowCount(some))
        await new Promise(setImmediate)
      }
      ofDraw.push(passed)
    }
    judged.push(ofDraw)
  }
  return judged
}

/** What the teacher gives each image for a class. */
function probabilitiesOf(
  teacher: Head,
  features: NDArray<'float32'>,
  classIndex: number,
  positiveIndex: number | null,
): number[] {
  const outputs = teacher.bias.length
  const logits = headLogits(teacher, features)
  return Array.from({ length: rowCount(features) }, (_, i) =>
    elementAt(classProbabilities(logits.subarray(i * outputs, (i + 1) * outputs), positiveIndex), classIndex),
  )
}
