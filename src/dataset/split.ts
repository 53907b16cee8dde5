/**
 * Films into train, tuning and test set, stratified by class.
 *
 * By patient (the default): all films of a patient fall on one side. Patients with equal numbers of films per class are
 * alike; how many of each kind go to each set is found by descending on
 *   sum over sets and classes of (films - fraction * films of the class)^2
 * from the largest-remainder shares, by moving one patient or swapping two, until neither helps. Each set gets every
 * class. Which patients go is drawn from the seed.
 *
 * By image (the paper's way): per class, test = ceil(f_test n), tuning = ceil(f_tuning (n - test)), the rest train.
 * This gives the paper's counts (389 films: test 43 + 36, tuning 17 + 15, train 152 + 126).
 */

import { UserError } from '../base/errors.js'
import { counted } from '../base/format.js'
import { Rng } from '../base/random.js'
import { refuse } from './reader.js'
import type { Film, SplitName } from './sample.js'

const splitNames: readonly SplitName[] = ['train', 'tuning', 'test']

/** The fewest patients of a class that can be split: one per set. */
const fewestPatients = 3

export interface SplitOptions {
  /** Shares of train, tuning and test set; they sum to 1. */
  readonly fractions: readonly [number, number, number]
  readonly seed: number
  readonly by: 'patient' | 'image'
}

export type Split<F extends Film = Film> = Readonly<Record<SplitName, readonly F[]>>

/**
 * Splits films; each set keeps the films' order. The same seed gives the same split.
 * Throws a `UserError` naming every class with too few patients.
 */
export function splitFilms<F extends Film>(films: readonly F[], options: SplitOptions): Split<F> {
  const inSet = drawSets(films, options.fractions, options.by, splitRng(options))
  return { train: inSet(0), tuning: inSet(1), test: inSet(2) }
}

/** All films into training and tuning, in the proportion of `fractions`; no test set. */
export function splitForTraining<F extends Film>(films: readonly F[], options: SplitOptions): Split<F> {
  return trainAndTuning(films, options, splitRng(options))
}

/**
 * The outer folds of a cross-validation: every film is in the test set of exactly one, all films of a patient in the same
 * (split by image: each film by itself), classes in proportion. What a fold does not test is its training and tuning set,
 * in the proportion of `fractions`. `time`: which of the repeated cross-validations; each has other folds.
 * Throws a `UserError` naming every class with fewer patients than folds.
 */
export function outerFolds<F extends Film>(
  films: readonly F[],
  options: SplitOptions,
  { folds, time }: { folds: number; time: number },
): Split<F>[] {
  const rng = new Rng(options.seed).split('folds').at(time)
  return dealFolds(films, options.by, folds, rng).map(({ held, rest }, fold) => ({
    ...trainAndTuning(rest, options, rng.split('inner').at(fold)),
    test: held,
  }))
}

/**
 * The inner folds of a cross-validation: every film is in the tuning set of exactly one, all films of a patient in the same
 * (split by image: each film by itself), classes in proportion; all others are that fold's training set, and it has no test set.
 * Throws a `UserError` naming every class with fewer patients than folds.
 */
export function innerFolds<F extends Film>(films: readonly F[], { by, seed }: SplitOptions, folds: number): Split<F>[] {
  const rng = new Rng(seed).split('inner-folds')
  return dealFolds(films, by, folds, rng).map(({ held, rest }) => ({ train: rest, tuning: held, test: [] }))
}

/** What each fold holds, and what it leaves to the others. */
function dealFolds<F extends Film>(films: readonly F[], by: SplitOptions['by'], folds: number, rng: Rng) {
  const inFold =
    by === 'image'
      ? foldsByImage(films, folds, rng)
      : drawSets(films, Array<number>(folds).fill(1 / folds), 'patient', rng)
  return Array.from({ length: folds }, (_, fold) => {
    const held = inFold(fold)
    const among = new Set(held)
    return { held, rest: films.filter((film) => !among.has(film)) }
  })
}

function splitRng({ seed }: SplitOptions): Rng {
  return new Rng(seed).split('split')
}

