/**
 * How the films of a dataset are divided: one split into training, tuning and test set, or outer folds that each have
 * these three, and beside them all films as training and tuning set of the model that is handed over. Where inner folds choose
 * K, its training and tuning films are one training set, which they share out.
 */
import { UserError } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import type { Film } from '../../dataset/sample.js'
import { givenSplit, innerFolds, outerFolds, type Split, splitFilms, splitForTraining } from '../../dataset/split.js'
import type { FoldName } from '../../record/result.js'
import { isGiven } from '../config/chosen-generator.js'
import type { Config } from '../config/schema.js'
import { fewestInnerFolds } from '../config/sections/search.js'

export interface Division<F extends Film = Film> {
  /** Of the model that is handed over; with folds its test set is empty. */
  readonly split: Split<F>
  readonly folds: readonly (FoldName & { readonly split: Split<F> })[]
  /** Inner folds of its training set, each with a tuning set and no test set; none where other films choose K. */
  readonly inner: readonly Split<F>[]
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

/** Divides by the configuration alone; a split that the dataset itself gives holds, and switches outer folds off. */
export function divide<F extends Film>(films: readonly F[], config: Config): Division<F> {
  const division = { ...divideOnce(films, config), inner: [] }
  return config.search.selectOn === 'inner' ? withInnerFolds(films, division, config) : division
}

function withInnerFolds<F extends Film>(
  films: readonly F[],
  division: Division<F>,
  { split: options, search }: Config,
): Division<F> {
  const tested = new Set(division.split.test)
  const train = films.filter((film) => !tested.has(film))
  refuseMoreFoldsThanCases(train, options.by, search.innerFolds)
  return {
    ...division,
    split: { train, tuning: [], test: division.split.test },
    inner: innerFolds(train, options, search.innerFolds),
  }
}

/** A class that some fold would lack can neither train nor score there. */
function refuseMoreFoldsThanCases(films: readonly Film[], by: Config['split']['by'], folds: number): void {
  const fewest = [...new Set(films.map(({ label }) => label))]
    .map((label) => {
      const ofClass = films.filter((film) => film.label === label)
      return { label, cases: by === 'image' ? ofClass.length : new Set(ofClass.map(({ patient }) => patient)).size }
    })
    .reduce((least, next) => (next.cases < least.cases ? next : least))
  const { label, cases } = fewest
  if (cases >= folds) return
  const fewer = cases >= fewestInnerFolds ? `set search.innerFolds=${cases} or fewer, or ` : ''
  throw new UserError(
    `the class '${label}' has ${counted(cases, by === 'image' ? 'film' : 'patient')} among the films that are not tested, and ${folds} inner folds (search.selectOn inner) need one each; ${fewer}choose K on tuning films (search.selectOn=tuning), or add patients`,
  )
}

function divideOnce<F extends Film>(films: readonly F[], config: Config): Omit<Division<F>, 'inner'> {
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
  if (search.selectOn !== 'tuning' || isGiven(config)) return 0
  if (splitFilms(films, split).test.length >= enoughTestFilms) return 0
  const labels = [...new Set(films.map((film) => film.label))]
  const patients = labels.map(
    (label) => new Set(films.filter((film) => film.label === label).map((film) => film.patient)).size,
  )
  return Math.min(...patients) >= patientsPerFold * autoFolds ? autoFolds : 0
}
