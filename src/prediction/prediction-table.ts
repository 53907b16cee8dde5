/** Predictions as a table: a film a row, a column for the probability of each class. */
import { formatCsv } from '../base/csv.js'
import { shownLine } from '../base/shown.js'
import type { Prediction } from './judge.js'

/**
 * CSV with the columns `file`, one for each class, and where anything is known of them `roi`, `seen` (the set of the run that
 * holds the film) and `unlike` (1: unlike the training films).
 */
export function predictionTable(classes: readonly string[], predictions: readonly Prediction[]): string {
  const regions = predictions.some(({ roi }) => roi !== undefined)
  const known = predictions.some(({ seen }) => typeof seen === 'string')
  const measured = predictions.some(({ likeness }) => likeness !== undefined)
  return formatCsv(
    [
      'file',
      ...(regions ? ['roi'] : []),
      ...classes.map((name) => shownLine(name)),
      ...(known ? ['seen'] : []),
      ...(measured ? ['unlike'] : []),
    ],
    predictions.map(({ file, roi, probabilities, seen, likeness }) => [
      shownLine(file),
      ...(regions ? [roi] : []),
      ...classes.map((name) => probabilities[name]),
      ...(known ? [seen] : []),
      ...(measured ? [likeness?.unlike ? 1 : 0] : []),
    ]),
  )
}
