/** What films of each class were called, where there are more than two: the most probable class, and counts of truth against call. */
import { type Confusion, type Measures, measures } from './confusion.js'
import type { ClassScores } from './macro-auc.js'

/**
 * The class with the largest score of every case; a tie goes to the class named first.
 *
 * @param scores one score vector per class, each as long as the cases
 * @returns a class index per case
 */
export function mostProbable(scores: ClassScores): number[] {
  return Array.from(scores[0], (_, i) => {
    let best = 0
    for (let c = 1; c < scores.length; c++) if (scores[c][i] > scores[best][i]) best = c
    return best
  })
}

/**
 * Counts [truth][call] of class indices.
 *
 * @param yTrue class index of every case
 * @param called class index that every case was called
 * @param classes number of classes
 * @returns counts, [truth][call]
 */
export function confusionMatrix(yTrue: ArrayLike<number>, called: ArrayLike<number>, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < yTrue.length; i++) counts[yTrue[i]][called[i]]++
  return counts
}

/** One class of the matrix against the rest. */
export function classConfusion(matrix: readonly (readonly number[])[], classIndex: number): Confusion {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const tp = matrix[classIndex][classIndex]
  const fn = sum(matrix[classIndex]) - tp
  const fp = sum(matrix.map((row) => row[classIndex])) - tp
  return { tp, fn, fp, tn: sum(matrix.map(sum)) - tp - fn - fp }
}

/**
 * The measures of each class against the rest, and their plain means; a class whose denominator is 0 is left out of a mean.
 *
 * @param matrix counts, [truth][call]
 * @returns the measures of each class, and `macro`, their mean over classes (accuracy: the share of all cases called
 *   rightly)
 */
export function classMeasures(matrix: readonly (readonly number[])[]): { classes: Measures[]; macro: Measures } {
  const classes = matrix.map((_, c) => measures(classConfusion(matrix, c)))
  const macro = (name: keyof Measures) => {
    const known = classes.map((one) => one[name]).filter((value) => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / known.length
  }
  const total = matrix.flat().reduce((a, b) => a + b, 0)
  const right = matrix.reduce((sum, row, c) => sum + row[c], 0)
  return {
    classes,
    macro: {
      accuracy: right / total,
      sensitivity: macro('sensitivity'),
      specificity: macro('specificity'),
      f1: macro('f1'),
      ppv: macro('ppv'),
      npv: macro('npv'),
    },
  }
}

/**
 * Brier's score (1950) of several classes: mean over cases of the squared errors of all probabilities, 0..2.
 *
 * @param yTrue class index of every case
 * @param scores one vector of probabilities per class
 * @returns the mean, 0..2
 * @source Brier, Monthly Weather Review 1950, 78:1
 */
export function multiClassBrier(yTrue: ArrayLike<number>, scores: ClassScores): number {
  let sum = 0
  for (let i = 0; i < yTrue.length; i++) {
    scores.forEach((score, c) => {
      sum += (score[i] - (yTrue[i] === c ? 1 : 0)) ** 2
    })
  }
  return sum / yTrue.length
}
