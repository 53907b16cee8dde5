/**
 * Scores of one arm on one set as a table that `kopt evaluate` reads: film, label, score, patient; with more than two
 * classes the label is the class's name and every class has its score; over folds, fold and time.
 */
import { formatCsv } from '../base/csv.js'
import { elementAt } from '../base/element-at.js'
import { type SetScores, scoreColumns } from './set-scores.js'

/** The table as CSV text. */
export function scoreTable(set: SetScores, arm: string): string {
  const { films, classes, yTrue, patients, folds } = set
  const columns = scoreColumns(set, arm)
  const several = columns.length > 1
  const header = ['film', 'label', ...(several ? classes.map((name) => `score_${name}`) : ['score']), 'patient']
  const rows = films.map((film, i) => {
    const label = elementAt(yTrue, i)
    const fold = folds && elementAt(folds, i)
    return [
      film,
      several ? elementAt(classes, label) : label,
      ...columns.map((column) => elementAt(column, i)),
      elementAt(patients, i),
      ...(fold ? [fold.fold, fold.time] : []),
    ]
  })
  return formatCsv([...header, ...(folds ? ['fold', 'time'] : [])], rows)
}
