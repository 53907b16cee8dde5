/**
 * How the classifier learns from fewer and more real films, for what the synthetic ones are worth: the curve of `kopt plan`, on
 * the features that the run has extracted of its training and tuning films.
 */
import { concatRows, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { estimateInterval } from '../../metrics/estimate.js'
import type { CurvePoint } from '../../metrics/learning-curve.js'
import { progressOf } from '../../record/progress.js'
import type { SearchData } from '../cohort/film-set.js'
import { filmsForCurve } from '../learning/curve-scores.js'
import { curveWork, headsOfCurve, measureCurve } from '../learning/learning-curve.js'
import { runStage } from '../stage.js'
import { filmMatrix, setsWithMatrix } from '../work/film-features.js'
import type { RunContext } from '../work/run-context.js'

export interface LearnedSize extends CurvePoint {
  /** Mean over repeats with 95 % limits; of more than two classes the macro AUC. */
  readonly auc: { readonly value: number; readonly low: number; readonly high: number }
}

/** What the stage keeps: influences as plain lists. */
type StoredSize = Omit<LearnedSize, 'u'> & { readonly u: readonly number[] }

/** Sizes of a curve that a law can be fitted to. */
export const fewestSizes = 3

/**
 * Sizes from the smallest to the largest; none where films are too few, where a trained top makes frozen features say nothing, or
 * where test films choose K: no curve is drawn of these.
 */
export async function learnFromRealFilms(context: RunContext, data: SearchData): Promise<LearnedSize[]> {
  if (context.top || context.config.search.selectOn === 'test') return []
  const stored = await runStage(context, 'learning-curve', () => measure(context, data))
  return stored.map(({ u, ...size }) => ({ ...size, u: Float64Array.from(u) }))
}

async function measure(context: RunContext, data: SearchData): Promise<StoredSize[]> {
  const { config, directory, signal } = context
  const { classes, positiveIndex } = data
  const sets = setsWithMatrix(data)
  const all = sets.flatMap(({ set }) => set.films).map((film, row) => ({ ...film, row }))
  const films = filmsForCurve(all, config.seed)
  const set = {
    classes,
    classIndices: films.map((film) => film.classIndex),
    patients: films.map((film) => film.patientId),
  }
  const options = { config, positiveIndex }
  const work = curveWork(set, options)
  if (work.wanted.length < fewestSizes) return []
  const matrices = sets.map(({ name }) => readNpy(directory.featureMatrix(filmMatrix(name, 'common')), 'float32'))
  const features = {
    films: takeRows(
      concatRows(matrices),
      films.map(({ row }) => row),
    ),
  }
  const onFit = progressOf(context, 'learning-curve', headsOfCurve(work, features), 'heads')
  const { sizes } = await measureCurve(work, features, { ...options, onFit, signal })
  return sizes.map(({ films: trained, estimate, point }) => {
    const { value, low, high } = estimateInterval(estimate)
    return { films: trained, auc: { value, low, high }, values: point.values, u: [...point.u] }
  })
}
