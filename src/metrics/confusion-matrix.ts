/** What films of each class were called, where there are more than two: the most probable class, and counts of truth against call. */
import type { Confusion } from './confusion.js'
import type { ClassScores } from './multi-class.js'

/** The class with the largest score of every case; a tie goes to the class named first. */
export function mostProbable(scores: ClassScores): number[] {
  return Array.from(scores[0], (_, i) => {
    let best = 0
    for (let c = 1; c < scores.length; c++) if (scores[c][i] > scores[best][i]) best = c
    return best
  })
}

/** Counts [truth][call] of class indices. */
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