function trainAndTuning<F extends Film>(films: readonly F[], { fractions, by }: SplitOptions, rng: Rng): Split<F> {
  const share = fractions[1] / (fractions[0] + fractions[1])
  const inSet = drawSets(films, [1 - share, share, 0], by, rng)
  return { train: inSet(0), tuning: inSet(1), test: [] }
}

function drawSets<F extends Film>(
  films: readonly F[],
  fractions: readonly number[],
  by: SplitOptions['by'],
  rng: Rng,
): (set: number) => F[] {
  const sets = by === 'image' ? splitByImage(films, fractions, rng) : splitByPatient(films, fractions, rng)
  return (wanted) => films.filter((_, i) => sets[i] === wanted)
}

/** The films of each class shuffled and numbered round the folds, so that folds differ by one film of a class at most. */
function foldsByImage<F extends Film>(films: readonly F[], folds: number, rng: Rng): (fold: number) => F[] {
  const foldOf = new Map<F, number>()
  for (const label of classesOf(films)) {
    const members = films.filter((film) => film.label === label)
    if (members.length < folds)
      throw new UserError(`the class '${label}' has ${counted(members.length, 'film')}, fewer than ${folds} folds`)
    rng
      .split(label)
      .shuffle(members)
      .forEach((film, i) => {
        foldOf.set(film, i % folds)
      })
  }
  return (fold) => films.filter((film) => foldOf.get(film) === fold)
}

/**
 * The split that the dataset itself gives (a split column, or train/val/test folders); undefined where it gives none.
 * Where it names no tuning set, one is taken from its training films in the proportion of `fractions`.
 */
export function givenSplit<F extends Film>(films: readonly F[], options: SplitOptions): Split<F> | undefined {
  if (!films.some((film) => film.split !== undefined)) return undefined
  const given = (name: SplitName) => films.filter((film) => film.split === name)
  const own = { train: given('train'), tuning: given('tuning'), test: given('test') }
  const needed = splitNames.filter((name) => name !== 'tuning' || own.tuning.length > 0)
  const problems = needed.flatMap((name) =>
    classesOf(films)
      .filter((label) => !own[name].some((film) => film.label === label))
      .map((label) => `its ${name} set has no film of class '${label}'`),
  )
  refuse("the dataset's own split can't be used; mend it, or leave it out and one is made", problems)
  if (own.tuning.length > 0) return own
  return { ...trainAndTuning(own.train, options, splitRng(options)), test: own.test }
}

function classesOf(films: readonly Film[]): string[] {
  return [...new Set(films.map((film) => film.label))].sort()
}

function splitByImage(films: readonly Film[], fractions: readonly number[], rng: Rng): Int32Array {
  const sets = new Int32Array(films.length)
  for (const label of classesOf(films)) {
    const members = films.flatMap((film, i) => (film.label === label ? [i] : []))
    const test = Math.ceil(fractions[2] * members.length - 1e-9)
    const tuning = Math.ceil(fractions[1] * (members.length - test) - 1e-9)
    if (members.length - test - tuning < 1) {
      throw new UserError(`the class '${label}' has ${counted(members.length, 'film')}, too few to split; add films`)
    }
    rng
      .split(label)
      .shuffle(members)
      .forEach((film, position) => {
        sets[film] = position < test ? 2 : position < test + tuning ? 1 : 0
      })
  }
  return sets
}

/** Patients with the same number of films per class. */
interface Kind {
  readonly films: readonly number[]
  readonly patients: string[]
}

function splitByPatient(films: readonly Film[], fractions: readonly number[], rng: Rng): Int32Array {
  const classes = classesOf(films)
  const counts = new Map<string, number[]>()
  for (const film of films) {
    const count = counts.get(film.patient) ?? classes.map(() => 0)
    count[classes.indexOf(film.label)]++
    counts.set(film.patient, count)
  }
  refuse(
    "the films can't be split by patient",
    tooFewPatients(films, fractions.filter((fraction) => fraction > 0).length),
  )

  const kinds = new Map<string, Kind>()
  for (const [patient, count] of counts) {
    const key = count.join(' ')
    const kind = kinds.get(key)
    if (kind) kind.patients.push(patient)
    else kinds.set(key, { films: count, patients: [patient] })
  }
  // Kinds of few patients would else fall into the same set whatever the seed.
  const ordered = rng.split('kinds').shuffle([...kinds.values()])
  const allocation = allocate(ordered, classes, fractions)
  const setOf = new Map<string, number>()
  ordered.forEach((kind, k) => {
    const shuffled = rng.split(kind.films.join(' ')).shuffle(kind.patients)
    let at = 0
    allocation[k].forEach((count, set) => {
      for (let i = 0; i < count; i++) setOf.set(shuffled[at++], set)
    })
  })
  return Int32Array.from(films, (film) => setOf.get(film.patient) as number)
}

