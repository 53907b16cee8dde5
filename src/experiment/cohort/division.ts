/**
 * How the films of a dataset are divided: one split into training, tuning and test set, or outer folds that each have
 * these three, and beside them all films as training and tuning set of the model that is handed over.
 */
import type { Film } from '../../dataset/sample.js'
import { givenSplit, outerFolds, type Split, splitFilms, splitForTraining } from '../../dataset/split.js'
import type { FoldName } from '../../record/result.js'
import { isGiven } from '../config/chosen-generator.js'
import type { Config } from '../config/schema.js'

export interface Division<F extends Film = Film> {
  /** Of the model that is handed over; with folds its test set is empty. */
  readonly split: Split<F>
  readonly folds: readonly (FoldName & { readonly split: Split<F> })[]
  /** Whether the dataset itself gives the split. */
  readonly given: boolean
  /** What the user should know about the choice. */
  readonly warnings: readonly string[]
}

/** Folds of `resampling.folds: auto`, and the test films below which one split says too little. */
const autoFolds = 5
const enoughTestFilms = 150
/** Patients of a class that a fold needs on the average for `auto` to choose folds. */
const patientsPerFold = 2

/** Divides by the configuration alone; a split that the dataset itself gives holds, and switches folds off. */
export function divide<F extends Film>(films: readonly F[], config: Config): Division<F> {
  const { split: options, resampling } = config
  const given = givenSplit(films, options)
  if (given) {
    const warnings =
      typeof resampling.folds === 'number' && resampling.folds > 0
        ? [`the dataset gives its own split, so that resampling.folds ${resampling.folds} is not used`]
        : []
    return { split: given, folds: [], given: true, warnings }
  }
  const folds = resampling.folds === 'auto' ? chosenFolds(films, config) : resampling.folds
  if (folds === 0) return { split: splitFilms(films, options), folds: [], given: false, warnings: [] }
  const times = Array.from({ length: resampling.times }, (_, i) => i + 1)
  return {
    split: splitForTraining(films, options),
    folds: times.flatMap((time) =>
      outerFolds(films, options, { folds, time }).map((split, i) => ({ fold: i + 1, time, split })),
    ),
    given: false,
    warnings: [],
  }
}

function chosenFolds(films: readonly Film[], config: Config): number {
  const { split, search } = config
  // Images made elsewhere come from one generator, which no fold can train anew.
  if (search.selectOn === 'test' || isGiven(config)) return 0
  if (splitFilms(films, split).test.length >= enoughTestFilms) return 0
  const labels = [...new Set(films.map((film) => film.label))]
  const patients = labels.map(
    (label) => new Set(films.filter((film) => film.label === label).map((film) => film.patient)).size,
  )
  return Math.min(...patients) >= patientsPerFold * autoFolds ? autoFolds : 0
}
