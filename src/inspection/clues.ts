/**
 * Leakage traps: can something that has nothing to do with the disease tell the classes apart? For each such thing a small
 * classifier is fitted on it alone and scored by cross-validation, all films of a patient in one fold. A classifier of
 * images finds the same short cut, and its test figures then say nothing (Zech et al., PLoS Medicine 2018;
 * DeGrave, Janizek, Lee, Nature Machine Intelligence 2021).
 *
 * The classifier is additive: every number cut into steps at the training films' quantiles, every name a column of its
 * own, an L2-logistic head on top. So a class whose films are of two sizes on either side of the other's is told as well.
 */
import { elementAt } from '../base/element-at.js'
import { ndarray } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import { range } from '../base/range.js'
import { patientFolds } from '../dataset/patient-folds.js'
import { headLogits } from '../head/head.js'
import { fitLogisticHead } from '../head/train-logistic.js'
import { repeatedCrossValidatedAuc } from '../metrics/cross-validated-auc.js'
import { estimateInterval } from '../metrics/estimate.js'
import { auc } from '../metrics/roc.js'
import type { Clue, ClueAuc, ClueName } from '../record/inspection.js'
import { trapWords } from '../words/clues.js'

/** What is known of a film without looking at what it shows; a text is a name, a number is cut into steps. */
export type ClueValues = Readonly<Record<Exclude<ClueName, 'all together'>, readonly (number | string)[]>>

export interface ClueFilm {
  readonly label: string
  readonly patient: string
  readonly values: ClueValues
}

/** Steps that a number is cut into. */
const steps = 5
const mostFolds = 5
/** Cross-validations with other folds, averaged. */
const times = 3
/** Fewest patients of a class with which anything can be said. */
const fewestPatients = 6

/**
 * The lower limit of the AUC above which a clue is a warning. File and apparatus are no part of a disease: any relation
 * that chance does not explain is a trap, and 0.6 leaves room for the many looks taken here. Brightness and border are part
 * of what a film shows (an opaque lung is brighter), so that only a strong relation is suspicious: view-matched adults
 * (NIH) come to 0.46 and 0.53, the children of Guangzhou, whose classes were exposed and cropped differently, to 0.73
 * and 0.82.
 */
const technical = 0.6
const content = 0.7

/** The lower limit of the AUC above which each clue is a trap. */
const warnAbove: Readonly<Record<ClueName, number>> = {
  size: technical,
  'pixel format': technical,
  brightness: content,
  border: content,
  maker: technical,
  view: technical,
  'all together': content,
}

/** Judges every clue. `external`: films of other hospitals, on which a clue that was learned here is tried. */
export function judgeClues(
  films: readonly ClueFilm[],
  classes: readonly string[],
  { external, seed }: { external: Readonly<Record<string, readonly ClueFilm[]>>; seed: number },
): Clue[] {
  const patients = classes.map((label) => new Set(films.filter((f) => f.label === label).map((f) => f.patient)).size)
  const [first] = films
  if (first === undefined || Math.min(...patients) < fewestPatients) return []
  const folds = Math.min(mostFolds, ...patients)
  const names = Object.keys(first.values) as (keyof ClueValues)[]
  const varying = names.filter((name) => new Set(films.map((film) => JSON.stringify(film.values[name]))).size > 1)
  // Of two classes one against the other says all.
  const asked = classes.length === 2 ? classes.slice(1) : classes
  const judge = (name: ClueName, valuesOf: (film: ClueFilm) => Value[]): Clue => {
    const set = (some: readonly ClueFilm[], label: string): Labelled[] =>
      some.map((film) => ({ values: valuesOf(film), y: film.label === label ? 1 : 0, patient: film.patient }))
    const found = asked.map((label): ClueAuc => {
      const own = set(films, label)
      const validations = Array.from({ length: times }, (_, time) => {
        const rng = new Rng(seed).split('clues').at(time)
        return crossValidate(own, patientFolds(films, folds, rng), folds)
      })
      const { value, low, high } = estimateInterval(repeatedCrossValidatedAuc(validations))
      const foldOf = patientFolds(films, folds, new Rng(seed).split('clues').at(0))
      const elsewhere = Object.entries(external).map(([hospital, others]) => {
        const theirs = set(others, label)
        const scores = scoresOf(theirs, fitClue(own, foldOf, 0))
        const yTrue = Float64Array.from(theirs, ({ y }) => y)
        return [hospital, auc(yTrue, scores)] as const
      })
      return { class: label, value, low, high, external: Object.fromEntries(elsewhere) }
    })
    return {
      name,
      constant: false,
      auc: found,
      warning: warningOf(name, found, classes),
      warnAbove: warnAbove[name],
    }
  }
  const single = names.map((name) =>
    varying.includes(name)
      ? judge(name, (film) => [...film.values[name]])
      : { name, constant: true, auc: [], warning: null, warnAbove: warnAbove[name] },
  )
  if (varying.length < 2) return single
  return [...single, judge('all together', (film) => varying.flatMap((name) => film.values[name]))]
}