/** One sentence per class with fewer patients than sets need. */
export function tooFewPatients(films: readonly Film[], fewest: number = fewestPatients): string[] {
  return classesOf(films).flatMap((label) => {
    const patients = new Set(films.filter((film) => film.label === label).map((film) => film.patient)).size
    if (patients >= fewest) return []
    return [
      `the class '${label}' has ${counted(patients, 'patient')}, and a split into ${fewest} sets needs at least ${fewest}; add patients, or leave the class out`,
    ]
  })
}

/** What a set without films of a class costs: more than any misfit of sizes. */
const withoutClass = 1e12

/** How many patients of each kind go to each set: [kind][set]. */
function allocate(kinds: readonly Kind[], classes: readonly string[], fractions: readonly number[]): number[][] {
  const totals = classes.map((_, c) => kinds.reduce((sum, kind) => sum + kind.films[c] * kind.patients.length, 0))
  const allocation = kinds.map((kind) => largestRemainder(kind.patients.length, fractions))
  const films = fractions.map((_, set) =>
    classes.map((_, c) => kinds.reduce((sum, kind, k) => sum + kind.films[c] * allocation[k][set], 0)),
  )
  const loss = () => {
    let sum = 0
    for (let set = 0; set < fractions.length; set++) {
      let excess = 0
      for (let c = 0; c < classes.length; c++) {
        const difference = films[set][c] - fractions[set] * totals[c]
        sum += difference * difference
        excess += difference
        if (films[set][c] === 0 && fractions[set] > 0) sum += withoutClass
      }
      // among splits that serve the classes equally well, the one whose sets have the right size
      sum += 0.01 * excess * excess
    }
    return sum
  }
  const sets = fractions.flatMap((fraction, set) => (fraction > 0 ? [set] : []))
  const shift = (kind: number, from: number, to: number) => {
    allocation[kind][from]--
    allocation[kind][to]++
    for (let c = 0; c < classes.length; c++) {
      films[from][c] -= kinds[kind].films[c]
      films[to][c] += kinds[kind].films[c]
    }
  }
  let best = loss()
  for (let improved = true; improved; ) {
    improved = false
    for (const from of sets) {
      for (const to of sets) {
        if (from === to) continue
        for (let k = 0; k < kinds.length; k++) {
          // move one patient of kind k, alone (other = -1) or against one of another kind
          for (let other = -1; other < kinds.length; other++) {
            if (other === k || allocation[k][from] === 0 || (other >= 0 && allocation[other][to] === 0)) continue
            shift(k, from, to)
            if (other >= 0) shift(other, to, from)
            const value = loss()
            if (value < best - 1e-9) {
              best = value
              improved = true
            } else {
              shift(k, to, from)
              if (other >= 0) shift(other, from, to)
            }
          }
        }
      }
    }
  }
  if (best >= withoutClass) {
    throw new UserError(
      "the films can't be split by patient so that each set has every class: too few patients have films of the rarer class; add patients",
    )
  }
  return allocation
}

/** `total` shared out by `fractions` in whole numbers, each within 1 of its share; larger remainders are served first. */
function largestRemainder(total: number, fractions: readonly number[]): number[] {
  const shares = fractions.map((fraction) => fraction * total)
  const counts = shares.map((share) => Math.floor(share + 1e-9))
  let left = total - counts.reduce((sum, count) => sum + count, 0)
  const order = shares.map((share, i) => ({ i, rest: share - counts[i] })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (const { i } of order) {
    if (left === 0) break
    counts[i]++
    left--
  }
  return counts
}
