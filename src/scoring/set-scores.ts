/** Scores of every arm on one set of films: from the logits of the arms' heads, and as the figures want them. */
import { elementAt } from '../base/element-at.js'
import type { NDArray } from '../base/ndarray.js'
import { knownValue } from '../base/own-value.js'
import { type Head, headLogits, outputsFor } from '../head/head.js'
import { probabilities } from '../head/probability.js'
import { oneAgainstRest } from '../metrics/macro-auc.js'
import type { FoldName } from '../record/result.js'
import { columnsOf } from './ranking.js'

/** The films of a set that is scored, with their labels. */
export interface ScoredSet {
  /** 'internal' or the name of another hospital. */
  readonly set: string
  /** Names of the classes, in the order of class indices. */
  readonly classes: readonly string[]
  /** Shown ids. With folds, a film is there once for each time. */
  readonly films: readonly string[]
  /** 1 for the positive class; with more than two, the class index. */
  readonly yTrue: readonly number[]
  readonly patients: readonly string[]
  /** Fold whose model scored each film; absent where all were scored by the same. */
  readonly folds?: readonly FoldName[]
}

export interface SetScores extends ScoredSet {
  /** By arm, probabilities of the positive class; with more than two, of every class, film by film [N, classes]. */
  readonly scores: Readonly<Record<string, readonly number[]>>
  /** The same of each GAN's models alone, by arm; absent where there is one GAN. */
  readonly byGan?: Readonly<Record<string, readonly (readonly number[])[]>>
}

/** Films of two classes with one arm's probabilities of the positive class. */
export interface ScoredFilms {
  /** 1 for the positive class. */
  readonly yTrue: readonly number[]
  readonly scores: readonly number[]
  readonly patients: readonly string[]
}

/** The same set with the scores of these arms alone. */
export function withArms({ scores, byGan, ...set }: SetScores, arms: readonly string[]): SetScores {
  const of = <T>(all: Readonly<Record<string, T>>) => Object.fromEntries(arms.map((arm) => [arm, knownValue(all, arm)]))
  return { ...set, scores: of(scores), ...(byGan && { byGan: of(byGan) }) }
}

/** Probabilities that a head gives films by their features [N, D]: of the positive class, or [N, classes]. */
export function headScores(head: Head, features: NDArray<'float32'>): number[] {
  return probabilities(headLogits(head, features), head.bias.length)
}

/** An arm on a set of two classes. */
export function armOnSet({ yTrue, scores, patients }: SetScores, arm: string): ScoredFilms {
  return { yTrue, scores: knownValue(scores, arm), patients }
}

/** Score vectors of an arm: one for two classes, else one per class. */
export function scoreColumns({ classes, scores }: SetScores, arm: string): number[][] {
  return columnsOf(knownValue(scores, arm), outputsFor(classes.length))
}

/** One class against the rest as a set of two classes, each arm's scores its probability of that class. */
export function classAgainstRest({ byGan: _, ...set }: SetScores, classIndex: number): SetScores {
  const arms = Object.keys(set.scores)
  return {
    ...set,
    classes: ['rest', elementAt(set.classes, classIndex)],
    yTrue: oneAgainstRest(set.yTrue, classIndex),
    scores: Object.fromEntries(arms.map((arm) => [arm, elementAt(scoreColumns(set, arm), classIndex)])),
  }
}

/** Rows of each fold, time by time. */
export function rowsOfFolds(folds: readonly FoldName[]): number[][][] {
  const times = new Map<number, Map<number, number[]>>()
  folds.forEach(({ fold, time }, row) => {
    const ofTime = times.get(time) ?? new Map<number, number[]>()
    ofTime.set(fold, [...(ofTime.get(fold) ?? []), row])
    times.set(time, ofTime)
  })
  return [...times.values()].map((ofTime) => [...ofTime.values()])
}

/**
 * Whether two arms gave every film the very same score: one training under two names. With K = 1 the chosen arm is the
 * balanced one, on balanced data that is the original films' own, and the same data and seeds give the same model.
 */
export function sameModel({ scores, byGan }: SetScores, a: string, b: string): boolean {
  const equal = (x: readonly number[], y: readonly number[]) => x.every((score, film) => score === y[film])
  const equalByGan = () =>
    byGan === undefined ||
    knownValue(byGan, a).every((ofGan, gan) => equal(ofGan, elementAt(knownValue(byGan, b), gan)))
  return equal(knownValue(scores, a), knownValue(scores, b)) && equalByGan()
}