function warningOf(name: ClueName, found: readonly ClueAuc[], classes: readonly string[]): string | null {
  const worst = found.reduce((a, b) => (b.low > a.low ? b : a))
  if (!(worst.low > warnAbove[name])) return null
  return trapWords(name, { ...worst, class: classes.length === 2 ? null : worst.class })
}

type Value = number | string

interface Labelled {
  readonly values: readonly Value[]
  readonly y: 0 | 1
  readonly patient: string
}

function crossValidate(cases: readonly Labelled[], foldOf: Int32Array, folds: number) {
  return Array.from({ length: folds }, (_, fold) => {
    const held = cases.filter((_case, i) => foldOf[i] === fold)
    const rest = cases.filter((_case, i) => foldOf[i] !== fold)
    const restFolds = foldOf.filter((own) => own !== fold)
    return {
      yTrue: held.map(({ y }) => y),
      scores: Array.from(scoresOf(held, fitClue(rest, restFolds, (fold + 1) % folds))),
      patients: held.map(({ patient }) => patient),
    }
  })
}

interface FittedClue {
  readonly encode: (values: readonly Value[]) => number[]
  readonly head: Parameters<typeof headLogits>[0]
}

/** Fits on all folds but one, which chooses the penalty. */
function fitClue(cases: readonly Labelled[], foldOf: Int32Array, tuningFold: number): FittedClue {
  const train = cases.filter((_, i) => foldOf[i] !== tuningFold)
  const tuning = cases.filter((_, i) => foldOf[i] === tuningFold)
  const encode = encoder(train)
  const labels = (some: readonly Labelled[]) => Uint8Array.from(some, ({ y }) => y)
  const { head } = fitLogisticHead(encoded(train, encode), labels(train), {
    outputs: 1,
    standardise: null,
    tuning: { features: encoded(tuning, encode), labels: labels(tuning) },
  })
  return { encode, head }
}

function scoresOf(cases: readonly Labelled[], { encode, head }: FittedClue): Float64Array {
  return headLogits(head, encoded(cases, encode))
}

function encoded(cases: readonly Labelled[], encode: FittedClue['encode']) {
  const [first] = cases
  const columns = first ? encode(first.values).length : 0
  const data = new Float32Array(cases.length * columns)
  for (const [row, { values }] of cases.entries()) data.set(encode(values), row * columns)
  return ndarray('float32', [cases.length, columns], data)
}

/** One column for each step of a number above its first, and for each name that the training cases have. */
function encoder(train: readonly Labelled[]): (values: readonly Value[]) => number[] {
  const columns = elementAt(train, 0).values.map((_, column) => {
    const own = train.map(({ values }) => elementAt(values, column))
    const numbers = own.filter((value) => typeof value === 'number').toSorted((a, b) => a - b)
    const edges =
      numbers.length === 0
        ? []
        : range(steps - 1).map((i) => elementAt(numbers, Math.floor(((i + 1) * numbers.length) / steps)))
    return { edges: [...new Set(edges)], names: [...new Set(own.filter((value) => typeof value === 'string'))].sort() }
  })
  return (values) =>
    values.flatMap((value, column) => {
      const { edges, names } = elementAt(columns, column)
      return typeof value === 'number'
        ? edges.map((edge) => (value >= edge ? 1 : 0))
        : names.map((name) => (value === name ? 1 : 0))
    })
}
